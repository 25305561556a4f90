#!/usr/bin/env bash
# One file to five nodes (five real sshd on loopback addresses): acp's transfer (checked and synced there, the JVM's start included)
# beside five `scp` one after the other and five at once, interleaved, in memory on both sides. Once with its digest known, as a
# stage knows it from the manifest of the bundle, which the limits are for; and once with the file hashed first, on one core.
#   scripts/bench/files.sh [--rounds 3] [--mib 1024]      limits: 0.6 of five in a row, 1.1 of five at once
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=3 mib=1024
while [ $# -gt 0 ]; do
  case $1 in
  --rounds) rounds=$2 && shift ;;
  --mib) mib=$2 && shift ;;
  *)
    sed -n '2,5p' "$0"
    exit 2
    ;;
  esac
  shift
done
[ "$(df -m --output=avail /dev/shm | tail -n 1)" -gt $((mib * 6 + 512)) ] || {
  echo "files: /dev/shm has not $((mib * 6 + 512)) MiB free; --mib N takes a smaller file" >&2
  exit 2
}
work=$(mktemp -d /dev/shm/acp-files.XXXXXX)
pids=()
trap '[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
# shellcheck source=scripts/bench/bench.d/java.sh
. "$root/scripts/bench/bench.d/java.sh"
# shellcheck source=scripts/bench/bench.d/sshd.sh
. "$root/scripts/bench/bench.d/sshd.sh"
hosts=(127.0.5.1 127.0.5.2 127.0.5.3 127.0.5.4 127.0.5.5)
sshd_on "${hosts[@]}"
head -c $((mib << 20)) /dev/urandom >"$work/file"
digest=sha256:$(openssl dgst -sha256 -r "$work/file" | cut -d ' ' -f 1)
mkdir "$work/to"
one_scp() { scp -q -F none -P "$ssh_port" -i "$work/key" -o "UserKnownHostsFile=$work/known_hosts" "$work/file" "root@$1:$work/to/$1"; }
in_a_row() {
  local host
  for host in "${hosts[@]}"; do one_scp "$host"; done
}
at_once() {
  local host all=()
  for host in "${hosts[@]}"; do
    one_scp "$host" &
    all+=($!)
  done
  wait "${all[@]}"
}
acp_put() { # DIGEST
  "${java[@]}" dev.acp.remote.PutBench "$work/key" "$work/known_hosts" "$ssh_port" \
    "$work/file" "$1" "$work/to" "${hosts[@]}"
}
timed() { # NAME CMD...
  local name=$1 start end host
  shift
  rm -f "$work"/to/*
  start=$(date +%s.%N)
  "$@" >"$work/out" 2>&1 || {
    cat "$work/out" >&2
    exit 1
  }
  end=$(date +%s.%N)
  for host in "${hosts[@]}"; do cmp -s "$work/file" "$work/to/$host" || { echo "$name: $host has another file" >&2; exit 1; }; done
  awk -v a="$start" -v b="$end" 'BEGIN {printf "%.2f\n", b - a}' | tee -a "$work/$name.times" | sed "s/^/  $name  /; s/\$/ s/"
}
echo "load $(cut -d ' ' -f 1-3 /proc/loadavg), $(nproc) cores; $mib MiB to ${#hosts[@]} nodes; $(ssh -V 2>&1)"
for _ in $(seq "$rounds"); do
  timed row in_a_row
  timed once at_once
  timed acp acp_put "$digest"
  timed hashed acp_put -
done
median() { sort -n "$work/$1.times" | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
ratio() { # OF-WHAT SECONDS LIMIT: of acp, and of acp with the file hashed first
  awk -v name="$1" -v b="$2" -v a="$(median acp)" -v h="$(median hashed)" -v limit="$3" 'BEGIN {
    printf "acp %.2f s; %s %.2f s, ratio %.2f (wanted: at most %.2f): %s; hashed first %.2f s, ratio %.2f\n", a, name, b, a / b, limit,
      a / b <= limit ? "met" : "MISSED", h, h / b
    exit !(a / b <= limit)}'
}
missed=0
ratio 'five scp in a row' "$(median row)" 0.6 || missed=1
ratio 'five scp at once' "$(median once)" 1.1 || missed=1
[ $missed = 0 ]
