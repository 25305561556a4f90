#!/bin/sh
# shellcheck disable=SC2154 # names that the recorder sets
# Node preprocessing: repairs what a Kubernetes node needs and most machines lack, and can take it back.
#   bash init.sh                  repair everything        bash init.sh --undo [--dry-run]   the exact state before
#   bash init.sh --check          look only; exit 1 when something is to be repaired
#   bash init.sh --dry-run        say each change, make none            --only ID[,ID...]     these repairs only
#   --dns ADDRESS[,...]  --time-zone ZONE  --ntp SERVER[,...]  --modules NAME[,...]   what only you can know
#   --ip-family ipv4|ipv6|dual    the cluster's addresses (ipv4): with IPv6, nodes forward it
#   --remove-conflicts            lists the packages that cannot stand beside the platform's, and removes them after a yes
# It works alone, as root, and through `acp init-nodes`. What it changes, with the value before, is recorded in
# /var/lib/acp/node by the recorder that follows. It removes no data, and a package only with --remove-conflicts.
set -eu
#@include record.sh

init_ids='kernel-modules sysctl swap selinux apparmor firewall sshd-use-dns transparent-hugepage nokmem default-tasks-max core-dumps hosts resolv-conf time-zone time-service'
# Only when named: without PAM sshd refuses keys of accounts locked in /etc/shadow, and RHEL calls it unsupported.
init_named='sshd-use-pam conflicts'
init_family=ipv4 init_dns='' init_zone='' init_ntp='' init_more_modules='' init_yes='' init_remove_too=''
init_mode=apply
init_only=''
init_cluster=''
init_bad=0
init_open=0

# ---- telling

# init_tell KIND ID WORD TEXT: for acp framed, for people as a table.
init_tell() {
    if [ "$acp_framed" = yes ]; then
        acp_say 0 "$1" "$2" "$3" "$4"
    elif [ "$1" = repair ]; then
        printf '%-22s %-8s %s\n' "$2" "$3" "$4"
    else
        printf '%-22s   %s: %s\n' '' "$3" "$4"
    fi
}

# The result of a repair is the gravest of its parts: ok < skip < done, would < todo < reboot < failed.
init_grave() {
    case $1 in ok) echo 0 ;; skip) echo 1 ;; 'done' | would) echo 2 ;; todo) echo 3 ;; reboot) echo 4 ;; *) echo 5 ;; esac
}
init_note() { # WORD TEXT
    [ "$(init_grave "$1")" -lt "$(init_grave "$init_word")" ] || init_word=$1
    [ -z "$2" ] || init_text="${init_text:+$init_text; }$2"
}

# init_do WHAT SEEN FUNCTION ARGS...: one change, as the mode has it. What it needs on standard input is passed on.
init_do() {
    init_what=$1 init_seen=$2
    shift 2
    case $init_seen in
        already*) return 0 ;;
        differs*) ;;
        *) init_note failed "cannot tell: $init_what: ${init_seen#unknown }"; return 0 ;;
    esac
    if [ "$init_mode" != apply ]; then
        init_tell change "$init_id" would "$init_what (${init_seen#differs })"
        init_note would ''
        return 0
    fi
    set +e
    (set -e; "$@") >&2
    init_rc=$?
    set -e
    if [ "$init_rc" -eq 0 ]; then
        init_tell change "$init_id" 'done' "$init_what"
        init_note 'done' ''
    else
        init_tell change "$init_id" failed "$init_what"
        init_note failed "$init_what"
    fi
}

init_digest() { printf '%s' "$1" | sha256sum | cut -d ' ' -f 1; }

# init_file PATH MODE TEXT, where TEXT has all its line ends
init_file() {
    init_sum=$(init_digest "$3")
    init_seen=$(acp_look_file "$1" "$2" "$init_sum")
    init_do "write $1" "$init_seen" init_put_file "$1" "$2" "$init_sum" "$3"
}
init_put_file() { printf '%s' "$4" | acp_put_file "$1" "$2" "$3" plain; }

init_block() { # PATH NAME TEXT
    init_sum=$(init_digest "$3")
    init_seen=$(acp_look_block "$1" "$2" "$init_sum" 2>&1) || init_seen="unknown $init_seen"
    init_do "edit $1" "$init_seen" init_put_block "$1" "$2" "$init_sum" "$3"
}
init_put_block() { printf '%s' "$4" | acp_put_block "$1" "$2" "$3" plain; }

init_unit_off() {
    init_seen=$(acp_look_unit "$1" stop -)
    init_do "stop $1" "$init_seen" acp_set_unit "$1" stop -
}

# init_action NAME WHAT SEEN SCRIPT ARGS...: with its own undo, kept in the record
init_action() {
    init_name=$1 init_what=$2 init_seen=$3 init_script=$4
    shift 4
    init_do "$init_what" "$init_seen" init_run_action "$init_name" "$init_script" "$@"
}
init_run_action() {
    init_name=$1 init_script=$2
    shift 2
    printf '%s' "$init_script" | base64 | acp_do_action "$init_name" "$(init_digest "$init_script $*")" attached "$@"
}

init_container() {
    init_virt=$(systemd-detect-virt -c 2> /dev/null) || return 1
    [ "$init_virt" != none ]
}
init_machine_only() {
    init_container || return 0
    init_note skip "machine-wide, and this node is a container ($init_virt)"
    return 1
}

# ---- the boot loader

