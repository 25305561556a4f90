#!/usr/bin/env bash
# Tests res/record.sh and res/init.sh. Without an option: here, in a folder of their own, under every shell there is, killed
# at each seam of apply and of undo. With --lab NAME: on the first node of that lab as well (units, links, init.sh), through
# scripts/lab; with --own-lab: on a lab that it makes and takes away. The node is compared with a snapshot taken before. Ends non-zero at the first thing that is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."
lab=''
own=''
case ${1:-} in
    '') ;;
    --lab) lab=${2:?--lab wants a name} ;;
    --own-lab) lab=record own=yes ;;
    *) sed -n '2,5p' "$0"; exit 2 ;;
esac
work=$(mktemp -d /tmp/acp-test-record-XXXXXX)
trap 'rm -rf "$work"; [ -z "$own" ] || scripts/lab down --name "$lab"' EXIT
node=$work/acp/node
say() { printf 'test-record: %s\n' "$*"; }
die() { say "WRONG: $*"; cat "$work/out" "$work/err" 2> /dev/null || true; exit 1; }
sha() { printf '%s' "$1" | sha256sum | cut -d ' ' -f 1; }

inline() {
    awk '/^#@include record.sh$/ { print "#@begin record.sh"; while ((getline l < "res/record.sh") > 0) print l
        print "#@end record.sh"; next } { print }' res/init.sh
}

# call INDEX FUNCTION ARGS... < CONTENT: one line of a batch, with its content in base64
call() { printf 'acp_try %s' "$1"; shift; printf " '%s'" "$@"; printf " << 'ACP_END'\n"; base64; printf 'ACP_END\n'; }

# batch < CALLS: the whole text that acp would send
batch() {
    cat res/record.sh
    printf "{\nacp_begin 6f1ed002-ab5d-4a2c-9f0e-1b8a3a6c1d11 test 'test-record.sh'\nacp_keep_recorder << 'ACP_RECORDER'\n"
    cat res/record.sh
    printf 'ACP_RECORDER\n'
    cat
    printf 'acp_end\n} < /dev/null\n'
}

# A fake systemctl for what is killed here, where a unit is two files, and a fake systemd-run that starts nothing; the real ones
# are on the lab's node.
fakes() {
    mkdir -p "$work/bin"
    cat > "$work/bin/systemctl" << END
#!/bin/sh
u=$work/root/units
case \$1 in
    is-enabled) if [ -e "\$u/\$2.enabled" ]; then echo enabled; else echo disabled; exit 1; fi ;;
    is-active) if [ -e "\$u/\$2.active" ]; then echo active; else echo inactive; exit 3; fi ;;
    enable) : > "\$u/\$2.enabled" ;;
    disable) rm -f "\$u/\$2.enabled" ;;
    start | restart) : > "\$u/\$2.active" ;;
    stop) rm -f "\$u/\$2.active" ;;
    show) printf 'LoadState=loaded\nNeedDaemonReload=no\n' ;;
