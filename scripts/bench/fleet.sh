#!/usr/bin/env bash
# `acp check-nodes` on a fleet: one sshd that answers on as many loopback addresses as there are nodes, with a key login. Prints the wall
# time against the same probe through OpenSSH with 32 in parallel (wanted: at most 1.0) and against `ansible -m setup` with 50 forks
# (wanted: at most 0.15), interleaved, the median of three; then the growth from 10 to 500 nodes and the memory of 500 (at most 512 MB).
#   scripts/bench/fleet.sh [--rounds 3] [--nodes 100] [--most 500] [--no-ansible]
# shellcheck disable=SC2317 # functions that `timed` calls
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=3 nodes=100 most=500 ansible=yes
while [ $# -gt 0 ]; do
  case $1 in
  --rounds) rounds=$2 && shift ;;
  --nodes) nodes=$2 && shift ;;
  --most) most=$2 && shift ;;
  --no-ansible) ansible= ;;
  *) sed -n '2,5p' "$0" && exit 2 ;;
  esac
  shift
done
[ "$(id -u)" -eq 0 ] || { echo 'fleet.sh needs root: the nodes are this machine' >&2; exit 2; }
if [ -n "$ansible" ] && ! command -v ansible >/dev/null; then
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install ansible-core >/dev/null
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-fleet.XXXXXX")
# shellcheck source=scripts/bench/bench.d/sshd.sh
. "$root/scripts/bench/bench.d/sshd.sh"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
export ACP_HOME=$work/home ANSIBLE_HOME=$work/ansible ANSIBLE_LOCAL_TEMP=$work/ansible/tmp
chmod 700 "$work"
sshd_on 0.0.0.0

cp "$root/res/probe.sh" "$work/probe.sh"
address() { printf '127.%d.%d.1' $((1 + $1 / 200)) $((1 + $1 % 200)); }
cluster() { # COUNT
  printf 'apiVersion: acp.dev/v1\nkind: GlobalCluster\nmetadata: {name: fleet%s}\nspec:\n' "$1"
  printf '  kubernetes: {version: v1.20.2}\n  endpoint: {address: 10.77.200.200}\n'
  printf '  network: {mode: hostgw, ipFamily: ipv4, podCidr: [10.128.0.0/12], nodeMask: [24], serviceCidr: [10.4.0.0/16], kubeProxyMode: iptables}\n'
  printf '  registry: {type: platform}\n  capacity: none\n  ssh: {user: root, port: %s, keyFile: %s}\n  nodes:\n' "$ssh_port" "$work/key"
  local i role
  for ((i = 0; i < $1; i++)); do
    role=worker
    [ "$i" -ge 3 ] || role=control-plane
    printf '    - {addresses: [10.77.%d.%d], role: %s, ssh: {address: %s}}\n' $((i / 200)) $((1 + i % 200)) $role "$(address "$i")"
  done
}
for count in 10 50 "$nodes" 250 "$most"; do
  cluster "$count" >"$work/$count.yaml"
  for ((i = 0; i < count; i++)); do address "$i" && echo; done >"$work/$count.hosts"
done
while read -r host; do
  printf '[%s]:%s %s\n' "$host" "$ssh_port" "$(cut -d ' ' -f 1,2 "$work/host.pub")"
done <"$work/$most.hosts" >"$work/known_hosts"
{
  echo '[fleet]'
  sed "s/\$/ ansible_port=$ssh_port ansible_user=root ansible_ssh_private_key_file=${work//\//\\/}\/key ansible_python_interpreter=\/usr\/bin\/python3/" "$work/$nodes.hosts"
} >"$work/inventory"