# The action of one kernel argument: observe, apply or undo, LOADER, ARGUMENT, grub.cfg. Its entry keeps every file that the loader's own
# program may write, so that undo brings back the very bytes; where somebody (a new kernel, say) wrote there since, only the argument goes.
init_boot_text() {
    cat << 'INIT_BOOT'
b_word=$1 b_loader=$2 b_arg=$3 b_cfg=$4
b_drop=/etc/default/grub.d/90-acp-${b_arg%%=*}.cfg
b_line="GRUB_CMDLINE_LINUX=\"\$GRUB_CMDLINE_LINUX $b_arg\" # by acp"
b_files() {
    for b_f in /etc/default/grub "$b_drop" /etc/kernel/cmdline "$b_cfg" /boot/grub2/grubenv /boot/loader/entries/*.conf; do
        [ ! -f "$b_f" ] || readlink -f "$b_f"
    done
}
# every kernel of the next boot has it; a menu without kernels has not
b_next() {
    if [ "$b_loader" = bls ]; then grubby --info=ALL | sed -n 's/^args=//p' | tr '"' ' '
    else grep -E '^[[:space:]]*linux(16|efi)?[[:space:]].*root=' "$b_cfg"; fi |
        awk -v a="$b_arg" '{ n++; for (i = 1; i <= NF; i++) if ($i == a) { m++; break } } END { exit !(n && n == m) }'
}
b_menu() { if [ "$b_loader" = update-grub ]; then update-grub; else grub2-mkconfig -o "$b_cfg"; fi; }
b_put() { # PATH < CONTENT: mode and owner stay
    cp -a "$1" "$1.acp" && cat > "$1.acp" && acp_rename "$1.acp" "$1"
}
case $b_word in
    observe) if b_next; then echo 'done'; else echo absent; fi ;;
    apply)
        if [ ! -e "$acp_at/files" ]; then
            mkdir -p "$acp_at/saved"
            b_n=0
            b_files > "$acp_at/files.new"
            while IFS= read -r b_f; do b_n=$((b_n + 1)) && cp -a "$b_f" "$acp_at/saved/$b_n"; done < "$acp_at/files.new"
            mv "$acp_at/files.new" "$acp_at/files"
            acp_sync
        fi
        case $b_loader in
            bls) grubby --update-kernel=ALL --args="$b_arg" ;;
            update-grub)
                [ -d /etc/default/grub.d ] || { : > "$acp_at/made" && mkdir /etc/default/grub.d; }
                printf '%s\n' "$b_line" > "$b_drop" && b_menu
                ;;
            *) { grep -vxF -e "$b_line" /etc/default/grub; printf '%s\n' "$b_line"; } > "$acp_at/default" && b_put /etc/default/grub < "$acp_at/default" && b_menu ;;
        esac
        b_files | while IFS= read -r b_f; do sha256sum "$b_f"; done > "$acp_at/after.new"
        mv "$acp_at/after.new" "$acp_at/after"
        ;;
    undo)
        [ -e "$acp_at/files" ] || exit 0
        while IFS= read -r b_f; do rm -f "$b_f.acp"; done < "$acp_at/files"
        b_files | while IFS= read -r b_f; do sha256sum "$b_f"; done > "$acp_at/is"
        if [ ! -e "$acp_at/after" ] || cmp -s "$acp_at/after" "$acp_at/is"; then
            b_n=0
            while IFS= read -r b_f; do
                b_n=$((b_n + 1))
                cmp -s "$acp_at/saved/$b_n" "$b_f" || { cp -a "$acp_at/saved/$b_n" "$b_f.acp" && acp_rename "$b_f.acp" "$b_f"; }
            done < "$acp_at/files"
            grep -qxF -e "$b_drop" "$acp_at/files" || rm -f "$b_drop"
        else
            case $b_loader in
                bls) grubby --update-kernel=ALL --remove-args="$b_arg" ;;
                update-grub) rm -f "$b_drop" && b_menu ;;
                *) grep -vxF -e "$b_line" /etc/default/grub > "$acp_at/default"; b_put /etc/default/grub < "$acp_at/default" && b_menu ;;
            esac
        fi
        [ ! -e "$acp_at/made" ] || rmdir /etc/default/grub.d 2> /dev/null || true
        ;;
esac
INIT_BOOT
}

# init_boot ARGUMENT: in the boot loader of this family. RHEL 8 and newer keep an entry a kernel and change it with grubby; EL 7, Kylin and
# openEuler write grub.cfg of the mode in use (its link in /etc leads there); Debian and Ubuntu read drop-ins.
init_boot() {
    init_runs=no
    case " $(cat /proc/cmdline) " in *" $1 "*) init_runs=yes ;; esac
    init_cfg=/etc/grub2.cfg
    [ ! -d /sys/firmware/efi ] || init_cfg=/etc/grub2-efi.cfg
    init_cfg=$(readlink -f "$init_cfg") && [ -f "$init_cfg" ] || init_cfg=/boot/grub2/grub.cfg
    if acp_has grubby && grep -qE '^GRUB_ENABLE_BLSCFG="?true' /etc/default/grub 2> /dev/null; then init_loader=bls
    elif acp_has update-grub && [ -f /boot/grub/grub.cfg ]; then init_loader=update-grub init_cfg=/boot/grub/grub.cfg
    elif acp_has grub2-mkconfig && [ -f /etc/default/grub ] && [ -f "$init_cfg" ]; then init_loader=mkconfig
    else
        [ "$init_runs" = yes ] || init_note todo "init.sh finds no boot loader that it knows (grubby, grub2-mkconfig, update-grub): add $1 to the kernel's command line by hand"
        return 0
    fi
    init_seen=$(set -- observe "$init_loader" "$1" "$init_cfg"; eval "$(init_boot_text)") || init_seen=''
    init_next=$init_seen
    case $init_seen in 'done') init_seen=already ;; absent) init_seen="differs not in the boot loader" ;; *) init_seen='unknown the boot loader does not say its kernels' ;; esac
    init_action "init-boot-${1%%=*}" "boot with $1" "$init_seen" "$(init_boot_text)" "$init_loader" "$1" "$init_cfg"
    [ "$init_runs" = yes ] || { [ "$init_mode" != apply ] && [ "$init_next" != 'done' ]; } || init_note reboot "$1 holds from the next boot on"
}

# init_swap PATH link|text WANTED: the path becomes this link or this text; undo puts back what was there, links included.
init_path_text() {
    cat << 'INIT_PATH'
p_word=$1 p_path=$2 p_kind=$3 p_want=$4
p_is() {
    if [ "$p_kind" = link ]; then [ "$(readlink "$p_path")" = "$p_want" ]
    else [ -f "$p_path" ] && [ ! -L "$p_path" ] && [ "$(cat "$p_path" && echo .)" = "$p_want
." ]; fi
}
case $p_word in
    observe) if p_is; then echo 'done'; else echo absent; fi ;;
    apply)
        if [ ! -e "$acp_at/saved" ]; then
            if [ -e "$p_path" ] || [ -L "$p_path" ]; then cp -a "$p_path" "$acp_at/was"; fi
            : > "$acp_at/saved"
            acp_sync
        fi
        rm -f "$p_path.acp"
        if [ "$p_kind" = link ]; then ln -s "$p_want" "$p_path.acp"; else printf '%s\n' "$p_want" > "$p_path.acp"; fi
        acp_rename "$p_path.acp" "$p_path"
        ;;
    undo)
        rm -f "$p_path.acp"
        [ -e "$acp_at/saved" ] && p_is || exit 3
        if [ -e "$acp_at/was" ] || [ -L "$acp_at/was" ]; then cp -a "$acp_at/was" "$p_path.acp" && acp_rename "$p_path.acp" "$p_path"
        else rm -f "$p_path"; fi
        ;;
esac
INIT_PATH
}
init_path() {
    init_seen=$(set -- observe "$@"; eval "$(init_path_text)") || init_seen=''
    case $init_seen in 'done') init_seen=already ;; absent) init_seen='differs other' ;; *) init_seen="unknown $1" ;; esac
    init_action "init-path-${1##*/}" "put $1 to ${3%%"
"*}" "$init_seen" "$(init_path_text)" "$@"
}

# ---- the repairs, one function each

repair_kernel_modules() {
    init_machine_only || return 0
    init_modules='overlay br_netfilter ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh iptable_nat nf_conntrack'
    init_modules="$init_modules $(printf '%s' "$init_more_modules" | tr , ' ')"
    # below 4.19 (RHEL: 4.18) connection tracking is one module a family
    if modprobe -n -q nf_conntrack_ipv4 2> /dev/null; then init_modules="$init_modules nf_conntrack_ipv4 nf_conntrack_ipv6"; fi
    init_boot='' init_load='' init_missing=''
    init_builtin=/lib/modules/$(uname -r)/modules.builtin
    for init_m in $init_modules; do
        if grep -q "/$init_m\.ko" "$init_builtin" 2> /dev/null; then continue; fi
        if grep -q "^$init_m " /proc/modules; then :
        elif modprobe -n -q "$init_m" 2> /dev/null; then init_load="$init_load $init_m"
        elif [ -d "/sys/module/$init_m" ]; then continue
        else
            init_missing="$init_missing $init_m"
            continue
        fi
        init_boot="$init_boot$init_m
"
    done
    init_file /etc/modules-load.d/acp.conf 0644 "# Written by acp: modules that a Kubernetes node needs.
$init_boot"
    init_seen=already
    [ -z "$init_load" ] || init_seen="differs not loaded:$init_load"
    # shellcheck disable=SC2086,SC2016 # names of modules, and a script
    init_action init-modules "load$init_load" "$init_seen" '
        word=$1; shift
        for m in "$@"; do
            case $word in
                apply) modprobe "$m" ;;
                observe) grep -q "^$m " /proc/modules || { echo partial; exit 0; } ;;
                undo) modprobe -r "$m" || echo "the module $m is in use and stays until the next boot" ;;
            esac
        done
        [ "$word" != observe ] || echo done' $init_load
    [ -z "$init_missing" ] || init_note failed "this kernel has no module:$init_missing"
}

