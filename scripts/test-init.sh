#!/usr/bin/env bash
# Runs every repair of res/init.sh for real where no machine's own kernel can be repaired: in a mount namespace whose /etc, /boot and
# parts of /proc and /sys are a made-up machine of each OS family, with small stand-ins (fakes) of grubby, grub2-mkconfig, update-grub,
# swapoff, modprobe, setenforce and systemctl that change that machine. Under dash, bash and busybox sh: repaired, nothing to do the
# second time, and the very bytes back after --undo, also when it was killed on the way. Needs root. Ends non-zero at the first wrong thing.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo 'test-init: SKIPPED: needs root'; exit 0; }
work=$(mktemp -d /tmp/acp-test-init-XXXXXX)
trap 'rm -rf "$work"' EXIT
m=$work/machine
say() { printf 'test-init: %s\n' "$*"; }
die() { say "WRONG: $*"; cat "$work/out" 2> /dev/null; tail -n 30 "$work/err" 2> /dev/null; exit 1; }
awk '/^#@include record.sh$/ { print "#@begin record.sh"; while ((getline l < "res/record.sh") > 0) print l
    print "#@end record.sh"; next } { print }' res/init.sh > "$work/init.sh"

tool() { cat > "$m/bin/$1"; chmod 755 "$m/bin/$1"; }
fakes() {
    tool systemd-detect-virt <<< $'#!/bin/sh\necho none; exit 1'
    tool uname <<< "#!/bin/sh
case \$1 in -r) echo $1 ;; -n) echo node1 ;; *) exec /bin/uname \"\$@\" ;; esac"
    tool ip <<< $'#!/bin/sh\ncase "$*" in *"route get"*) echo "192.0.2.1 via 10.0.0.1 dev eth9 src 10.0.0.5 uid 0" ;; *"show default"*) echo "default via 10.0.0.1 dev eth9" ;; esac'
    tool swapoff <<< $'#!/bin/sh\nfor d; do grep -v "^$d " /proc/swaps > /etc/.s; cat /etc/.s > /proc/swaps; rm /etc/.s; done'
    tool swapon <<< $'#!/bin/sh\nprintf "%s partition 100 0 -2\\n" "$1" >> /proc/swaps'
    tool modprobe <<< $'#!/bin/sh\ncase $1 in -n) case $3 in nf_conntrack_ipv*) [ -e /etc/el7 ] ;; esac; exit ;; -r) grep -v "^$2 " /proc/modules > /etc/.m; cat /etc/.m > /proc/modules; rm /etc/.m ;; *) echo "$1 1 0 - Live 0" >> /proc/modules ;; esac'
    tool getenforce <<< $'#!/bin/sh\ncat /etc/enforce'
    tool setenforce <<< $'#!/bin/sh\nif [ "$1" = 0 ]; then echo Permissive; else echo Enforcing; fi > /etc/enforce'
    # the kernel puts the setting in brackets, a plain file does not
    tool cat <<< $'#!/bin/sh\ncase $1 in */transparent_hugepage/enabled) read -r v < "$1"; case $v in *"["*) echo "$v" ;; *) echo "always madvise [$v]" ;; esac ;; *) exec /bin/cat "$@" ;; esac'
    tool systemctl << 'FAKE'
#!/bin/sh
# units are lines "NAME ENABLED ACTIVE" of /etc/units
word=$1
shift
get() { awk -v u="$1" -v f="$2" '$1 == u { print $f; n = 1 } END { exit !n }' /etc/units; }
put() { awk -v u="$1" -v f="$2" -v v="$3" '$1 == u { $f = v } { print }' /etc/units > /etc/.u && cat /etc/.u > /etc/units; rm -f /etc/.u; }
case $word in
    is-enabled) get "$1" 2 || echo not-found ;;
    is-active) get "$1" 3 || echo inactive ;;
    list-unit-files) awk '$1 ~ /swap$/ { print $1, $2 }' /etc/units ;;
    start | restart) put "$1" 3 active ;;
    stop) put "$1" 3 inactive ;;
    enable) put "$1" 2 enabled ;;
    disable) put "$1" 2 disabled ;;
    show) case "$*" in *DefaultTasksMax*) if grep -qs infinity /etc/systemd/system.conf.d/90-acp.conf; then echo DefaultTasksMax=infinity; else echo DefaultTasksMax=4915; fi ;; esac ;;
