#!/usr/bin/env bash
# How soon acp with its own runtime answers, beside the same jars on the same JDK without class-data sharing: interleaved,
# median of 15, warm; then once with the machine's caches dropped, the archive's size, and the memory of check-nodes.
#   scripts/bench/start.sh [DIST]       DIST: what packaging/runtime/build.sh made; default: made now
# As root: it drops the caches and starts an sshd on loopback.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ "$(id -u)" != 0 ] || ! [ -x /usr/bin/time ]; then
  echo "start: as root, with /usr/bin/time (apt-get install time)" >&2
  exit 2
fi
dist=${1:-$(nice -n -5 "$root/packaging/runtime/build.sh" | tail -n 1)}
work=$(mktemp -d)
sshd=
# shellcheck disable=SC2329
cleanup() {
  [ -z "$sshd" ] || kill "$sshd" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
archive=$(find "$dist" -maxdepth 1 -name 'acp-*-linux-*.tar.gz' | head -n 1)
tar -C "$work" -xzf "$archive"
home=$(find "$work" -maxdepth 1 -name 'acp-*')
jdk=$(find /usr/lib/jvm -mindepth 1 -maxdepth 1 -type d -name '*2[4-9]*' | sort -V | tail -n 1)
export ACP_HOME=$work/home
acp() { "$home/bin/acp" "$@"; }
plain() { "$jdk/bin/java" -Xshare:off -jar "$home/runtime/java/acp.jar" "$@"; }
echo "$(acp --version), $(acp version | sed -n 's/Java runtime: *//p'); beside it $jdk; load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"

millis() { # FILE CMD...
  local to=$1 began ended
  shift
  began=$(date +%s%N)
  "$@" >/dev/null 2>"$work/err" || {
    cat "$work/err" >&2
    exit 1
  }
  ended=$(date +%s%N)
  echo $(((ended - began) / 1000)) >>"$to"
}
median() { sort -n "$1" | sed -n 8p; }
pair() { # NAME LIMIT-MS ARGUMENT...
  local name=$1 limit=$2
  shift 2
  rm -f "$work"/t-*
  acp "$@" >/dev/null
  for _ in $(seq 15); do
    millis "$work/t-ours" acp "$@"
    millis "$work/t-plain" plain "$@"
  done
  awk -v name="$name" -v limit="$limit" -v a="$(median "$work/t-ours")" -v b="$(median "$work/t-plain")" 'BEGIN {
    printf "%-46s %5.0f ms (limit %d: %s)   without sharing %5.0f ms   ratio %.2f (limit 0.55: %s)\n", name, a / 1000, limit,
      a / 1000 <= limit ? "met" : "missed", b / 1000, a / b, a / b <= 0.55 ? "met" : "missed"}'
}
pair "acp --version" 180 --version
pair "acp setup --list-stages -f CLUSTER" 260 setup --list-stages -f "$root/samples/clusters/three-control-planes-vip.yaml"

sync
echo 3 >/proc/sys/vm/drop_caches
rm -f "$work"/t-*
millis "$work/t-cold" acp --version
awk -v a="$(cat "$work/t-cold")" 'BEGIN {printf "%-46s %5.0f ms (limit 900: %s)\n", "acp --version, caches dropped", a / 1000, a / 1000 <= 900 ? "met" : "missed"}'
awk -v a="$(stat -c %s "$archive")" 'BEGIN {printf "%-46s %5.1f MB (limit 45: %s)\n", "the archive", a / 1e6, a / 1e6 <= 45 ? "met" : "missed"}'

ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/id"
cp "$work/id.pub" "$work/authorized"
port=$("$root/scripts/free-port")
mkdir -p /run/sshd
/usr/sbin/sshd -D -e -f /dev/null -p "$port" -h "$work/host" -o ListenAddress=127.0.0.1 -o "AuthorizedKeysFile=$work/authorized" \
  -o StrictModes=no -o UsePAM=no -o "PidFile=$work/pid" 2>"$work/sshd" &
sshd=$!
sleep 1
cat >"$work/cluster.yaml" <<END
apiVersion: acp.dev/v1
kind: GlobalCluster
metadata: {name: bench}
spec:
  kubernetes: {version: v1.20.2}
  endpoint: {address: 192.0.2.1}
  capacity: none
  ssh: {user: root, port: $port, keyFile: $work/id}
  nodes:
    - {addresses: [192.0.2.1], role: control-plane, deployable: true, ssh: {address: 127.0.0.1}}
END
for _ in 1 2 3; do
  /usr/bin/time -f '%M' -o "$work/memory" "$home/bin/acp" check-nodes -f "$work/cluster.yaml" --accept-new-host-keys -o json >"$work/out" 2>"$work/err" || true
  tail -n 1 "$work/memory" >>"$work/memories"
done
grep -q '"results"' "$work/out" || {
  cat "$work/err" >&2
  exit 1
}
awk -v a="$(sort -n "$work/memories" | sed -n 2p)" 'BEGIN {printf "%-46s %5.0f MB (limit 120: %s)\n", "check-nodes on one node, resident", a / 1024, a / 1024 <= 120 ? "met" : "missed"}'
echo "load at the end $(cut -d' ' -f1-3 /proc/loadavg)"