# The list of guide 000 without its slips: drop_caches is no state, ipv6.disable is no sysctl, eth0 means the node's interface.
init_sysctls() {
    init_nic=$(ip route show default 2> /dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
    echo '= net.ipv4.ip_forward 1'
    echo '= net.bridge.bridge-nf-call-iptables 1'
    echo '= net.bridge.bridge-nf-call-ip6tables 1'
    [ "$init_family" = ipv4 ] || init_sysctls6
    echo '= net.ipv4.tcp_mtu_probing 1'
    echo '= net.ipv4.tcp_tw_recycle 0'
    echo '= net.ipv4.conf.all.rp_filter 0'
    echo '= net.ipv4.conf.default.rp_filter 0'
    [ -z "$init_nic" ] || echo "= net/ipv4/conf/$init_nic/rp_filter 0"
    init_container || {
        echo '> vm.max_map_count 262144'
        echo '> fs.inotify.max_user_instances 8192'
        echo '> fs.inotify.max_user_watches 524288'
        echo '= fs.may_detach_mounts 1'
    }
}

# A kernel that forwards no longer takes its routes from router advertisements, unless accept_ra is 2; where it took none, or
# systemd-networkd or NetworkManager takes them (then it is 0), that stays.
init_sysctls6() {
    for init_nic6 in $(ip -6 route show default 2> /dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | sort -u); do
        case $(cat "/proc/sys/net/ipv6/conf/$init_nic6/accept_ra" 2> /dev/null) in
            1 | 2) echo "= net/ipv6/conf/$init_nic6/accept_ra 2" ;;
        esac
    done
    echo '= net.ipv6.conf.all.forwarding 1'
}