esac
END
    printf '#!/bin/sh\nexit 0\n' > "$work/bin/systemd-run"
    chmod +x "$work/bin"/*
}

fresh() {
    rm -rf "$work/root" "$work/acp"
    mkdir -p "$work/root/etc" "$work/root/sys/net" "$work/root/had" "$work/root/units"
    touch "$work/root/units/other.service.enabled" "$work/root/units/other.service.active"
    printf 'old\n' > "$work/root/etc/old"
    chmod 640 "$work/root/etc/old"
    printf '127.0.0.1 localhost' > "$work/root/etc/hosts"
    printf '0\n' > "$work/root/sys/net/forward"
    touch "$work/root/had/mine"
}
state() { (cd "$work" && find root -printf '%p %m %U:%G %y\n' | sort && find root -type f -exec sha256sum {} + | sort); }

# shellcheck disable=SC2016 # the action's own text
action='case $1 in
    observe) if [ -e "$2" ]; then echo "done"; else echo absent; fi ;;
    apply) echo "$3" > "$2" ;;
    undo) rm -f "$2" ;;
esac'

local_calls() {
    local r=$work/root
    call 1 acp_declare_leaves path "$r/var/x" < /dev/null
    call 2 acp_declare_leaves path "$r/had" < /dev/null
    printf new | call 3 acp_put_file "$r/etc/old" 0644 "$(sha new)" base64
    printf new | call 4 acp_put_file "$r/etc/q/r/new" 0755 "$(sha new)" base64
    printf '10.0.0.1 a\n' | call 5 acp_put_block "$r/etc/hosts" n "$(sha $'10.0.0.1 a\n')" base64
    printf 'x\n' | call 6 acp_put_block "$r/etc/fresh" n "$(sha $'x\n')" base64
    call 7 acp_set_sysctl net.forward 1 < /dev/null
    printf '%s' "$action" | call 8 acp_do_action act 1234 attached "$r/etc/made by" 'two  words'
    call 9 acp_declare_leaves folder "$r/had" < /dev/null
    call 10 acp_declare_leaves folder "$r/lib/made" < /dev/null
    call 11 acp_set_unit fake.service run abcd "$r/etc/old" < /dev/null
    call 12 acp_set_unit other.service stop - < /dev/null
}

# run [SEAM] < SCRIPT, under $shell
run() {
    local rc=0
    : > "$work/count"
    # shellcheck disable=SC2086 # "busybox sh" is two words
    { PATH=$work/bin:$PATH ACP_NODE=$node ACP_SYSCTLS=$work/root/sys ACP_SEAM=${1:-} ACP_SEAM_COUNT=$work/count \
        $shell -s > "$work/out" 2> "$work/err"; } 2> /dev/null || rc=$?
    return "$rc"
}
undo_text() { cat res/record.sh; echo "acp_undo '' no < /dev/null"; }

killed_at_each_seam() {
    local n before rc
    batch < <(local_calls) > "$work/batch"
    fresh
    before=$(state)
    for ((n = 1; ; n++)); do
        rc=0
        run "$n" < "$work/batch" || rc=$?
        [ "$rc" -ne 0 ] || break
        [ "$rc" -eq 137 ] || die "$shell, seam $n: status $rc"
        if ((n % 2)); then
            run < "$work/batch" || die "$shell, seam $n: the same batch again"
            [ "$(cat "$work/root/etc/old")$(cat "$work/root/sys/net/forward")$(cat "$work/root/etc/made by")" = 'new1two  words' ] ||
                die "$shell, seam $n: not the wanted state"
            [ "$(ls "$work/root/units")" = $'fake.service.active\nfake.service.enabled' ] || die "$shell, seam $n: not the wanted units"
        fi
        mkdir -p "$work/root/var/x/left/behind" "$work/root/had/left" "$work/root/lib/made"
        # what a program left is taken only where it was declared before
        grep -qs "^id leaves:path:$work/root/var/x$" "$node"/record/[0-9]*/entry || rm -rf "$work/root/var"
        grep -qs "^id leaves:path:$work/root/had$" "$node"/record/[0-9]*/entry || rm -rf "$work/root/had/left"
        grep -qs "^id leaves:folder:$work/root/lib/made$" "$node"/record/[0-9]*/entry || rm -rf "$work/root/lib"
        run < <(undo_text) || die "$shell, seam $n: undo"
        rm -rf "${work:?}/root/var"
        [ "$(state)" = "$before" ] || { diff <(echo "$before") <(state) || true; die "$shell, seam $n: undo did not go back"; }
        [ ! -e "$work/acp" ] || die "$shell, seam $n: the record is left"
    done
    say "$shell: apply killed at each of $((n - 1)) seams"
    for ((n = 1; ; n++)); do
        run < "$work/batch" || die "$shell: apply before undo $n"
        rc=0
        run "$n" < <(undo_text) || rc=$?
        [ "$rc" -ne 0 ] || break
        [ "$rc" -eq 137 ] || die "$shell, undo seam $n: status $rc"
        run < <(undo_text) || die "$shell, undo seam $n: undo again"
        [ "$(state)" = "$before" ] || { diff <(echo "$before") <(state) || true; die "$shell, undo seam $n: did not go back"; }
        [ ! -e "$work/acp" ] || die "$shell, undo seam $n: the record is left"
    done
    say "$shell: undo killed at each of $((n - 1)) seams"
}

