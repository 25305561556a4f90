#!/usr/bin/env bash
# Plants faults on real lab nodes and looks whether `acp check-nodes` finds each on its node and on no other, whether those with a fix
# pass after `acp init-nodes`, and fail again after `acp init-nodes --undo`. Ends non-zero when one is missed or found elsewhere.
#   scripts/test-faults.sh            on a lab of its own (faults), taken away at the end
#   scripts/test-faults.sh --keep     leaves the lab standing
# A round is one look at all nodes; the faults of a round stand on different nodes or show in different checks.
set -euo pipefail
cd "$(dirname "$0")/.."
keep=''
case ${1:-} in '') ;; --keep) keep=yes ;; *) sed -n '2,6p' "$0"; exit 2 ;; esac
lab=faults
work=$(mktemp -d /tmp/acp-faults-XXXXXX)
export ACP_HOME=$work/home
trap '[ -n "$keep" ] || scripts/lab down --name "$lab"; rm -rf "$work"' EXIT
say() { printf 'test-faults: %s\n' "$*"; }
wrong=0
bad() { say "WRONG: $*"; wrong=$((wrong + 1)); }
command -v faketime > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install faketime > /dev/null
scripts/acp version > /dev/null
scripts/lab up --name "$lab" --fresh --nodes 4
scripts/lab cluster-file --name "$lab" | sed 's/^  capacity: none/  capacity: single-cluster/' > "$work/cluster.yaml"
on() { scripts/lab exec --name "$lab" "$1" -- sh -c "$2" 2> /dev/null; }
# at NODE TEXT: on the node's console, or here for what stands in the cluster file
at() { case $2 in 'here: '*) (cd "$work" && sh -c "${2#here: }") ;; *) console "$@" ;; esac; }
console() { scripts/lab exec --name "$lab" --console "$1" -- sh -c "$2"; }
acp() { scripts/lab run --name "$lab" -- "$PWD/scripts/acp" "$@"; }
check() { # FILE
    local rc=0
    acp check-nodes -f "$work/cluster.yaml" --accept-new-host-keys -o json > "$1" 2> "$work/err" || rc=$?
    case $rc in 0 | 4) ;; *) cat "$work/err"; die "check-nodes ended with $rc" ;; esac
}
die() { bad "$*"; exit 1; }

scripts/lab addresses --name "$lab" | awk '{ print $1, $2 }' > "$work/addresses"

n4=$(sed -n 's/^n4 //p' "$work/addresses")
gateway=$(awk 'NR == 1 { sub(/[0-9]+$/, "1", $2); print $2 }' "$work/addresses")

# found BASE FILE: what is found in FILE and not in BASE: lines "NODE CHECK"
found() {
    python3 - "$work/addresses" "$@" << 'PY'
import json, re, sys
names = dict(reversed(l.split()) for l in open(sys.argv[1]))
def read(f):
    return {(names[r["node"]], r["check"]): (r["status"], r["seen"]) for r in json.load(open(f))["results"]}
base, now = read(sys.argv[2]), read(sys.argv[3])
def gib(seen):
    m = re.search(r"([0-9.]+) (KiB|MiB|GiB|TiB)", seen)
    return float(m[1]) * {"KiB": 2**-20, "MiB": 2**-10, "GiB": 1, "TiB": 1024}[m[2]] if m else None
def same(check, a, b):
    # the nodes' disks are this machine's, on which others write meanwhile
    near = check.startswith("disk-space-") and None not in (gib(a), gib(b)) and min(gib(a), gib(b)) > 10 and abs(gib(a) - gib(b)) < 20
    return a == b or near
for k in sorted(now):
    if now[k][0] in ("fail", "warn", "error") and (base.get(k, ("", ""))[0] not in ("fail", "warn", "error") or not same(k[1], base[k][1], now[k][1])):
        print(*k)
PY
}
in_list() { grep -q "id: $1[,}]" res/check-list.yaml || grep -qx "  - id: $1" res/check-list.yaml; }