esac
FAKE
}
# A machine before its repair. $1: el7, el8, kylin, ubuntu or none (no boot loader)
machine() {
    rm -rf "$m" "$work/node"
    mkdir -p "$m/etc/default" "$m/etc/systemd" "$m/etc/security/limits.d" "$m/etc/selinux" "$m/boot/grub2" "$m/boot/grub" "$m/boot/loader/entries" "$m/bin" "$m/k/sysctl/net/ipv4/conf/all" "$m/k/sysctl/vm"
    cp /etc/passwd /etc/group "$m/etc"
    cp -a /etc/alternatives "$m/etc"
    mkdir "$m/etc/ssh"
    cp "$work/hostkey" "$m/etc/ssh/ssh_host_ed25519_key"
    printf 'HostKey /etc/ssh/ssh_host_ed25519_key\nUseDNS yes\n' > "$m/etc/ssh/sshd_config"
    printf 'root:x:1:0:99999:7:::\n' > "$m/etc/shadow"
    printf '# disks\nUUID=1 / xfs defaults 0 0\nUUID=2 none swap sw 0 0' > "$m/etc/fstab"
    printf '127.0.0.1 localhost localhost\n127.0.0.9 localhost other # why\n::1 localhost ip6\n' > "$m/etc/hosts"
    printf '# of mine\nnameserver 127.0.0.53\nsearch a.example\n' > "$m/etc/stub"
    ln -s stub "$m/etc/resolv.conf"
    ln -s /usr/share/zoneinfo/UTC "$m/etc/localtime"
    printf 'SELINUX=enforcing # yes\nSELINUXTYPE=targeted\n' > "$m/etc/selinux/config"
    echo Enforcing > "$m/etc/enforce"
    printf '%s\n' 'firewalld.service enabled active' 'apparmor.service enabled active' 'dev-sda2.swap enabled active' 'chronyd.service disabled inactive' > "$m/etc/units"
    printf 'pool x iburst\n' > "$m/etc/chrony.conf"
    printf '1\n' > "$m/k/sysctl/net/ipv4/conf/all/rp_filter"
    printf '65530\n' > "$m/k/sysctl/vm/max_map_count"
    printf 'Filename Type Size Used Priority\n/dev/sda2 partition 100 0 -2\n' > "$m/k/swaps"
    printf 'overlay 1 0 - Live 0\n' > "$m/k/modules"
    printf '[always] madvise never\n' > "$m/k/thp"
    printf 'BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet\n' > "$m/k/cmdline"
    printf 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="crashkernel=auto quiet"\n' > "$m/etc/default/grub"
    local release=5.10.0
    case $1 in
        el7) release=3.10.0-1160.el7.x86_64; touch "$m/etc/el7"; ln -s ../boot/grub2/grub.cfg "$m/etc/grub2.cfg" ;;
        kylin) mkdir -p "$m/boot/efi/EFI/kylin"; ln -s ../boot/efi/EFI/kylin/grub.cfg "$m/etc/grub2-efi.cfg"; ln -s ../boot/efi/EFI/kylin/grub.cfg "$m/etc/grub2.cfg" ;;
        el8) release=4.18.0-372.el8; echo 'GRUB_ENABLE_BLSCFG=true' >> "$m/etc/default/grub" ;;
        ubuntu) printf 'linux /vmlinuz-5.4 root=UUID=1 ro quiet\nlinux16 /memtest\n' > "$m/boot/grub/grub.cfg" ;;
    esac
    fakes "$release"
    case $1 in
        el7 | kylin)
            tool grub2-mkconfig <<< $'#!/bin/bash\n[ "$1" = -o ] || exit 1\n. /etc/default/grub\nfor k in rescue 1; do printf "menuentry $k {\\n\\tlinux16 /vmlinuz-$k root=/dev/sda1 ro $GRUB_CMDLINE_LINUX\\n}\\n"; done > "$2.new"\ncat "$2.new" > "$2"; rm "$2.new"'
            printf 'menuentry 1 {\n\tlinux16 /vmlinuz-1 root=/dev/sda1 ro quiet\n}\n' > "$(readlink -m "$m/etc/grub2.cfg")"
            ;;
        ubuntu) tool update-grub <<< $'#!/bin/bash\n. /etc/default/grub\nfor f in /etc/default/grub.d/*.cfg; do [ ! -e "$f" ] || . "$f"; done\nprintf "linux /vmlinuz-5.4 root=UUID=1 ro $GRUB_CMDLINE_LINUX\\nlinux16 /memtest\\n" > /boot/grub/grub.cfg' ;;
        el8)
            for k in 1 rescue; do printf 'title K %s\nlinux /vmlinuz-%s\noptions root=/dev/sda1 ro quiet\n' $k $k > "$m/boot/loader/entries/$k.conf"; done
            tool grubby << 'FAKE'