# What is new in a folder that programs only mount from stays; in a tree of their own it goes, and is named.
folders() {
    local r=$work/root
    fresh
    batch < <(call 1 acp_declare_leaves folder "$r/had" < /dev/null; call 2 acp_declare_leaves folder "$r/ssl" < /dev/null
        call 3 acp_declare_leaves folder "$r/ssl/certs" < /dev/null; call 4 acp_declare_leaves path "$r/etc" < /dev/null) > "$work/folders"
    run < "$work/folders" || die 'folders are not declared'
    mkdir -p "$r/had/kernel" "$r/ssl/certs" "$r/ssl/private" "$r/etc/ours"
    run < <(undo_text) || die 'folders: undo'
    if [ ! -d "$r/had/kernel" ] || [ ! -d "$r/ssl/private" ] || [ -e "$r/ssl/certs" ] || [ -e "$r/etc/ours" ]; then die 'folders: undo'; fi
    grep -q " kept leaves:folder:$r/ssl$" "$work/out" || die 'a folder that stays is not named'
    grep -q " removed $r/etc/ours$" "$work/out" || die 'what goes is not named'
    say "$shell: folders stay with what others put there"
}

# The start of an action of its own unit, and that unit's run, killed at each of their seams: it is begun again and leaves its result.
detached_killed() {
    local n started rc before
    batch < <(printf '%s' "$action" | call 1 acp_start_action own 1234 detached "$work/root/etc/made by" 'own words') > "$work/start"
    fresh
    before=$(state)
    for ((n = 1; ; n++)); do
        fresh
        rc=0
        run "$n" < "$work/start" || rc=$?
        [ "$rc" -ne 0 ] || break
        [ "$rc" -eq 137 ] || die "$shell, start seam $n: status $rc"
        run < "$work/start" || die "$shell, start seam $n: started again"
        [ "$(grep -lx 'id action:own' "$node"/record/[0-9]*/entry | wc -l)" -eq 1 ] || die "$shell, start seam $n: recorded twice"
    done
    started=$((n - 1))
    for ((n = 1; ; n++)); do
        fresh
        run < "$work/start" || die "$shell: the start"
        rc=0
        : > "$work/count"
        # shellcheck disable=SC2086 # "busybox sh" is two words
        { PATH=$work/bin:$PATH ACP_NODE=$node ACP_SYSCTLS=$work/root/sys ACP_SEAM=$n ACP_SEAM_COUNT=$work/count \
            $shell "$node/record.sh" run-action 000001 own > "$work/out" 2> "$work/err"; } 2> /dev/null || rc=$?
        [ "$rc" -ne 0 ] || break
        [ "$rc" -eq 137 ] || die "$shell, run seam $n: status $rc"
        # shellcheck disable=SC2086
        PATH=$work/bin:$PATH ACP_NODE=$node $shell "$node/record.sh" run-action 000001 own || die "$shell, run seam $n: run again"
        run < <(cat res/record.sh; echo 'acp_poll_action 1 own 1234') || die "$shell, run seam $n: poll"
        grep -q '^acp 1 ended 0$' "$work/out" || die "$shell, run seam $n: no result"
        [ "$(cat "$work/root/etc/made by")" = 'own words' ] || die "$shell, run seam $n: not done"
        run < <(undo_text) || die "$shell, run seam $n: undo"
        [ "$(state)" = "$before" ] || die "$shell, run seam $n: undo did not go back"
    done
    say "$shell: a detached action killed at each of $started seams of its start and $((n - 1)) of its run"
}

lock_is_held() {
    fresh
    (exec 9>> "$work/held" && mkdir -p "$node" && exec 9>> "$node/lock" && flock 9 && echo 'somebody else' > "$node/holder" && sleep 3) &
    sleep 1
    local rc=0
    run < "$work/batch" || rc=$?
    [ "$rc" -eq 75 ] || die "a held lock: status $rc"
    grep -q '^acp 0 locked somebody else$' "$work/out" || die 'the holder is not named'
    [ "$(cat "$work/root/etc/old")" = old ] || die 'a held lock did not stop the batch'
    wait
    say 'a lock held by another process stops the batch and names the holder'
}