# fault NODE 'CHECKS' FIX 'PLANT' 'HEAL': CHECKS are to be found on NODE, each one id or A|B (the first that the list knows); ?ID may be
# found too on any node (a name that is gone is missed in two places), ?NODE anything on that node (it cannot be looked at). FIX: fix (init-nodes mends it), or no.
faults=()
fault() { faults+=("$1"$'\x1f'"$2"$'\x1f'"$3"$'\x1f'"$4"$'\x1f'"$5"); }
planted=0 fixed=0 absent=()
# round NAME [init-nodes' OPTIONS...]: plants, looks, repairs, looks, takes back, looks, heals, looks
round() {
    local name=$1 f node ids fix plant heal id first start=$SECONDS
    shift
    check "$work/base"
    : > "$work/want" && : > "$work/may" && : > "$work/mends"
    for f in "${faults[@]}"; do
        IFS=$'\x1f' read -r -d '' node ids fix plant heal <<< "$f" || true
        first=''
        for id in $ids; do
            case $id in '?'*) printf '%s\n' "${id#?}" >> "$work/may"; continue ;; esac
            if ! in_list "${id%%|*}"; then id=${id##*|}; else id=${id%%|*}; fi
            in_list "$id" || continue
            first=$id
            printf '%s %s\n' "$node" "$id" >> "$work/want"
            [ "$fix" = no ] || printf '%s %s\n' "$node" "$id" >> "$work/mends"
        done
        # no entry of the list looks for it yet: it is told, not counted
        if [ -z "$first" ]; then absent+=("$node:$ids"); continue; fi
        planted=$((planted + 1))
        at "$node" "$plant" > /dev/null 2> "$work/err" || { cat "$work/err"; bad "$name: planting $ids on $node failed"; }
    done
    sort -u -o "$work/want" "$work/want"
    sort -u -o "$work/mends" "$work/mends"
    check "$work/planted"
    expect "$name: planted" "$work/planted" "$work/want" || true
    if [ -s "$work/mends" ]; then
        acp init-nodes -f "$work/cluster.yaml" "$@" > "$work/init" 2>&1 || true
        check "$work/mended"
        comm -23 "$work/want" "$work/mends" > "$work/rest"
        # what init-nodes mends beside the faults makes findings fewer, never more
        expect "$name: after init-nodes" "$work/mended" "$work/rest" || { cat "$work/init"; }
        acp init-nodes -f "$work/cluster.yaml" --undo > "$work/undo" 2>&1 || { cat "$work/undo"; bad "$name: --undo"; }
        check "$work/undone"
        expect "$name: after --undo" "$work/undone" "$work/want" || cat "$work/undo"
        fixed=$((fixed + $(wc -l < "$work/mends")))
    fi
    for f in "${faults[@]}"; do
        IFS=$'\x1f' read -r -d '' node ids fix plant heal <<< "$f" || true
        at "$node" "${heal%$'\n'}" > /dev/null 2>&1 || true
    done
    faults=()
    check "$work/healed"
    : > "$work/none"
    : > "$work/may"
    expect "$name: healed" "$work/healed" "$work/none" || true
    say "$name: $(wc -l < "$work/want") findings, $(wc -l < "$work/mends") mended and back, $((SECONDS - start)) s"
}
# expect WHAT FILE WANTED
expect() {
    found "$work/base" "$2" | awk 'FILENAME == ARGV[1] { may[$1] = 1; next } FILENAME == ARGV[2] { want[$0] = 1; next } ($0 in want) || !($1 in may || $2 in may)' "$work/may" "$3" - > "$work/found"
    diff "$3" "$work/found" > "$work/diff" && return 0
    bad "$1 (< missed, > found besides)"
    grep '^[<>]' "$work/diff"
    return 1
}

unit() { printf '%s' "printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' > /etc/systemd/system/$1; systemctl daemon-reload; systemctl enable --now $1"; }
gone() { printf '%s' "systemctl disable --now $1; rm -f /etc/systemd/system/$1; systemctl daemon-reload"; }

# ---- round 0: checking changes nothing, the tries across and the disk bench included
for n in n1 n2; do scripts/lab snapshot --name "$lab" "$n" > "$work/before-$n"; done
sync
# the one disk may stand still for seconds: then it is said, and tried again
for _ in 1 2 3; do
    rc=0
    acp check-nodes -f "$work/cluster.yaml" --accept-new-host-keys --disk-bench -o json > "$work/benched" 2> "$work/err" || rc=$?
    [ "$rc" = 4 ] || { cat "$work/err"; die "check-nodes --disk-bench ended with $rc"; }
    grep -q 'too slow to be measured' "$work/benched" || break
done
python3 -c 'import json, sys
seen = [r["status"] for r in json.load(open(sys.argv[1]))["results"] if r["check"] == "disk-throughput"]
sys.exit(0 if len(seen) == 4 and set(seen) <= {"pass", "fail"} else 1)' "$work/benched" || bad '--disk-bench measured nothing'
for n in n1 n2; do
    scripts/lab snapshot --name "$lab" "$n" > "$work/after-$n"
    scripts/snapshot-diff "$work/before-$n" "$work/after-$n" || bad "check-nodes changed $n"
done