repair_sysctl() {
    ! init_container || init_note ok "vm and fs settings are machine-wide and left to the machine: this node is a container ($init_virt)"
    init_lines='# Written by acp: settings that a Kubernetes node needs.
'
    init_set=''
    while read -r init_how init_key init_value; do
        [ -e "$(acp_sysctl_file "$init_key")" ] || continue # a kernel without it needs it not
        init_is=$(acp_sysctl_get "$init_key")
        # a larger limit of somebody else stays
        if [ "$init_how" = '>' ] && [ "$init_is" -gt "$init_value" ]; then init_value=$init_is; fi
        init_lines="$init_lines$init_key = $init_value
"
        init_set="$init_set$init_key $init_value
"
    done << INIT_SYSCTLS
$(init_sysctls)
INIT_SYSCTLS
    init_file /etc/sysctl.d/90-acp.conf 0644 "$init_lines"
    while read -r init_key init_value; do
        [ -n "$init_key" ] || continue
        init_seen=$(acp_look_sysctl "$init_key" "$init_value")
        init_do "set $init_key=$init_value" "$init_seen" acp_set_sysctl "$init_key" "$init_value"
    done << INIT_SET
$init_set
INIT_SET
    [ -e /proc/sys/net/bridge ] || init_container || init_note todo 'bridge settings wait for the module br_netfilter: run again'
}

repair_swap() {
    init_machine_only || return 0
    init_on=$(sed -n '2,$s/[ \t].*//p' /proc/swaps | tr '\n' ' ')
    if awk '$1 !~ /^#/ && $3 == "swap" { found = 1 } END { exit !found }' /etc/fstab 2> /dev/null; then
        init_text_new=$(awk '$1 !~ /^#/ && $3 == "swap" { printf "# swap off, by acp: " } { print }' /etc/fstab && echo .)
        init_file /etc/fstab "$(stat -c %a /etc/fstab)" "${init_text_new%.}"
    fi
    for init_unit in $(systemctl list-unit-files --type=swap --no-legend 2> /dev/null | awk '$2 == "enabled" { print $1 }'); do
        init_unit_off "$init_unit"
    done
    init_seen=already
    [ -z "$init_on" ] || init_seen="differs on: $init_on"
    # shellcheck disable=SC2086,SC2016 # devices, and a script
    init_action init-swap "swapoff $init_on" "$init_seen" '
        word=$1; shift
        case $word in
            apply) swapoff "$@" ;;
            observe) for d in "$@"; do ! grep -q "^$d[[:space:]]" /proc/swaps || { echo partial; exit 0; }; done; echo done ;;
            undo) for d in "$@"; do grep -q "^$d[[:space:]]" /proc/swaps || swapon "$d"; done ;;
        esac' $init_on
    case $init_on in *zram*) init_note todo 'zram swap comes back at boot: remove its generator' ;; esac
}

# Permissive and not disabled: back from disabled would boot an unlabelled system.
repair_selinux() {
    init_machine_only || return 0
    acp_has getenforce || return 0
    if [ -f /etc/selinux/config ] && grep -q '^SELINUX=enforcing' /etc/selinux/config; then
        init_text_new=$(sed 's/^SELINUX=enforcing.*/SELINUX=permissive/' /etc/selinux/config && echo .)
        init_file "$(readlink -f /etc/selinux/config)" "$(stat -L -c %a /etc/selinux/config)" "${init_text_new%.}"
    fi
    init_seen=already
    [ "$(getenforce)" != Enforcing ] || init_seen='differs enforcing'
    # shellcheck disable=SC2016 # a script
    init_action init-selinux 'setenforce 0' "$init_seen" '
        case $1 in
            apply) setenforce 0 ;;
            observe) if [ "$(getenforce)" = Enforcing ]; then echo absent; else echo done; fi ;;
            undo) setenforce 1 ;;
        esac'
}

repair_firewall() {
    acp_has systemctl || { init_note failed 'there is no systemctl'; return 0; }
    for init_unit in firewalld.service ufw.service; do
        case $(acp_unit_state "$init_unit") in absent*) ;; *) init_unit_off "$init_unit" ;; esac
    done
    # ufw's own switch: its unit, or anybody who runs ufw, reads it
    if grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf 2> /dev/null; then
        init_text_new=$(sed 's/^[Ee][Nn][Aa][Bb][Ll][Ee][Dd]=[Yy][Ee][Ss].*/ENABLED=no/' /etc/ufw/ufw.conf && echo .)
        init_file "$(readlink -f /etc/ufw/ufw.conf)" "$(stat -L -c %a /etc/ufw/ufw.conf)" "${init_text_new%.}"
    fi
}