# A node of another cluster, and the repairs that a standing cluster needs, are left alone.
refusals() {
    local rc=0
    fresh
    run < "$work/batch" || die 'the batch'
    for text in "acp_undo init no < /dev/null:67" "acp_undo init yes < /dev/null:67" "acp_undo '' no '' < /dev/null:66" "acp_begin '' init t:66" \
        "acp_begin 00000000-ab5d-4a2c-9f0e-1b8a3a6c1d11 test t:66"; do
        rc=0
        run < <(cat res/record.sh; echo "${text%:*}") || rc=$?
        [ "$rc" -eq "${text##*:}" ] || die "${text%:*} ended with $rc"
    done
    rc=0
    ACP_NODE=$node sh "$node/record.sh" undo --scope init 2> "$work/err" || rc=$?
    [ "$rc" -eq 67 ] || die "record.sh undo --scope init ended with $rc"
    grep -q 'reset this node instead' "$work/err" || die 'the refusal is not told'
    [ "$(cat "$work/root/etc/old")" = new ] || die 'a refused undo changed something'
    say 'another cluster, and init below other work, are refused'
}

# Foreign rules, chains and sets stay in both variants of iptables and both families; ours go, also where they lead in from foreign ones.
chains_text() {
    cat << 'END'
set -eu
mount -t sysfs sysfs /sys # of this network namespace
save() { for t in $tools; do $t-save 2> /dev/null; done; ipset save; ls /sys/class/net; nft list chains | grep chain; }
plain() { sed 's/^#.*//; s/\[.*\]//' | grep -v '^$'; }
tools=''
for t in iptables-nft iptables-legacy ip6tables-nft ip6tables-legacy; do if $t -L -n > /dev/null 2>&1; then tools="$tools $t"; fi; done
for t in $tools; do
    $t -N KUBE-BEFORE; $t -A INPUT -j KUBE-BEFORE; $t -N FOREIGN; $t -A FOREIGN -m comment --comment 'a -j KUBE-X b' -j DROP
    $t -t nat -L -n > /dev/null; $t -t mangle -L -n > /dev/null
done
# somebody's table filter lacks FORWARD, which iptables makes when it first needs it
! nft list chain ip filter FORWARD 2> /dev/null
ipset create foreign hash:ip; ipset create KUBE-BEFORE hash:ip
mkdir "$1/netns" "$1/netns/cni-0" "$1/netns/cni-1" "$1/netns/other"
mount -t tmpfs t "$1/netns/cni-0"
ip link add docker0 type bridge
save | plain > "$1/before"
mounts() { grep -o "$1/netns/[^ ]*" /proc/self/mounts | sort; }
{ cat res/record.sh; printf "{\nacp_begin '' test t\nacp_try 1 acp_declare_leaves chain 'KUBE-*'\nacp_try 2 acp_declare_leaves ipset 'KUBE-*'\nacp_try 3 acp_declare_leaves link 'br*'\nacp_try 4 acp_declare_leaves link cni0\nacp_try 5 acp_declare_leaves link 'veth*@cni0'\nacp_try 6 acp_declare_leaves mount '$1/netns/cni-*'\n} < /dev/null\n"; } | sh -s > /dev/null
for t in $tools; do
    for table in filter nat mangle; do
        $t -t $table -N KUBE-NEW; $t -t $table -N KUBE-X
        $t -t $table -A KUBE-NEW -m comment --comment 'say "hi" -j' -j KUBE-X
        $t -t $table -I OUTPUT 1 -m comment --comment 'to kube' -j KUBE-NEW
    done
    $t -A FOREIGN -p tcp -j KUBE-X
    $t -I FORWARD 1 -j KUBE-X
done
ipset create KUBE-SET hash:ip
for t in $tools; do case $t in iptables*) $t -A KUBE-NEW -m set --match-set KUBE-SET src -j ACCEPT ;; esac; done
ip link add br9 type bridge; ip link add cni0 type bridge
for v in 0:cni0 1:docker0 2:cni0; do ip link add veth${v%:*} type veth peer name peer${v%:*}; ip link set veth${v%:*} master ${v#*:}; done
mount -t tmpfs t "$1/netns/cni-1"; mount -t tmpfs t "$1/netns/other"
{ cat res/record.sh; echo "acp_undo '' no < /dev/null"; } | sh -s > /dev/null 2>&1
[ -e /sys/class/net/veth1 ] || { echo "another's veth is gone"; exit 1; }
ip link delete veth1
[ "$(mounts "$1" | xargs)" = "$1/netns/cni-0 $1/netns/other" ] || { echo "mounts: $(mounts "$1")"; exit 1; }
save | plain | diff "$1/before" -
echo "$tools"
END
}
chains() {
    if [ "$(id -u)" -ne 0 ] || ! command -v ipset iptables-nft > /dev/null; then say 'SKIPPED: chains need root, iptables and ipset'; return; fi
    local tools
    chains_text > "$work/chains.sh"
    tools=$(ACP_NODE=$work/chains/node unshare -n -m sh "$work/chains.sh" "$work") || die "chains: $tools"
    say "chains, sets, links and mounts go, foreign ones stay:$tools"
}

