#!/usr/bin/env bash
# Proves the lab: scripts/test-lab.sh. Makes labs under names of its own and takes them away again; about two minutes once the
# base tree is in the cache. The last line says how many checks passed and failed; exits 1 if one failed.
# shellcheck disable=SC2016  # what stands in single quotes is for the shell of the node
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
LAB=$HERE/lab
A=ta$$ B=tb$$ K=tk$$
WORK=$(mktemp -d)
RESET_LIMIT=${RESET_LIMIT:-20}
passed=0 failed=0

finish() {
    local name
    for name in "$A" "$B" "$K"; do "$LAB" down --name "$name" >/dev/null 2>&1 || true; done
    rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

# check WHAT CMD...: passes if the command does.
check() {
    local what=$1
    shift
    if "$@" >"$WORK/out" 2>&1; then
        passed=$((passed + 1))
        printf 'ok    %s\n' "$what"
    else
        failed=$((failed + 1))
        printf 'FAIL  %s\n' "$what"
        tail -n 12 "$WORK/out" | cut -c1-240 | sed 's/^/      /'
    fi
}
fails() { ! "$@"; }
lab() { "$LAB" "$@"; }
on() { "$LAB" exec --name "$A" "$1" -- "${@:2}"; }
now() { date +%s%N; }
since() { echo $((($(now) - $1) / 1000000)); }

# Everything on this machine that bears the lab's name, found without the lab's own code. A dead process that the machine's
# process 1 has not collected yet (here it takes a few seconds) is nobody's to remove, and is not counted.
leftovers() {
    local name=$1 entry
    find /sys/fs/cgroup -type d -path "*/acp-lab/$name*" 2>/dev/null
    for entry in /proc/[0-9]*; do
        ! grep -q '^State:[[:space:]]*Z' "$entry/status" 2>/dev/null || continue
        if grep -q "/acp-lab/$name\(/\|$\)" "$entry/cgroup" 2>/dev/null; then echo "process in cgroup: $entry"; fi
        if grep -aq "acp-lab[-/]$name" "$entry/cmdline" 2>/dev/null; then echo "process: $entry"; fi
        if grep -q "acp-lab[-/]$name" "$entry/mountinfo" 2>/dev/null; then echo "mount seen by $entry"; fi
    done
    losetup -l -n -O NAME,BACK-FILE | grep "acp-lab/$name/" || true
    find /run/netns /var/lib/acp-lab /run/lock /run/systemd/nspawn/propagate -maxdepth 1 -name "*$name*" 2>/dev/null
}
nothing_left() {
    leftovers "$1" | tee "$WORK/left"
    [ ! -s "$WORK/left" ]
}

# --- up
started=$(now)
check 'up makes two nodes' lab up --name "$A" --nodes 2 --var-size 1G
printf '      (%s ms)\n' "$(since "$started")"
for node in n1 n2; do check "ssh $node" lab ssh --name "$A" "$node" true; done
check 'addresses prints a line a node' bash -c "'$LAB' addresses --name $A | grep -cE '^n[12] 10\.77\.[0-9]+\.1[12]\$' | grep -qx 2"
check 'up again changes nothing' lab up --name "$A"
check 'snapshot of n2' bash -c "'$LAB' snapshot --name $A n2 >'$WORK/n2-before'"
proof_started=$(now)
check 'ssh into n2 between its snapshots' lab ssh --name "$A" --user ops n2 id

# --- a clean machine
check 'the node has booted without a failed unit' on n1 sh -c '[ "$(systemctl is-system-running)" = running ]'
check 'systemd, sshd and sudo are real' on n1 sh -c 'grep -q systemd /proc/1/comm && pgrep -x sshd && command -v sudo'
check 'no Kubernetes part and none of its helpers is there' on n1 sh -c \
    '! command -v iptables conntrack ethtool socat containerd runc etcd kubelet kubeadm kubectl crictl && [ ! -e /opt/cni ] && [ ! -e /etc/cni ]'
check 'tools of a minimal server are there' on n1 sh -c \
    'for c in ss tar md5sum sysctl swapoff modprobe; do command -v $c || exit 1; done'
check 'own cgroups' on n1 sh -c 'grep -q "memory:/$" /proc/1/cgroup && mkdir /sys/fs/cgroup/memory/t && rmdir /sys/fs/cgroup/memory/t'
check 'own cgroup can limit memory' on n1 sh -c \
    'd=/sys/fs/cgroup/memory/t; mkdir $d && echo 64M >$d/memory.limit_in_bytes && grep -qx 67108864 $d/memory.limit_in_bytes; s=$?; rmdir $d; exit $s'
check '/ is a shared mount, as kubelet needs' on n1 sh -c 'findmnt -no PROPAGATION / | grep -qx shared'
check '/proc/sys is writable' on n1 sh -c 'v=$(cat /proc/sys/net/ipv4/ip_forward) && echo $v >/proc/sys/net/ipv4/ip_forward'
check 'n1 and n2 differ in machine id and host keys' bash -c \
    "d=/var/lib/acp-lab/$A/nodes; ! cmp -s \$d/n1/root/etc/machine-id \$d/n2/root/etc/machine-id && ! cmp -s \$d/n1/root/etc/ssh/ssh_host_ed25519_key.pub \$d/n2/root/etc/ssh/ssh_host_ed25519_key.pub"
check 'ops: sudo with the password' lab ssh --name "$A" --user ops n1 'echo ops-password | sudo -S -p "" id -u | grep -qx 0'
check 'ops: no sudo without it' fails lab ssh --name "$A" --user ops n1 'sudo -n true'
check 'admin: sudo without a password' lab ssh --name "$A" --user admin n1 'sudo -n id -u | grep -qx 0'
check 'exec keeps the words of a command, and its status' bash -c \
    "'$LAB' exec --name $A n1 -- sh -c '[ \"\$1\" = \"a  b'\\''c\" ] && exit 7' x \"a  b'c\"; [ \$? = 7 ]"

# --- the network
n1=$(lab addresses --name "$A" | awk '$1 == "n1" { print $2 }')
n2=$(lab addresses --name "$A" | awk '$1 == "n2" { print $2 }')
check 'n1 reaches n2' on n1 ping -c 1 -W 2 "$n2"
check 'n1 reaches the sshd of n2' on n1 bash -c "read -r -t 5 banner </dev/tcp/$n2/22; [[ \$banner == SSH-2.0-* ]]"
check 'a default route is there' on n1 sh -c 'ip route show default | grep -q via'
check 'no way out: a connect to an outside address fails, at once' on n1 bash -c \
    'timeout 3 bash -c "exec 3<>/dev/tcp/192.0.2.1/80"; s=$?; [ $s != 0 ] && [ $s != 124 ]'
# The machine's own outside address, if it has one: reachable from here, never from a node.
own=$(ip -4 -o address show scope global | awk '{ sub("/.*", "", $4); print $4; exit }')
[ -z "$own" ] || check "no way out: not even to this machine's own address" fails on n1 ping -c 1 -W 1 "$own"
check 'no name server: a question is refused, at once' on n1 sh -c 'timeout 3 getent hosts example.org; [ $? = 2 ]'
check 'run stands in the network of the lab' lab run --name "$A" -- bash -c "exec 3<>/dev/tcp/$n1/22"

# --- net cut
sees() { "$LAB" run --name "$A" -- timeout 2 bash -c "exec 3<>/dev/tcp/$n1/22"; }
silent() { local s=0; sees || s=$?; [ "$s" = 124 ] || { echo "ended with $s, not by its time limit"; return 1; }; }
"$LAB" run --name "$A" -- bash -c "exec 3<>/dev/tcp/$n1/22; read -r -u 3 banner; touch '$WORK/open'; read -r -t 3 -u 3 more; echo \$? >'$WORK/open-status'" &
until [ -e "$WORK/open" ]; do sleep 0.1; done
check 'net cut' lab net cut --name "$A" n1
check 'a connect to the cut node gets no answer at all' silent
wait $!
check 'a connection that was open hears nothing either' bash -c "[ \$(cat '$WORK/open-status') -gt 128 ]"
check 'the cut node still runs' lab exec --name "$A" --console n1 -- systemctl is-active ssh
check 'the cut node reaches nobody' fails lab exec --name "$A" --console n1 -- ping -c 1 -W 1 "$n2"
check 'net heal' lab net heal --name "$A" n1
check 'the healed node answers' sees

# --- /var of its own, and power loss
check 'filling /var of n1 stops at its size' on n1 sh -c '! dd if=/dev/zero of=/var/full bs=1M 2>/dev/null; [ $(df --output=pcent /var | tail -n 1 | tr -dc 0-9) -ge 99 ]'
check 'the filled /var takes no more room of the machine than that' test "$(du -m "/var/lib/acp-lab/$A/nodes/n1/var.img" | cut -f1)" -le 1024
check '/ of n1 and /var of n2 are not full' bash -c "'$LAB' exec --name $A n1 -- sh -c 'echo x >/root/kept; sync' && '$LAB' exec --name $A n2 -- sh -c 'touch /var/x && rm /var/x'"
boot=$(on n1 cat /proc/sys/kernel/random/boot_id)
check 'poweroff' lab poweroff --name "$A" n1
check 'a powered-off node has no process' bash -c "! cat /sys/fs/cgroup/*/acp-lab/$A/n1/cgroup.procs 2>/dev/null | grep -q ."
check 'start' lab start --name "$A" n1
check 'the disk is the one before the power loss' on n1 sh -c '[ "$(cat /root/kept)" = x ] && [ -s /var/full ]'
check 'the boot is another one' bash -c "[ '$boot' != \"\$('$LAB' exec --name $A n1 -- cat /proc/sys/kernel/random/boot_id)\" ]"

# --- a restart asked for inside
lab exec --name "$A" n1 -- systemctl reboot >/dev/null 2>&1 || true
sleep 3
check 'a restart from inside comes back' lab up --name "$A"
check 'and answers' bash -c "for i in \$(seq 20); do '$LAB' exec --name $A n1 -- true && exit; sleep 0.5; done; exit 1"

# --- reset
started=$(now)
check 'reset' lab reset --name "$A" n1
took=$(since "$started")
check 'no loop device holds the disk before the reset' fails bash -c "losetup -ln -O BACK-FILE | grep 'acp-lab/$A/.*deleted'"
check "reset takes less than $RESET_LIMIT s: $took ms" test "$took" -lt $((RESET_LIMIT * 1000))
check 'the tree is clean, the host key as before' on n1 sh -c '[ ! -e /root/kept ] && [ ! -e /var/full ]'

# --- snapshots
differ() { "$HERE/snapshot-diff" "$1" "$2"; }
found() { ! differ "$WORK/n1-before" "$WORK/n1-after" >"$WORK/differences" 2>&1 && grep -E "$1" "$WORK/differences"; }
check 'snapshot of the reset n1' bash -c "'$LAB' snapshot --name $A n1 >'$WORK/n1-before'"
on n1 sh -c 'echo x >/etc/planted; chmod 0700 /srv; ip route add 10.3.9.0/24 via '"$n2"'; ip link add planted0 type bridge; sysctl -qw net.ipv4.ip_forward=1
    printf "[Service]\nExecStart=/bin/sleep 1d\n" >/run/planted-source; cp /run/planted-source /etc/systemd/system/planted.service; systemctl start planted
    useradd planted; mkdir /mnt/planted; mount -t tmpfs planted /mnt/planted; mkdir /sys/fs/cgroup/pids/planted; ip rule add from 10.3.9.0/24 table 99'
port_pid=$(cat "/sys/fs/cgroup/systemd/acp-lab/$A/n1/payload/init.scope/cgroup.procs")
nsenter -t "$port_pid" --net iptables-legacy -A INPUT -p tcp --dport 9 -j ACCEPT
nsenter -t "$port_pid" --net nft add table inet planted
nsenter -t "$port_pid" --net ipset create planted hash:ip
started=$(now)
check 'snapshot of the changed n1' bash -c "'$LAB' snapshot --name $A n1 >'$WORK/n1-after'"
took=$(since "$started")
check "a snapshot takes less than 15 s: $took ms" test "$took" -lt 15000
check 'found: a file' found '^\+ file /etc/planted -rw'
check 'found: another mode' found '^\+ file /srv drwx------'
check 'found: a route' found '^\+ route .*10\.3\.9\.0/24'
check 'found: a routing rule' found '^\+ rule .*from 10\.3\.9\.0/24'
check 'found: a link' found '^\+ link planted0'
check 'found: a setting of the network' found '^\+ sysctl net/ipv4/ip_forward 1'
check 'found: an iptables rule' found '^\+ iptables filter -A INPUT .*--dport 9'
check 'found: an nftables table' found '^\+ nft table inet planted'
check 'found: an ipset' found '^\+ ipset create planted'
check 'found: a unit, running' found '^\+ unit planted.service loaded active running'
check 'found: a mount' found '^\+ mount /mnt/planted tmpfs'
check 'found: a cgroup' found '^\+ cgroup pids planted'
check 'found: a process' found '^\+ process sleep 0'
check 'found: a user' found '^\+ file /etc/passwd'
printf 'file /x.*\n' >"$WORK/no-reason"
check 'a line without a reason is an error' bash -c "'$HERE/snapshot-diff' --leaves-out '$WORK/no-reason' '$WORK/n1-before' '$WORK/n1-before'; [ \$? = 2 ]"
check 'an empty snapshot is an error' bash -c "'$HERE/snapshot-diff' /dev/null /dev/null; [ \$? = 2 ]"
lab reset --name "$A" n1 >/dev/null 2>&1
check 'after a reset' bash -c "'$LAB' snapshot --name $A n1 >'$WORK/n1-reset'"
check 'the reset node equals the clean one' differ "$WORK/n1-before" "$WORK/n1-reset"

# --- two labs, and what a killed `up` leaves
check 'a second lab beside the first' lab up --name "$B" --nodes 1 --var-size 1G
check 'they have different networks' bash -c "[ \$(cat /var/lib/acp-lab/$A/subnet) != \$(cat /var/lib/acp-lab/$B/subnet) ]"
check 'both answer' bash -c "'$LAB' exec --name $A n1 -- true && '$LAB' exec --name $B n1 -- true"
check 'neither reaches the other' fails lab exec --name "$B" n1 -- ping -c 1 -W 1 "$n1"
# A node that starts now sees the mounts of the second lab, and must not hold them when that lab goes.
check 'a node of the first starts again while the second is up' bash -c "'$LAB' poweroff --name $A n1 && '$LAB' start --name $A n1"
"$LAB" run --name "$B" -- sleep 300 &
check 'down of the second, with a command running in it' lab down --name "$B"
check 'nothing of it is left' nothing_left "$B"
check 'the first is untouched' bash -c "'$LAB' exec --name $A n1 -- true && '$LAB' exec --name $A n2 -- true"
for after in 0.15 0.4 0.8 1.6; do
    "$LAB" up --name "$K" --nodes 2 --var-size 1G >/dev/null 2>&1 &
    killed=$!
    sleep "$after"
    kill -KILL "$killed" 2>/dev/null || true
    wait "$killed" 2>/dev/null || true
    check "down after an up killed at $after s" lab down --name "$K"
    check 'nothing of it is left' nothing_left "$K"
done
ACP_CACHE=$WORK/cache "$LAB" up --name "$K" --nodes 1 --var-size 1G >/dev/null 2>&1 &
killed=$!
sleep 4
kill -KILL "$killed" 2>/dev/null || true
wait "$killed" 2>/dev/null || true
check 'half a base tree is there' bash -c "ls -d '$WORK'/cache/lab/base-*.partial/*"
check 'down after an up killed while it made the base tree' env ACP_CACHE="$WORK/cache" "$LAB" down --name "$K"
check 'nothing of it is left' nothing_left "$K"
check 'no half base tree either' fails bash -c "ls -d '$WORK'/cache/lab/base-* || grep -q '$WORK' /proc/[0-9]*/mountinfo"
"$LAB" up --name "$K" --nodes 1 --var-size 1G >/dev/null 2>&1 &
killed=$!
sleep 0.6
kill -KILL "$killed" 2>/dev/null || true
check 'up after a killed up' lab up --name "$K" --nodes 1
lab exec --name "$K" n1 -- touch /root/left /var/left
check 'up --fresh after a run that was killed' lab up --name "$K" --fresh --nodes 1 --var-size 1G
check 'and nothing of that run is on the node' lab exec --name "$K" n1 -- sh -c '[ ! -e /root/left ] && [ ! -e /var/left ]'
check 'down' lab down --name "$K"
check 'down of a lab that is not there' lab down --name "$K"

# --- an untouched node is equal after a minute
while [ "$(since "$proof_started")" -lt 60000 ]; do sleep 1; done
check 'snapshot of n2 after a minute' bash -c "'$LAB' snapshot --name $A n2 >'$WORK/n2-after'"
check "n2 is equal to its snapshot $(($(since "$proof_started") / 1000)) s ago, after logins" differ "$WORK/n2-before" "$WORK/n2-after"

check 'down' lab down --name "$A"
for name in "$A" "$B" "$K"; do check "nothing of $name is left" nothing_left "$name"; done

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