init_sshd() { for init_f in /usr/sbin/sshd /usr/local/sbin/sshd; do [ ! -x "$init_f" ] || { echo "$init_f"; return 0; }; done; }

# init_sshd_set KEYWORD: sets it to "no", in a drop-in where sshd reads any (OpenSSH 8.2), else as the first line: the first value wins.
init_sshd_set() {
    init_bin=$(init_sshd)
    [ -n "$init_bin" ] || { init_note skip 'there is no sshd'; return 0; }
    init_low=$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]')
    case $("$init_bin" -T 2> /dev/null | sed -n "s/^$init_low //p") in
        no) return 0 ;;
        yes) ;;
        *) init_note failed "sshd -T does not say its $1"; return 0 ;;
    esac
    if grep -qiE '^[[:space:]]*Include[[:space:]]+/etc/ssh/sshd_config\.d/\*\.conf' /etc/ssh/sshd_config; then
        init_conf=/etc/ssh/sshd_config.d/00-acp-$init_low.conf
        init_text_new="# Written by acp.
$1 no
"
        init_perm=0644
    else
        init_conf=/etc/ssh/sshd_config
        init_text_new="$1 no
$(cat /etc/ssh/sshd_config)
"
        init_perm=$(stat -c %a /etc/ssh/sshd_config)
    fi
    # This entry is older than the file's, so that its undo, a reload, comes after the file is back.
    # shellcheck disable=SC2016 # a script
    init_action "init-sshd-$init_low" "let undo end with sshd's reload" 'differs not recorded' '
        case $1 in observe) echo done ;; undo) "$2" -t && systemctl reload-or-restart sshd.service 2> /dev/null || systemctl reload-or-restart ssh.service ;; esac' "$init_bin"
    init_file "$init_conf" "$init_perm" "$init_text_new"
    [ "$init_mode" = apply ] || return 0
    if "$init_bin" -t; then
        # The way in must not be lost: the file goes back by itself unless somebody says, after a second login, that it stays.
        if { [ "$acp_framed" = yes ] || [ "$1" = UsePAM ]; }; then init_guard "$init_low" "$init_conf" || return 0; fi
        systemctl reload-or-restart sshd.service 2> /dev/null || systemctl reload-or-restart ssh.service
    else
        acp_latest "file:$init_conf"
        acp_entry=$acp_found
        acp_read "$acp_entry"
        acp_back "$init_conf" "$e_was" "$e_now"
        init_note failed "sshd refuses its files with $1 no; they are as before"
    fi
}

# init_guard NAME FILE: a timer of the node itself, since acp may be locked out by then.
init_guard() {
    # A name of its own each time: systemd keeps a stopped one loaded for a while, and would refuse it.
    init_keep_sshd "$1"
    # shellcheck disable=SC2016 # the timer's own text
    if acp_has systemd-run && systemd-run --quiet --unit="acp-sshd-guard-$1-$$" --on-active=90 --timer-property=AccuracySec=1s /bin/sh -c '
        . "$1"
        acp_lock -w 300
        acp_latest "file:$2"
        [ -n "$acp_found" ] || exit 0
        acp_entry=$acp_found
        acp_read "$acp_entry"
        acp_back "$2" "$e_was" "$e_now" && rm -rf "$acp_entry"
        systemctl reload-or-restart sshd.service 2> /dev/null || systemctl reload-or-restart ssh.service' guard "$acp_node/record.sh" "$2" >&2; then
        [ "$acp_framed" = yes ] || init_note todo 'log in anew now, and if that works run init.sh --keep-sshd within 90 s; else the setting goes back by itself'
        return 0
    fi
    acp_latest "file:$2"
    acp_entry=$acp_found
    acp_read "$acp_entry"
    acp_back "$2" "$e_was" "$e_now"
    init_note failed 'this node has no timer that could take the setting back after a failed login; it is as before'
    return 1
}
init_keep_sshd() { systemctl stop "acp-sshd-guard-${1:-}*.timer" 2> /dev/null || true; }

repair_sshd_use_dns() { init_sshd_set UseDNS; }

repair_sshd_use_pam() {
    init_locked=$(awk -F: '$2 ~ /^!/ { print $1 }' /etc/shadow | while read -r init_u; do
        awk -F: -v u="$init_u" '$1 == u && $7 !~ /(nologin|false|sync|shutdown|halt)$/ { printf "%s ", u }' /etc/passwd
    done)
    [ -z "$init_locked" ] || { init_note skip "these accounts are locked in /etc/shadow and could no longer log in: $init_locked"; return 0; }
    init_sshd_set UsePAM
}

repair_transparent_hugepage() {
    init_machine_only || return 0
    init_f=/sys/kernel/mm/transparent_hugepage/enabled
    [ -e "$init_f" ] || return 0
    init_is=$(sed 's/.*\[\(.*\)\].*/\1/' "$init_f")
    init_seen=already
    [ "$init_is" = never ] || init_seen="differs $init_is"
    # shellcheck disable=SC2016 # a script
    init_action init-thp 'set transparent_hugepage=never' "$init_seen" '
        f=/sys/kernel/mm/transparent_hugepage/enabled
        case $1 in
            apply) echo never > "$f" ;;
            observe) case $(cat "$f") in *"[never]"*) echo done ;; *) echo absent ;; esac ;;
            undo) echo "$2" > "$f" ;;
        esac' "$init_is"
    init_boot transparent_hugepage=never
}