shellcheck -s sh res/record.sh
inline > "$work/init.sh"
shellcheck -s sh "$work/init.sh"
# All that is killed under one shell, in a folder of its own.
under() { # SHELL
    shell=$1
    work=$work/${1%% *}
    node=$work/acp/node
    mkdir "$work"
    fakes
    $shell -n "$work/../init.sh"
    killed_at_each_seam
    detached_killed
    folders
}
running=()
for shell in dash bash 'busybox sh'; do
    command -v "${shell%% *}" > /dev/null || { say "SKIPPED: there is no $shell"; continue; }
    (under "$shell") > "$work/said-${#running[@]}" 2>&1 &
    running+=($!)
done
failed=0
for i in "${!running[@]}"; do
    wait "${running[i]}" || failed=$((failed + 1))
    cat "$work/said-$i"
done
[ "$failed" -eq 0 ] || exit 1
shell='sh'
fakes
batch < <(local_calls) > "$work/batch"
lock_is_held
refusals
chains
[ -n "$lab" ] || { say 'passed (local part)'; exit 0; }

# ---- on a lab node

[ -z "$own" ] || scripts/lab up --name "$lab" --fresh --nodes 1
first=$(scripts/lab addresses --name "$lab" | head -n 1)
first=${first%% *}
on() { scripts/lab exec --name "$lab" "$first" -- "$@"; }
snap() { scripts/lab snapshot --name "$lab" "$first" > "$1"; }
# Devices of the host come and go with daemon-reload; a restarted sshd has another process id.
same() {
    scripts/snapshot-diff "$1" "$2" 2> /dev/null | grep -Ev '^. (unit [^ ]*\.device |file /run/sshd\.pid )' > "$work/out" || return 0
    die "$3"
}
unit=$'[Service]\nExecStart=/bin/sleep 100000\n[Install]\nWantedBy=multi-user.target\n'
# shellcheck disable=SC2016 # the action's own text
slow='case $1 in apply) echo started "$2"; n=0; until [ -e /run/acp-go ] || [ "$n" = 300 ]; do sleep 0.2; n=$((n + 1)); done; touch /run/acp-slow ;; observe) if [ -e /run/acp-slow ]; then echo "done"; else echo absent; fi ;; undo) rm -f /run/acp-slow /run/acp-go ;; esac'
lab_calls() {
    call 1 acp_declare_leaves link 'acpt*' < /dev/null
    call 2 acp_declare_leaves route 'proto 120' < /dev/null
    call 3 acp_declare_leaves path /run/acp-left < /dev/null
    call 4 acp_declare_leaves mount /run/acp-left < /dev/null
    call 5 acp_declare_leaves sysctl net.ipv4.ip_forward < /dev/null
    printf %s "$unit" | call 6 acp_put_file /etc/systemd/system/acp-test.service 0644 "$(sha "$unit")" base64
    call 7 acp_set_unit acp-test.service run aaaa < /dev/null
    call 8 acp_set_unit console-getty.service stop - < /dev/null
    call 9 acp_set_unit ssh.service run bbbb < /dev/null
    printf %s "$slow" | call 10 acp_start_action slow 99 detached 'an argument'
}
look() { { cat res/record.sh; printf '%s\n' "$@"; } | on sh -s; }

snap "$work/s0"
batch < <(lab_calls) | on sh -s > "$work/out" 2> "$work/err" || die 'the batch on the node'
[ "$(grep -c ' done$' "$work/out")" -eq 10 ] || die 'not all changes were done'
polled() { # REGEX: in the end, within 20 s
    for _ in $(seq 40); do
        ! look 'acp_poll_action 1 slow 99' | grep -q "$1" || return 0
        sleep 0.5
    done
    return 1
}
polled '^acp 1 running started an argument$' || die 'the detached action does not run'
rc=0
batch < <(printf '') | on sh -s > "$work/out" 2> "$work/err" || rc=$?
[ "$rc" -eq 75 ] || die "a detached action must hold the lock itself: $rc"
grep -q 'locked acp-action-slow' "$work/out" || die 'the holder is not named'
on touch /run/acp-go
polled '^acp 1 ended 0$' || die 'the detached action did not end well'
look 'acp_look 1 acp_look_unit acp-test.service run aaaa' 'acp_look 2 acp_look_unit acp-test.service run cccc' \
    'acp_look 3 acp_look_unit console-getty.service stop -' > "$work/out"
