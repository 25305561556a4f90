#!/usr/bin/env bash
# acp setup beside the same steps by hand (by-hand.sh), on the same two lab nodes, interleaved, clean nodes
# before each; prints every time, the medians and their ratio.
#   scripts/bench/setup.sh [--rounds 3]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=3
[ "${1:-}" != --rounds ] || rounds=$2
lab=bench
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-bench.XXXXXX")
export ACP_HOME=$work/home
trap '"$root/scripts/lab" down --name "$lab" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

parts=$("$root/packaging/sample/make-parts.sh" | tail -n 1)
"$root/packaging/sample/make-key.sh" "$work/key" >/dev/null
acp=$root/scripts/acp
"$acp" package build "$root/samples/sample-package.yaml" --root "$parts" -o "$work/sample.tar" >/dev/null
"$acp" package sign "$work/sample.tar" --key "$work/key/secret.asc" >/dev/null
"$acp" unpack "$work/sample.tar" -C "$work/bundle" --key "$work/key/public.asc" >/dev/null
"$root/scripts/lab" up --name "$lab" --nodes 2 --control-planes 1
"$root/scripts/lab" cluster-file --name "$lab" >"$work/cluster.yaml"

clean() {
  "$root/scripts/lab" reset --name "$lab" n1 >/dev/null
  "$root/scripts/lab" reset --name "$lab" n2 >/dev/null
  rm -rf "$ACP_HOME"
  sleep 2
}
timed() { # NAME CMD...
  local name=$1 start end status=0
  shift
  start=$(date +%s.%N)
  "$@" >"$work/$name.out" 2>&1 || status=$?
  end=$(date +%s.%N)
  if [ "$status" != 0 ]; then
    tail -n 20 "$work/$name.out"
    echo "$name ended with $status"
    exit 1
  fi
  awk -v a="$start" -v b="$end" 'BEGIN {printf "%.1f\n", b - a}' | tee -a "$work/$name.times" | sed "s/^/$name  /;s/\$/ s/"
}
for _ in $(seq "$rounds"); do
  clean
  timed by-hand "$root/scripts/bench/by-hand.sh" --name "$lab" --parts "$parts"
  grep -E '^ *[0-9.]+ s' "$work/by-hand.out" | sed 's/^/    /'
  clean
  timed acp-setup "$root/scripts/lab" run --name "$lab" -- "$acp" setup -f "$work/cluster.yaml" \
    --bundle "$work/bundle/installer" --key "$work/key/public.asc" --accept-new-host-keys
  grep -E ', [0-9.]+ s$' "$work/acp-setup.out" | sed 's/^/    /'
done
median() { sort -n "$1" | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
hand=$(median "$work/by-hand.times")
ours=$(median "$work/acp-setup.times")
awk -v h="$hand" -v o="$ours" 'BEGIN {printf "median by hand %.1f s, acp setup %.1f s, ratio %.2f (wanted: at most 1.30)\n", h, o, o / h}'