# 3.10 alone: its kernel memory accounting leaks cgroups. Newer kernels have it mended, and older than 1127 ignore the argument.
repair_nokmem() {
    init_machine_only || return 0
    case $(uname -r) in 3.10.*) init_boot cgroup.memory=nokmem ;; esac
}

repair_apparmor() {
    init_machine_only || return 0
    [ "$(cat /sys/module/apparmor/parameters/enabled 2> /dev/null)" = Y ] || return 0
    case $(acp_unit_state apparmor.service) in absent*) ;; *) init_unit_off apparmor.service ;; esac
    init_boot apparmor=0
}

repair_default_tasks_max() {
    acp_has systemctl || { init_note failed 'there is no systemctl'; return 0; }
    init_is=$(systemctl show -p DefaultTasksMax 2> /dev/null)
    case ${init_is#*=} in '' | infinity | 18446744073709551615) return 0 ;; esac # systemd 219 may know none
    init_file /etc/systemd/system.conf.d/90-acp.conf 0644 '# Written by acp.
[Manager]
DefaultTasksMax=infinity
'
    [ "$init_mode" = apply ] || return 0
    systemctl daemon-reload
    case $(systemctl show -p DefaultTasksMax) in *=infinity | *=18446744073709551615) return 0 ;; esac
    systemctl daemon-reexec
    case $(systemctl show -p DefaultTasksMax) in *=infinity | *=18446744073709551615) return 0 ;; esac
    init_note reboot 'DefaultTasksMax holds from the next boot on'
}

repair_core_dumps() {
    [ -d /etc/security ] || { init_note skip 'there is no /etc/security'; return 0; }
    init_file /etc/security/limits.d/90-acp.conf 0644 '# Written by acp: core files of pods fill the disk.
* - core 0
root - core 0
'
}

repair_hosts() {
    init_rest=$(acp_block out /etc/hosts init 2> /dev/null) || { init_note failed '/etc/hosts cannot be read, or its acp block has no end'; return 0; }
    init_own=$(uname -n)
    init_add=''
    # A name twice at one address is once enough, and localhost has no other IPv4 address; what else stands twice only you can tell.
    init_text_new=$(awk '
        /^# BEGIN acp / { inside = 1 }
        inside || $1 ~ /^#/ || NF == 0 { if (/^# END acp /) inside = 0; print; next }
        {
            out = ""; dropped = 0; n = NF
            for (i = 2; i <= NF; i++) if ($i ~ /^#/) { n = i - 1; break }
            for (i = 2; i <= n; i++) {
                if (($1, $i) in seen || ($i == "localhost" && $1 !~ /:/ && $1 != "127.0.0.1")) { dropped = 1; continue }
                seen[$1, $i] = 1
                out = out " " $i
            }
            if (!dropped) print; else if (out != "") print $1 out; else print "# off, by acp: " $0
        }' "$(readlink -f /etc/hosts)" && echo .)
    if [ "${init_text_new%.}" != "$(cat /etc/hosts && echo .)" ] && [ "$init_text_new" != "$(cat /etc/hosts && echo .)" ]; then
        init_file "$(readlink -f /etc/hosts)" "$(stat -L -c %a /etc/hosts)" "${init_text_new%.}"
        init_rest=${init_text_new%.}
    fi
    init_twice=$(printf '%s\n' "$init_rest" | awk '$1 !~ /^#/ { for (i = 2; i <= NF && $i !~ /^#/; i++) { f = $1 ~ /:/
        if ((f, $i) in at && at[f, $i] != $1) print $i; at[f, $i] = $1 } }' | sort -u | tr '\n' ' ')
    [ -z "$init_twice" ] || init_note todo "/etc/hosts gives these names two addresses, and only you know which is right: $init_twice"
    init_local=$(printf '%s\n' "$init_rest" | awk '$1 !~ /^#/ && $1 !~ /:/ { for (i = 2; i <= NF && $i !~ /^#/; i++) if ($i == "localhost") { print $1; exit } }')
    case $init_local in
        127.0.0.1) ;;
        '') init_add='127.0.0.1 localhost
' ;;
        *) init_note failed "/etc/hosts has localhost as $init_local; correct that line by hand" ;;
    esac
    if ! printf '%s\n' "$init_rest" | awk -v n="$init_own" '$1 !~ /^#/ { for (i = 2; i <= NF && $i !~ /^#/; i++) if ($i == n) found = 1 } END { exit !found }'; then
        init_src=$(ip -o route get 192.0.2.1 2> /dev/null | sed -n 's/.* src \([^ ]*\).*/\1/p')
        [ -n "$init_src" ] || init_src=$(ip -o addr show scope global 2> /dev/null | awk '{ sub("/.*", "", $4); print $4; exit }')
        if [ -n "$init_src" ]; then
            init_add="$init_add$init_src $init_own
"
        else
            init_note failed "no address was found for $init_own"
        fi
    fi
    [ -z "$init_add" ] || init_block /etc/hosts init "$init_add"
}