printf 'acp 1 already\nacp 2 differs its files changed\nacp 3 already\n' | diff - "$work/out" || die 'what is seen of units'
pid() { on systemctl show -p MainPID acp-test.service; }
old=$(pid)
batch < <(call 1 acp_set_unit acp-test.service run aaaa < /dev/null) | on sh -s > /dev/null 2>&1
[ "$(pid)" = "$old" ] || die 'a unit was restarted although its stamp is the same'
batch < <(call 1 acp_set_unit acp-test.service run cccc < /dev/null) | on sh -s > /dev/null 2>&1
[ "$(pid)" != "$old" ] || die 'a unit was not restarted although its stamp differs'
on sh -c 'ip link add acpt0 type bridge; ip addr add 10.99.0.1/24 dev acpt0; ip link set acpt0 up
    ip route add 10.98.0.0/24 via 10.99.0.2 proto 120; mkdir -p /run/acp-left/a; mount -t tmpfs t /run/acp-left/a
    touch /run/acp-left/a/b; echo 1 > /proc/sys/net/ipv4/ip_forward'
on sh /var/lib/acp/node/record.sh undo > "$work/out" 2> "$work/err" || die 'undo on the node'
snap "$work/s1"
same "$work/s0" "$work/s1" 'the node is not as before'
say 'lab: units, stamps, a detached action, links, routes, mounts, and all the way back'

# init.sh: planted faults, repaired, nothing left to do, and exactly back
on sh -c 'echo "UseDNS yes" > /etc/ssh/sshd_config.d/50-mine.conf; sed -i /n1/d /etc/hosts; printf "%s\n" "127.0.0.9 foreign" >> /etc/hosts
    printf "[Unit]\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n" > /etc/systemd/system/ufw.service
    systemctl daemon-reload; systemctl enable --now ufw.service; systemctl reload ssh' 2> /dev/null
# shellcheck disable=SC2016 # the node's own text
init() { on sh -c 'cat > /run/init.sh; rc=0; bash /run/init.sh "$@" || rc=$?; rm -f /run/init.sh; exit "$rc"' init "$@" < "$work/init.sh" > "$work/out" 2> "$work/err"; }
snap "$work/s0"
rc=0
init --check || rc=$?
[ "$rc" -eq 1 ] || die "init.sh --check ended with $rc"
init --dry-run || die 'init.sh --dry-run'
grep ' would: ' "$work/out" | sed 's/.*would: //; s/ ([^()]*)$//' > "$work/would"
snap "$work/s1"
same "$work/s0" "$work/s1" 'init.sh --check or --dry-run changed something'
init || die 'init.sh'
grep ' done: ' "$work/out" | sed 's/.*done: //' | diff "$work/would" - || die 'the dry run told another story than the run'
for what in 'stop ufw.service' 'write /etc/ssh/sshd_config.d/00-acp-usedns.conf' 'edit /etc/hosts'; do
    grep -qxF "$what" "$work/would" || die "init.sh did not $what"
done
on sh -c '/usr/sbin/sshd -T | grep -q "^usedns no" && ! systemctl is-active -q ufw && grep -q " n1$" /etc/hosts' || die 'not repaired'
init || die 'init.sh again'
! grep -E '(done|would):|[a-z-]+ +done ' "$work/out" || die 'the second run changed something'
init --undo || die 'init.sh --undo'
snap "$work/s1"
same "$work/s0" "$work/s1" 'init.sh --undo did not bring the node back'
on sh -c 'systemctl disable --now ufw.service; rm -f /etc/systemd/system/ufw.service /etc/ssh/sshd_config.d/50-mine.conf; systemctl daemon-reload; systemctl reload ssh' 2> /dev/null
say 'lab: init.sh repairs, does nothing the second time, and goes back'
say 'passed'
