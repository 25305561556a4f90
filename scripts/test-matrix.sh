#!/usr/bin/env bash
# The kill matrix on lab nodes with real Kubernetes: at each stage of setup, one after another, a fault; then the same command
# again, which must end in a healthy cluster, with no once-only action done twice. Judged by programs that are not acp.
#   scripts/test-matrix.sh [--fault F]... [--sample N] [--seed S] [--spread] [--keep]
# --fault   kill (SIGKILL of acp), power (power loss of a node), cut (20 s without network) or disk (a node's /var full); default: all
# --sample  only N of the stages for each fault, chosen by the seed (printed), and all of them in the making of one cluster; default:
#           all stages, a cluster for each fault
# --spread  each fault at a moment by the seed, up to twice its delay and a second after its stage began, instead of at its delay
# Ends with "N passed, N failed"; exit 1 when anything failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=matrix planes=n1
faults=() sample='' seed=$RANDOM spread='' keep=''
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=1 ;;
  --spread) spread=1 ;;
  --fault | --sample | --seed)
    case $1 in
    --fault) faults+=("$2") ;;
    --sample) sample=$2 ;;
    --seed) seed=$2 ;;
    esac
    shift
    ;;
  *)
    sed -n '2,8p' "$0"
    exit 2
    ;;
  esac
  shift
done
[ ${#faults[@]} -gt 0 ] || faults=(kill power cut disk)
RANDOM=$seed
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-matrix.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
mkdir -p "$work/said"
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
# shellcheck source=scripts/test.d/cluster.sh
. "$root/scripts/test.d/cluster.sh"
# shellcheck source=scripts/test.d/faults.sh
. "$root/scripts/test.d/faults.sh"
cleanup() {
  [ -n "$keep" ] || {
    lab down || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

say "The package and two machines (seed $seed)"
make_bundle
setup_line=("$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" "${setup[@]:1}")
lab up --fresh --nodes 2 --control-planes 1 --var-size 6G
lab cluster-file | short_pressure >"$work/cluster.yaml"
for node in n1 n2; do lab snapshot "$node" >"$work/before-$node"; done

through() { # WHAT "FAULT STAGE NODE DELAY"...: setup with these faults in it, one after another, until it stands; and back
  local what=$1 hits=0 id='' now fault stage node delay i next chance
  shift
  local all=("$@")
  say "$what"
  for i in "${!all[@]}"; do
    read -r fault stage node delay <<<"${all[i]}"
    # not in a subshell: there bash takes another seed
    chance=$RANDOM
    [ -z "$spread" ] || delay=$(awk -v d="$delay" -v r="$chance" 'BEGIN {printf "%.1f\n", (2 * d + 1) * r / 32768}')
    next=$(printf '%s\n' "${all[@]:i}" | awk -v s="$stage" '$2 != s {print $2; exit}')
    run_with "$fault" "$stage" "$node" "$delay" ${next:+"$(before_stage "$next")"}
    if [ -z "$id" ] && now=$(identity 2>/dev/null) && [ -n "$now" ]; then id=$now; fi
  done
  # of two in one stage the second may come too late
  local least
  least=$(printf '%s\n' "$@" | cut -d ' ' -f 1,2 | sort -u | wc -l)
  # by chance a fault comes after its stage
  [ -z "$spread" ] || least=$(((least + 1) / 2))
  assert "$what: $hits of $# faults met a run" test "$hits" -ge "$least"
  case $what in *disk*) assert "$what: the nodes take pods again" until_true 420 roomy ;; esac
  expect "$what: setup once more" 0 "${setup[@]}"
  healthy "after $what"
  [ -z "$id" ] || assert "$what: it is the cluster that it was when it first answered" test "$(identity)" = "$id"
  expect "$what: a dry run" 0 "${setup[@]}" --dry-run
  assert "$what: nothing is left to do" grep -qx "Nothing is left to do." "$work/out"
  expect "$what: reset" 0 acp reset -f "$work/cluster.yaml" --yes
  for node in n1 n2; do
    lab snapshot "$node" >"$work/now-$node"
    assert "$what: after reset $node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
  done
}
if [ -n "$sample" ]; then
  # in the order in which setup comes by them
  picked=()
  for fault in "${faults[@]}"; do
    order=()
    for i in "${!points[@]}"; do order+=("$RANDOM $i $fault ${points[i]}"); done
    mapfile -t -O "${#picked[@]}" picked < <(printf '%s\n' "${order[@]}" | sort -n | head -n "$sample")
  done
  mapfile -t chosen < <(printf '%s\n' "${picked[@]}" | sort -n -k 2 | cut -d ' ' -f 3-)
  through "$(printf '%s and ' "${faults[@]}" | sed 's/ and $//')" "${chosen[@]}"
else
  for fault in "${faults[@]}"; do through "$fault" "${points[@]/#/$fault }"; done
fi
finished