across=ports-reach-tcp,ports-reach-udp,round-trip,mtu-path,ipip-passes,vip-unused,vrid-free
"$root/scripts/acp" version >/dev/null # builds, without ACP_RUNTIME
acp() { # COUNT
  local rc=0
  # the probe alone, as the others make it: the nodes' addresses are not this machine's, so that they could not call each other
  "$root/scripts/acp" check-nodes -f "$work/$1.yaml" --known-hosts "$work/known_hosts" --skip "$across" -o json >"$work/acp.json" 2>"$work/acp.err" || rc=$?
  # 4: some check fails on this machine, which is no supported one; each node must have been looked at
  [ "$rc" = 0 ] || [ "$rc" = 4 ] || { cat "$work/acp.err"; return 1; }
  python3 - "$work/acp.json" "$1" <<'PY'
import json, sys
seen = [r for r in json.load(open(sys.argv[1]))["results"] if r["check"] == "ssh-access" and r["status"] == "pass"]
if len(seen) != int(sys.argv[2]):
    sys.exit(f"only {len(seen)} of {sys.argv[2]} nodes were looked at")
PY
}
openssh() {
  # shellcheck disable=SC2016 # the inner shell's own names
  # the same text, the same way: a shell that reads it; a connection a node, no multiplexing
  xargs -P 32 -I{} sh -c 'ssh -F none -p "$1" -i "$2/key" -o BatchMode=yes -o ControlMaster=no -o UserKnownHostsFile="$2/known_hosts" \
    "root@$3" sh -s -- /var/lib/containerd root 127.0.0.1 <"$2/probe.sh" >"$2/out.$3"' _ "$ssh_port" "$work" {} <"$work/$nodes.hosts"
  [ "$(grep -lx '@@ end 0' "$work"/out.* | wc -l)" = "$nodes" ]
}
ansible_setup() {
  ANSIBLE_SSH_ARGS="-F none -o ControlMaster=no -o UserKnownHostsFile=$work/known_hosts" ansible fleet -i "$work/inventory" -m setup -f 50 >"$work/ansible.out"
  [ "$(grep -c SUCCESS "$work/ansible.out")" = "$nodes" ]
}
timed() { # NAME CMD...
  local name=$1 start end
  shift
  start=$(date +%s.%N)
  "$@" || { echo "$name failed" >&2; exit 1; }
  end=$(date +%s.%N)
  awk -v a="$start" -v b="$end" 'BEGIN { printf "%.2f\n", b - a }' | tee -a "$work/$name.times" | sed "s/^/  $name  /; s/\$/ s/"
}
median() { sort -n "$work/$1.times" | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
verdict() { awk -v r="$1" -v l="$2" 'BEGIN { print (r <= l) ? "met" : "MISSED" }'; }
missed=0
compare() { # NAME LIMIT
  local ratio word
  ratio=$(awk -v a="$(median acp)" -v b="$(median "$1")" 'BEGIN { printf "%.2f", a / b }')
  word=$(verdict "$ratio" "$2")
  [ "$word" = met ] || missed=1
  printf '%s nodes: acp %s s, %s %s s, ratio %s (wanted: at most %s): %s\n' "$nodes" "$(median acp)" "$1" "$(median "$1")" "$ratio" "$2" "$word"
}

echo "load average before: $(cut -d ' ' -f 1-3 /proc/loadavg), $(nproc) cores; acp: ${ACP_RUNTIME:-of this checkout}"
for _ in $(seq "$rounds"); do
  timed acp acp "$nodes"
  timed openssh openssh
  [ -z "$ansible" ] || timed ansible ansible_setup
done
compare openssh 1.0
[ -z "$ansible" ] || compare ansible 0.15

echo 'growth:'
for count in 10 50 "$nodes" 250 "$most"; do
  start=$(date +%s.%N)
  (
    # the highest resident memory of the JVM, looked at ten times a second
    acp "$count" &
    waiting=$!
    peak=0
    while kill -0 "$waiting" 2>/dev/null; do
      for p in /proc/[0-9]*; do
        if { tr '\0' ' ' <"$p/cmdline"; } 2>/dev/null | grep -qF -- "-f $work/$count.yaml --known-hosts"; then
          now=$(awk '/^VmHWM/ { print $2 }' "$p/status" 2>/dev/null || echo 0)
          [ "${now:-0}" -le "$peak" ] || peak=$now
        fi
      done
      sleep 0.5
    done
    wait "$waiting" && echo "$peak" >"$work/peak"
  )
  awk -v a="$start" -v b="$(date +%s.%N)" -v n="$count" -v k="$(cat "$work/peak")" 'BEGIN { printf "  %4d nodes  %6.2f s  %5.1f ms a node  %4d MB\n", n, b - a, (b - a) * 1000 / n, k / 1024 }'
done
word=$(verdict "$(($(cat "$work/peak") / 1024))" 512)
[ "$word" = met ] || missed=1
echo "$most nodes: $(($(cat "$work/peak") / 1024)) MB resident at most (wanted: at most 512): $word"
echo "load average after: $(cut -d ' ' -f 1-3 /proc/loadavg)"
exit $missed