#!/bin/sh
case "$*" in
    --info=ALL) for f in /boot/loader/entries/*.conf; do sed -n 's/^options \(.*\)/args="\1"/p' "$f"; done ;;
    '--update-kernel=ALL --args='*) sed -i "/^options /s|\$| ${2#--args=}|" /boot/loader/entries/*.conf /etc/default/grub ;;
    '--update-kernel=ALL --remove-args='*) sed -i "/^options /s| ${2#--remove-args=}||" /boot/loader/entries/*.conf ;;
    *) exit 1 ;;
esac
FAKE
            ;;
    esac
}
cat > "$work/enter.sh" << 'END'
set -e
mount --make-rprivate /
mount --bind "$1/k/thp" /sys/kernel/mm/transparent_hugepage/enabled
[ ! -d /sys/firmware/efi ] || mount -t tmpfs t /sys/firmware
mount --bind "$1/boot" /boot
mount --bind "$1/etc" /etc
mount --bind "$1/k" /proc # last: mount itself reads it
m=$1
shift
PATH=$m/bin:$PATH ACP_SYSCTLS=$m/k/sysctl exec "$@"
END
# init ARGS...: on the machine, under $shell
init() {
    local rc=0
    : > "$work/count"
    # shellcheck disable=SC2086 # "busybox sh" is two words
    ACP_NODE=$work/node/acp/node ACP_SEAM=${seam:-} ACP_SEAM_COUNT=$work/count \
        setsid -w unshare -m sh "$work/enter.sh" "$m" $shell "$work/init.sh" "$@" > "$work/out" 2> "$work/err" < /dev/null || rc=$?
    return "$rc"
}
state() { (cd "$m" && find etc boot k -printf '%p %m %U:%G %y %l\n' | sort && find etc boot k -type f -exec sha256sum {} + | sort); }
has() { grep -qE -- "$2" "$m/$1" || die "$shell, $family: $1 has no $2"; }
given=(--dns 10.0.0.53 --time-zone Asia/Shanghai --ntp 10.0.0.1)

repaired() {
    has k/thp '^never|\[never\]'
    has k/modules '^br_netfilter '
    has etc/fstab '^# swap off, by acp: UUID=2'
    ! grep -q sda2 "$m/k/swaps" || die "$shell, $family: swap is on"
    has etc/selinux/config '^SELINUX=permissive$'
    has etc/enforce Permissive
    has etc/units '^firewalld.service disabled inactive'
    has etc/units '^chronyd.service enabled active'
    has etc/units '^dev-sda2.swap disabled inactive'
    has etc/chrony.conf '^server 10.0.0.1 iburst'
    has etc/resolv.conf '^nameserver 10.0.0.53'
    has etc/resolv.conf '^search a.example'
    ! grep -q 127 "$m/etc/resolv.conf" || die "$shell: resolv.conf"
    [ "$(readlink "$m/etc/localtime")" = /usr/share/zoneinfo/Asia/Shanghai ] || die "$shell: time zone"
    has etc/hosts '^127.0.0.1 localhost$'
    has etc/hosts '^127.0.0.9 other$'
    has etc/hosts '^10.0.0.5 node1$'
    [ "$(head -n 1 "$m/etc/ssh/sshd_config")" = 'UseDNS no' ] || die "$shell: sshd_config"
    [ "$(cat "$m/k/sysctl/net/ipv4/conf/all/rp_filter" "$m/k/sysctl/vm/max_map_count" | xargs)" = '0 262144' ] || die "$shell: sysctls"
    case $family in
        el7) has boot/grub2/grub.cfg 'rescue root=.* transparent_hugepage=never cgroup.memory=nokmem'
            has etc/modules-load.d/acp.conf '^nf_conntrack_ipv6$' ;;
        kylin) has boot/efi/EFI/kylin/grub.cfg 'vmlinuz-1 root=.* transparent_hugepage=never$' ;;
        el8) for f in 1 rescue; do has boot/loader/entries/$f.conf '^options .* transparent_hugepage=never$'; done ;;
        ubuntu) has boot/grub/grub.cfg 'vmlinuz-5.4 root=.* transparent_hugepage=never$' ;;
    esac
}

ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
mkdir -p /run/sshd
for shell in dash bash 'busybox sh'; do
    for family in el7 kylin el8 ubuntu none; do
        machine $family
        state > "$work/before"
        rc=0
        init --check "${given[@]}" || rc=$?
        [ "$rc" -eq 1 ] || die "$shell, $family: --check ended with $rc"
        init --dry-run "${given[@]}" || die "$shell, $family: --dry-run"
        grep ' would: ' "$work/out" | sed 's/.*would: //; s/ ([^()]*)$//' > "$work/would"
        state | diff "$work/before" - > "$work/out" || die "$shell, $family: --check or --dry-run changed something"
        init "${given[@]}" || die "$shell, $family: init.sh ended with $?"
        grep ' done: ' "$work/out" | sed 's/.*done: //' | diff "$work/would" - || die "$shell, $family: the dry run told another story"
        if [ $family = none ]; then grep -qE '^transparent-hugepage +todo .*by hand' "$work/out"; else grep -qE '^transparent-hugepage +reboot .*next boot' "$work/out"; fi ||
            die "$shell, $family: it does not say reboot"
        repaired
        state > "$work/after"
        init "${given[@]}" || die "$shell, $family: second run"
        ! grep -E ' done' "$work/out" || die "$shell, $family: the second run changed something"
        state | diff "$work/after" - > "$work/out" || die "$shell, $family: the second run changed the machine"
        printf 'BOOT_IMAGE=/vmlinuz root=/dev/sda1 transparent_hugepage=never cgroup.memory=nokmem\n' > "$m/k/cmdline"
        init --only transparent-hugepage,nokmem || die "$shell, $family: after the reboot"
        ! grep -E ' (reboot|todo) ' "$work/out" || die "$shell, $family: it still says reboot"
        printf 'BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet\n' > "$m/k/cmdline"
        init --undo || die "$shell, $family: --undo"
        # the kernel shows the setting in brackets, the fixture what was written last
        sed -i 's/^always$/[always] madvise never/' "$m/k/thp"
        state | sed '/k\/swaps$/d' > "$work/now"
        sed '/k\/swaps$/d' "$work/before" | diff - "$work/now" > "$work/out" || die "$shell, $family: --undo did not go back"
        grep -q '^/dev/sda2 ' "$m/k/swaps" || die "$shell, $family: swap is not on again"
        [ ! -e "$work/node/acp" ] || die "$shell, $family: the record is left"
    done
    say "$shell: repaired, nothing the second time, and back, on five families"
done

# somebody wrote a newer menu since: only the argument goes, the rest of it stays
shell=dash
for family in el7 el8 ubuntu; do
    machine $family
    init --only transparent-hugepage || die "$family: init.sh"
    case $family in
        el8) sed 's/vmlinuz-1/vmlinuz-2/' "$m/boot/loader/entries/1.conf" > "$m/boot/loader/entries/2.conf" ;;
        el7) echo GRUB_DEFAULT=1 >> "$m/etc/default/grub" ;;
        ubuntu) echo '# newer' >> "$m/boot/grub/grub.cfg" ;;
    esac
    init --undo || die "$family: --undo over another's change"
    ! grep -rq transparent_hugepage "$m/boot" || die "$family: the argument is left"
    case $family in
        el8) [ -e "$m/boot/loader/entries/2.conf" ] ;;
        el7) grep -q GRUB_DEFAULT=1 "$m/etc/default/grub" ;;
        ubuntu) [ ! -e "$m/etc/default/grub.d/90-acp-transparent_hugepage.cfg" ] ;;
    esac || die "$family: another's change is gone"
done
say "a boot menu that somebody wrote since keeps all but the argument"

# killed at every 9th of its seams, then undone
family=el7
for ((seam = 3; ; seam += 9)); do
    machine el7
    state > "$work/before"
    rc=0
    init "${given[@]}" || rc=$?
    [ "$rc" -ne 0 ] || break
    [ "$rc" -eq 137 ] || die "seam $seam: status $rc"
    seam='' init --undo || die "seam $seam: --undo"
    sed -i 's/^always$/[always] madvise never/' "$m/k/thp"
    state | sed '/k\/swaps$/d' > "$work/now"
    sed '/k\/swaps$/d' "$work/before" | diff - "$work/now" > "$work/out" || die "seam $seam: --undo did not go back"
done
seam=''
say "killed at $((seam_count = $(wc -c < "$work/count"), seam_count / 9)) of $(wc -c < "$work/count") seams, and back"

# hostile values, and packages without a yes
# shellcheck disable=SC2016 # hostile, not meant to expand
for bad in '--dns 10.0.0.1;reboot' '--time-zone ../../etc/shadow' '--ntp -x' '--modules $(id)'; do
    machine el8
    # shellcheck disable=SC2086 # two words
    if init $bad --only time-zone,resolv-conf; then die "$bad was taken"; fi
done
machine el8
tool rpm <<< $'#!/bin/sh\ncase $1 in -qa) cat /etc/rpms ;; -e) shift; echo "$*" > /etc/removed; : > /etc/rpms ;; esac'
mkdir "$m/nodpkg"
tool dpkg-query <<< $'#!/bin/sh\nprintf "ii  docker-ce\\nii  bash\\nrc  kubernetes-x\\nii  containerd.io\\n"'
tool dpkg <<< $'#!/bin/sh\necho "$*" > /etc/removed'
init || die 'without the flag'
[ ! -e "$m/etc/removed" ] || die 'packages were removed without being asked for'
init --remove-conflicts --only conflicts || die 'without a yes'
grep -qE '^conflicts +todo .*containerd.io docker-ce' "$work/out" || die 'the packages are not listed'
[ ! -e "$m/etc/removed" ] || die 'packages were removed without a yes'
init --only conflicts --yes-to docker-ce || die 'another yes'
[ ! -e "$m/etc/removed" ] || die 'packages were removed by a yes to others'
init --only conflicts --yes-to containerd.io,docker-ce || die 'with a yes'
[ "$(cat "$m/etc/removed")" = '--remove containerd.io docker-ce' ] || die 'the packages are not removed'
say 'hostile values are refused; packages go only after a yes to just these'
say passed