# ---- round 1: what stands in files
fault n1 'hosts-localhost' fix "cp -a /etc/hosts /run/h; sed -i 's/^127.0.0.1 localhost/127.0.0.9 localhost/' /etc/hosts" 'cp -a /run/h /etc/hosts'
fault n1 'stray-binaries' no 'cp /bin/true /usr/local/bin/kubectl' 'rm -f /usr/local/bin/kubectl'
fault n1 'var-lib-docker-absent|stale-paths' no 'mkdir /var/lib/docker' 'rmdir /var/lib/docker'
fault n2 'var-log-pods-absent|stale-paths' no 'mkdir /var/log/pods' 'rmdir /var/log/pods'
fault n3 'kubelet-pki-empty|stale-paths' no 'mkdir -p /var/lib/kubelet/pki && touch /var/lib/kubelet/pki/x' 'rm -rf /var/lib/kubelet'
fault n4 'etcd-data-empty|stale-paths' no 'mkdir -p /var/lib/etcd/member' 'rm -rf /var/lib/etcd'
fault n1 'kubelet-service-absent|kubelet-absent' no 'touch /etc/systemd/system/kubelet.service' 'rm -f /etc/systemd/system/kubelet.service'
fault n2 'kubelet-conf-absent|kubelet-absent' no 'mkdir -p /etc/kubernetes && touch /etc/kubernetes/kubelet.conf' 'rm -rf /etc/kubernetes'
fault n3 'manifests-empty|stale-paths' no 'mkdir -p /etc/kubernetes/manifests && touch /etc/kubernetes/manifests/x.yaml' 'rm -rf /etc/kubernetes'
fault n2 'containerd-root-empty|stale-paths' no 'mkdir -p /var/lib/containerd/io' 'rm -rf /var/lib/containerd'
fault n2 'hostname-resolves' fix "cp -a /etc/hosts /run/h; sed -i '/ n2\$/d' /etc/hosts" 'cp -a /run/h /etc/hosts'
fault n2 'sshd-usedns' fix 'echo UseDNS yes > /etc/ssh/sshd_config.d/50-mine.conf; systemctl reload ssh' 'rm -f /etc/ssh/sshd_config.d/50-mine.conf; systemctl reload ssh'
fault n3 'firewalld-off|firewall-off' fix "$(unit firewalld.service)" "$(gone firewalld.service)"
fault n4 'ufw-off|firewall-off' fix "$(unit ufw.service); mkdir -p /etc/ufw; echo ENABLED=yes > /etc/ufw/ufw.conf" "$(gone ufw.service); rm -rf /etc/ufw"
fault n3 'time-zone-same' fix 'ln -sfn /usr/share/zoneinfo/Asia/Shanghai /etc/localtime' 'ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime'
fault n4 'nameserver-not-loopback|resolv-conf' fix 'cp -a /etc/resolv.conf /run/r; echo nameserver 127.0.0.53 > /etc/resolv.conf' 'cp -a /run/r /etc/resolv.conf'
fault n1 'nameserver-not-172' fix 'cp -a /etc/resolv.conf /run/r; echo nameserver 172.20.0.10 > /etc/resolv.conf' 'cp -a /run/r /etc/resolv.conf'
fault n3 'search-domains' no 'cp -a /etc/resolv.conf /run/r; echo search a.x b.x c.x d.x e.x f.x g.x >> /etc/resolv.conf' 'cp -a /run/r /etc/resolv.conf'
fault n2 'resolv-conf ?nameserver-not-loopback' fix 'mv /etc/resolv.conf /run/r' 'mv /run/r /etc/resolv.conf'
fault n4 'runtimes-in-usr-bin' no 'cp /bin/true /usr/sbin/runc' 'rm -f /usr/sbin/runc'
fault n4 'hosts-no-duplicates' no 'cp -a /etc/hosts /run/h; printf "10.0.0.1 twice\n10.0.0.2 twice\n" >> /etc/hosts' 'cp -a /run/h /etc/hosts'
fault n4 'default-route' no 'ip route del default' "ip route add default via $gateway dev host0 proto static"
round 'files, units and names' --dns "$gateway" --time-zone Etc/UTC