# The name servers: those given; else, where systemd-resolved's stub (127.0.0.53) stands in the file, the real ones that it keeps beside.
# The search domains stay: which of too many to drop only you know.
repair_resolv_conf() {
    init_real=/run/systemd/resolve/resolv.conf
    init_bad_ns=$(awk '$1 == "nameserver" { n++; if ($2 ~ /^127\./ || $2 == "::1") bad = bad " " $2 } END { print n ? bad : "none" }' /etc/resolv.conf 2> /dev/null) || init_bad_ns=missing
    if [ -n "$init_dns" ]; then
        init_text_new=$(printf '%s\n' "$init_dns" | tr , '\n' | sed 's/^/nameserver /'; awk '$1 == "search" || $1 == "domain" || $1 == "options"' /etc/resolv.conf 2> /dev/null || true)
        if [ "$(systemctl is-active NetworkManager.service 2> /dev/null)" = active ]; then
            init_file /etc/NetworkManager/conf.d/90-acp.conf 0644 '# Written by acp: else NetworkManager writes /etc/resolv.conf anew.
[main]
dns=none
'
            [ "$init_mode" != apply ] || systemctl reload NetworkManager.service || true
        fi
        init_path /etc/resolv.conf text "# Written by acp.
$init_text_new"
    elif [ -z "$init_bad_ns" ]; then return 0
    elif awk '$1 == "nameserver" && $2 !~ /^127\./ { ok = 1 } $1 == "nameserver" && $2 ~ /^127\./ { bad = 1 } END { exit !(ok && !bad) }' "$init_real" 2> /dev/null; then
        init_path /etc/resolv.conf link "$init_real"
    else
        init_note todo "/etc/resolv.conf has name servers:$init_bad_ns; give one that pods can reach with --dns ADDRESS"
    fi
}

repair_time_zone() {
    [ -n "$init_zone" ] || { init_note skip 'no --time-zone was given'; return 0; }
    case /$init_zone/ in */../*) init_note failed "this is no time zone: $init_zone"; return 0 ;; esac
    [ -f "/usr/share/zoneinfo/$init_zone" ] || { init_note failed "this node knows no time zone $init_zone"; return 0; }
    [ "$(readlink -f /etc/localtime)" = "$(readlink -f "/usr/share/zoneinfo/$init_zone")" ] || init_path /etc/localtime link "/usr/share/zoneinfo/$init_zone"
    [ ! -f /etc/timezone ] || init_path /etc/timezone text "$init_zone"
}

# A service that keeps the clock: chrony, or where there is none systemd-timesyncd. What is not installed, acp does not install here.
repair_time_service() {
    init_machine_only || return 0
    init_unit=''
    for init_m in chronyd.service chrony.service systemd-timesyncd.service; do
        case $(acp_unit_state "$init_m") in absent* | alias*) ;; *) init_unit=$init_m && break ;; esac
    done
    [ -n "$init_unit" ] || { init_note todo 'neither chrony nor systemd-timesyncd is installed: install one'; return 0; }
    init_f=''
    if [ -n "$init_ntp" ]; then
        init_lines=$(printf '%s\n' "$init_ntp" | tr , '\n' | sed 's/.*/server & iburst/')
        init_conf=/etc/chrony.conf
        [ -f "$init_conf" ] || init_conf=/etc/chrony/chrony.conf
        if [ "$init_unit" = systemd-timesyncd.service ]; then
            init_f=/etc/systemd/timesyncd.conf.d/90-acp.conf
            init_file "$init_f" 0644 "# Written by acp.
[Time]
NTP=$(printf '%s' "$init_ntp" | tr , ' ')
"
        elif grep -q '^sourcedir /etc/chrony/sources.d' "$init_conf" 2> /dev/null; then
            init_f=/etc/chrony/sources.d/acp.sources
            init_file "$init_f" 0644 "$init_lines
"
        else
            init_f=$init_conf
            init_block "$init_f" init "$init_lines
"
        fi
    fi
    if [ -n "$init_f" ]; then init_sum=$(init_digest "$init_ntp"); else init_sum=-; fi
    init_seen=$(acp_look_unit "$init_unit" run "$init_sum" ${init_f:+"$init_f"})
    init_do "run $init_unit" "$init_seen" acp_set_unit "$init_unit" run "$init_sum" ${init_f:+"$init_f"}
}

# The guide's three lists (001); a name counts wherever it stands in a package's, as the guide's grep -F has it.
init_conflicts() {
    if acp_has dpkg-query; then
        # shellcheck disable=SC2016 # dpkg-query's own fields
        dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2> /dev/null | awk '$1 ~ /^.i/ { print $2 }' |
            grep -F -e docker.io -e docker-ce -e podman-docker -e containerd -e rootlesskit -e rkt -e containernetworking-plugins -e kubernetes
    elif acp_has rpm; then
        case $(sed -n 's/^ID=//p' /etc/os-release | tr -d '"') in kylin) init_m='-e containerd' ;; *) init_m='' ;; esac
        # shellcheck disable=SC2086 # words
        rpm -qa --qf '%{NAME}\n' 2> /dev/null | grep -F -e docker -e podman -e runc -e containernetworking-plugins -e apptainer -e kubernetes $init_m
    fi | sort -u | tr '\n' ' ' | sed 's/ $//' || true
}

