#!/usr/bin/env bash
# acp setup beside the same steps by hand (by-hand.sh), on the same lab nodes, interleaved, clean nodes before each;
# prints every time, the medians and their ratio. Several control planes stand behind a virtual address.
#   scripts/bench/setup.sh [--rounds 3] [--nodes 2] [--control-planes 1]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=3 nodes=2 control_planes=1
while [ $# -gt 0 ]; do
  case $1 in
  --rounds) rounds=$2 ;;
  --nodes) nodes=$2 ;;
  --control-planes) control_planes=$2 ;;
  *)
    sed -n '2,4p' "$0"
    exit 2
    ;;
  esac
  shift 2
done
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
"$root/scripts/lab" up --name "$lab" --fresh --nodes "$nodes" --control-planes "$control_planes"
"$root/scripts/lab" cluster-file --name "$lab" >"$work/cluster.yaml"
by_hand=(--control-planes "$control_planes")
if [ "$control_planes" -gt 1 ]; then
  vip=$("$root/scripts/lab" addresses --name "$lab" | awk '$1 == "n1" {print $2}')
  vip=${vip%.*}.100
  sed -i "s/endpoint: {.*/endpoint: {address: $vip, selfBuiltVip: {enabled: true, vrid: 51}}/" "$work/cluster.yaml"
  by_hand+=(--vip "$vip")
fi

clean() {
  local node
  for node in $(seq -f n%g "$nodes"); do "$root/scripts/lab" reset --name "$lab" "$node" >/dev/null; done
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
  timed by-hand "$root/scripts/bench/by-hand.sh" --name "$lab" --parts "$parts" "${by_hand[@]}"
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