# ---- round 2: what runs, what is mounted, what is missing
fault n1 'ports-free-node|ports-free' no 'systemd-run -q --unit=acp-fault-port /usr/sbin/sshd -D -p 10250' 'systemctl stop acp-fault-port'
fault n2 'ports-free-node|ports-free' no 'systemd-run -q --unit=acp-fault-port /usr/sbin/sshd -D -p 10256' 'systemctl stop acp-fault-port'
fault n1 'tmp-exec' no 'mount -t tmpfs -o noexec,mode=1777 t /tmp' 'umount /tmp'
fault n2 'tmp-usable' no 'mount -t tmpfs -o size=4k,mode=1777 t /tmp; head -c 8192 /dev/zero > /tmp/x; true' 'umount /tmp'
fault n3 'disk-space-opt' no 'mount -t tmpfs -o size=10m t /opt' 'umount /opt'
fault n2 'disk-space-var-lib ?disk-space-containerd' no 'mkdir -p /run/v; cp -a /var/lib/. /run/v; mount -t tmpfs -o size=40m t /var/lib; cp -a /run/v/. /var/lib' 'umount /var/lib; rm -rf /run/v'
fault n3 'required-tools' no 'mv /usr/bin/md5sum /usr/bin/md5sum.away' 'mv /usr/bin/md5sum.away /usr/bin/md5sum'
fault n4 'hostname-form ?hostname-resolves' no 'hostname UPPER' 'hostname n4'
fault n3 'hostname-form ?hostname-resolves' no 'hostname n33333333333333333333333333333333333333333333333' 'hostname n3'
fault n4 'foreign-cluster' no 'mkdir -p /var/lib/acp/node; echo 00000000-0000-4000-8000-000000000009 > /var/lib/acp/node/cluster' 'rm -rf /var/lib/acp'
fault n4 'scp-or-sftp|required-tools' no 'mkdir /run/s; mv /usr/bin/scp /usr/bin/sftp /run/s' 'mv /run/s/* /usr/bin'
fault n1 'nic-exists ?default-route' no 'ip link set host0 name host9' 'ip link set host9 name host0'
lib=$(find /usr/lib -name libfaketime.so.1 | head -n 1)
scripts/lab exec --name "$lab" n3 -- sh -c 'cat > /usr/local/lib/libfaketime.so.1' < "$lib"
fault n3 'time-skew' no 'echo "SetEnv LD_PRELOAD=/usr/local/lib/libfaketime.so.1 FAKETIME=+300s" > /etc/ssh/sshd_config.d/50-time.conf; systemctl reload ssh' 'rm -f /etc/ssh/sshd_config.d/50-time.conf; systemctl reload ssh'
fault n2 'ports-reach-tcp ports-reach-udp round-trip mtu-path ?round-trip ?mtu-path' no 'mv /usr/bin/perl /usr/bin/perl.away' 'mv /usr/bin/perl.away /usr/bin/perl'
round 'programs, mounts and tools'

# ---- round 3: the same on two nodes
fault n3 'machine-id-unique ?machine-id-unique' no "cp /etc/machine-id /run/m; echo 0123456789abcdef0123456789abcdef > /etc/machine-id" 'cat /run/m > /etc/machine-id'
fault n4 'machine-id-unique ?machine-id-unique' no "cp /etc/machine-id /run/m; echo 0123456789abcdef0123456789abcdef > /etc/machine-id" 'cat /run/m > /etc/machine-id'
fault n1 'hostname-unique ?hostname-resolves' no 'hostname twin' 'hostname n1'
fault n2 'hostname-unique ?hostname-resolves' no 'hostname twin' 'hostname n2'
# its own packets fit; those of the others' size do not arrive there
fault n1 'mtu-path ?mtu-path' no "here: $PWD/scripts/lab exec --name $lab --console n3 -- ip link set host0 mtu 1400" "here: $PWD/scripts/lab exec --name $lab --console n3 -- ip link set host0 mtu 1500"
round 'the same on two nodes, and a path too narrow'

# ---- round 4: nodes that cannot be looked at
fault n1 'ssh-access ?n1' no 'systemctl stop ssh' 'systemctl start ssh'
fault n2 'ssh-access ?n2' no 'mv /root/.ssh /root/ssh.away' 'mv /root/ssh.away /root/.ssh'
fault n3 'ssh-access ?n3' no 'printf "#!/bin/sh\nexec sleep 600\n" > /root/hang; chmod 755 /root/hang; usermod -s /root/hang root' 'usermod -s /bin/bash root; rm -f /root/hang'
fault n4 'root-or-sudo ?n4' no "here: cp cluster.yaml c; sed -i '/${n4}[]]/s/role: worker/&, ssh: {user: ops}/' cluster.yaml" 'here: mv c cluster.yaml'
round 'nodes that cannot be looked at'
fault n4 'tmp-usable ?tmp-exec' no 'mount -o remount,ro /' 'mount -o remount,rw /'
round 'a root that cannot be written'

printf 'test-faults: %s faults planted, %s findings mended and taken back, load %s\n' "$planted" "$fixed" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
[ ${#absent[@]} = 0 ] || printf 'test-faults: not in the check list, so not counted: %s\n' "${absent[*]}"
[ "$wrong" = 0 ] || { say "$wrong wrong"; exit 1; }
say passed