# What is removed cannot be brought back by undo: a node in an air gap has no package to install it from.
repair_conflicts() {
    init_found=$(init_conflicts)
    [ -n "$init_found" ] || return 0
    if [ "$init_mode" != apply ]; then
        init_tell change "$init_id" would "remove packages $init_found"
        init_note would ''
        return 0
    fi
    if [ -z "$init_yes" ] && [ "$acp_framed" = no ] && (: < /dev/tty) 2> /dev/null; then
        printf 'These packages cannot stay beside the platform: %s\nRemove them? Undo cannot bring them back. (yes/no) ' "$init_found" > /dev/tty
        read -r init_m < /dev/tty || init_m=no
        [ "$init_m" != yes ] || init_yes=$(printf '%s' "$init_found" | tr ' ' ,)
    fi
    # only just what was shown: a package that came in between asks anew
    [ "$(printf '%s' "$init_yes" | tr , ' ')" = "$init_found" ] || { init_note todo "not removed, since nobody said yes to just these packages: $init_found"; return 0; }
    # shellcheck disable=SC2086 # names of packages
    if acp_has dpkg; then init_remove dpkg --remove $init_found; else init_remove rpm -e $init_found; fi
}
init_remove() {
    if "$@" >&2; then
        init_tell change "$init_id" 'done' "removed packages $init_found"
        init_note 'done' 'undo cannot bring packages back'
    else
        init_note failed "$1 refused: see above what needs these packages: $init_found"
    fi
}

# ---- the run

init_run() {
    for init_id in $init_ids $init_named; do
        if [ -n "$init_only" ]; then
            case ",$init_only," in *",$init_id,"*) ;; *) continue ;; esac
        else
            case " $init_named " in *" $init_id "*) [ "$init_id" = "$init_remove_too" ] || continue ;; esac
        fi
        init_word=ok init_text=''
        "repair_$(printf '%s' "$init_id" | tr - _)"
        init_tell repair "$init_id" "$init_word" "$init_text"
        case $init_word in failed) init_bad=1 ;; would | todo | reboot) init_open=1 ;; esac
    done
}

# This recorder's text, for the node to keep: acp gives init_recorder, alone it stands in this file.
init_keep() {
    if command -v init_recorder > /dev/null; then
        init_recorder | acp_keep_recorder
    elif grep -q '^#@begin record.sh$' "$0"; then
        sed -n '/^#@begin record.sh$/,/^#@end record.sh$/p' "$0" | sed '1d;$d' | acp_keep_recorder
    fi
}

init_usage() {
    echo 'usage: init.sh [--check | --dry-run | --undo [--dry-run]] [--only ID,...] [--dns A,...] [--time-zone Z] [--ntp S,...]' >&2
    echo '       [--modules M,...] [--ip-family ipv4|ipv6|dual] [--remove-conflicts [--yes-to PACKAGE,...]] [--keep-sshd]' >&2
    echo "repairs: $init_ids; only when named: $init_named" >&2
    exit 2
}

init_main() {
    acp_framed=no
    init_undo=no
    while [ $# -gt 0 ]; do
        case $1 in
            --check) init_mode=check ;;
            --dry-run) init_mode=dry ;;
            --undo) init_undo=yes ;;
            --only)
                [ $# -gt 1 ] || init_usage
                init_only=$2
                shift
                ;;
            --framed) acp_framed=yes ;;
            --dns | --time-zone | --ntp | --modules | --yes-to)
                [ $# -gt 1 ] || init_usage
                # what becomes a line of a file, or a word of a command, has no room for another
                case $2 in '' | -* | *[!A-Za-z0-9.:,_+/-]*) echo "init.sh: $1 $2 is not a list of plain words" >&2; exit 2 ;; esac
                case $1 in --dns) init_dns=$2 ;; --time-zone) init_zone=$2 ;; --ntp) init_ntp=$2 ;; --modules) init_more_modules=$2 ;; *) init_yes=$2 ;; esac
                shift
                ;;
            --ip-family)
                case ${2:-} in ipv4 | ipv6 | dual) init_family=$2 ;; *) init_usage ;; esac
                shift
                ;;
            --remove-conflicts) init_remove_too=conflicts ;;
            --keep-sshd) init_keep_sshd && exit 0 ;;
            --cluster)
                [ $# -gt 1 ] || init_usage
                init_cluster=$2
                shift
                ;;
            *) init_usage ;;
        esac
        shift
    done
    for init_id in $(printf '%s' "$init_only" | tr , ' '); do
        case " $init_ids $init_named " in *" $init_id "*) ;; *) echo "init.sh knows no repair $init_id" >&2; init_usage ;; esac
    done
    [ "$(id -u)" -eq 0 ] || { echo 'init.sh must run as root' >&2; exit 2; }
    # Who works on the node itself may repair it whosever it is; acp only nodes of its own cluster, in a dry run as well.
    if [ "$acp_framed" = no ] && [ -z "$init_cluster" ]; then init_cluster=$(cat "$acp_node/cluster" 2> /dev/null) || init_cluster=''; fi
    if [ "$init_undo" = yes ]; then
        if [ "$init_mode" = apply ]; then acp_undo init no "$init_cluster"; else acp_undo init yes "$init_cluster"; fi
        return 0
    fi
    acp_own "$init_cluster"
    if [ "$init_mode" = apply ]; then
        acp_begin "$init_cluster" init 'init.sh'
        init_keep
    fi
    init_run
    [ "$init_mode" != apply ] || [ -n "$(acp_entries)" ] || [ -s "$acp_node/cluster" ] || acp_leave
    [ "$init_bad" -eq 0 ] || exit 1
    [ "$init_mode" != check ] || [ "$init_open" -eq 0 ] || exit 1
}

init_main "$@" < /dev/null
