#!/usr/bin/env bash
# The kill matrix on lab nodes with real Kubernetes: at each stage of setup, one after another, a fault; then the same command
# again, which must end in a healthy cluster, with no once-only action done twice. Judged by programs that are not acp.
#   scripts/test-matrix.sh [--fault F]... [--sample N] [--seed S] [--keep]
# --fault   kill (SIGKILL of acp), power (power loss of a node), cut (20 s without network) or disk (a node's /var full); default: all
# --sample  only N of the stages for each fault, chosen by the seed (printed), and all of them in the making of one cluster; default:
#           all stages, a cluster for each fault
# Ends with "N passed, N failed"; exit 1 when anything failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=matrix planes=n1
faults=() sample='' seed=$RANDOM keep=''
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=1 ;;
  --fault | --sample | --seed)
    case $1 in
    --fault) faults+=("$2") ;;
    --sample) sample=$2 ;;
    --seed) seed=$2 ;;
    esac
    shift
    ;;
  *)
    sed -n '2,7p' "$0"
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
cleanup() {
  [ -n "$keep" ] || {
    lab down || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

# A stage, the node on which it works, and how long after its beginning the fault comes.
points=(
  "preprocess n2 0.3" "installer-copy n1 0.1" "node-files n2 1.5" "container-runtime n1 1" "registry n1 0.5" "images n1 0.5"
  "images-pulled n2 0.5" "control-plane n1 3" "control-plane n1 12" "network n1 0.5" "join-tokens n1 0.2" "workers n2 2" "workers n2 6"
  "add-ons n1 0.3" "verify n1 1"
)
wait_line() { # STAGE LINES PID: until the journal has a beginning of the stage after these lines; false when the process ends before
  while kill -0 "$3" 2>/dev/null; do
    if [ -f "$journal" ] && [ "$(tail -n "+$(($2 + 1))" "$journal" 2>/dev/null | grep -c "\"event\":\"begin\",\"stage\":\"$1\"")" != 0 ]; then return 0; fi
    sleep 0.05
  done
  return 1
}
before_stage() { # STAGE: the one before it
  acp setup --list-stages -f "$work/cluster.yaml" 2>/dev/null | awk -v s="$1" '$1 == s {print last} NF {last = $1}'
}
run_with() { # FAULT STAGE NODE DELAY [NEXT]: one run of setup with the fault in it, which leaves the stage NEXT for the next one
  local fault=$1 stage=$2 node=$3 delay=$4 status=0 lines=0 pid hit=no setup_line=("${setup_line[@]}")
  [ -z "${5:-}" ] || setup_line+=(--until "$(before_stage "$5")")
  if [ "$fault" = kill ]; then
    "$root/scripts/e2e.d/kill-at.py" "$journal" "begin $stage" "$delay" -- "${setup_line[@]}" >"$work/run.log" 2>&1 || status=$?
    [ "$status" != 137 ] || hit=yes
  else
    [ ! -f "$journal" ] || lines=$(wc -l <"$journal")
    "${setup_line[@]}" >"$work/run.log" 2>&1 &
    pid=$!
    if wait_line "$stage" "$lines" "$pid"; then
      sleep "$delay"
      ! kill -0 "$pid" 2>/dev/null || hit=yes
      # shellcheck disable=SC2016 # the node's own
      case $fault in
      power) lab poweroff "$node" >/dev/null ;;
      cut)
        lab net cut "$node" >/dev/null
        sleep 20
        lab net heal "$node" >/dev/null
        ;;
      disk) on "$node" sh -c 'fallocate -l "$(df -B1 --output=avail /var | tail -n 1)" /var/filler 2>/dev/null || head -c 20G /dev/zero >/var/filler 2>/dev/null || true' ;;
      esac
    fi
    wait "$pid" || status=$?
    case $fault in
    power)
      lab start "$node" >/dev/null 2>&1 || true
      until_true 120 on "$node" true || bad "$node does not come back"
      ;;
    disk) on "$node" rm -f /var/filler ;;
    esac
  fi
  echo "      $fault of $node at $stage +$delay s: $([ $hit = yes ] && echo hit || echo "setup was past it"), setup ended with $status"
  case $status in
  0 | 4 | 5 | 6 | 137) ;;
  *) bad "$fault at $stage: setup ended with $status" && tail -n 15 "$work/run.log" ;;
  esac
  if [ $hit = yes ] && [ "$status" != 0 ] && [ "$fault" != kill ]; then
    assert "$fault at $stage: the last lines say how to go on" grep -q '^Again: acp setup' "$work/run.log"
  fi
  [ $hit = no ] || hits=$((hits + 1))
}

roomy() { # no node turns pods away; also true where no cluster answers
  local taints
  taints=$(on n1 env HOME=/run/acp kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o 'jsonpath={.items[*].spec.taints[*].key}') || return 0
  case $taints in *disk-pressure*) return 1 ;; esac
}

say "The package and two machines (seed $seed)"
make_bundle
setup_line=("$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" "${setup[@]:1}")
lab up --nodes 2 --control-planes 1 --var-size 6G
# the kubelet counts a disk as full until half a minute after it was, and not five minutes
lab cluster-file | sed 's/^  kubernetes: {\(.*\)}$/  kubernetes: {\1, extraArgs: {kubelet: {eviction-pressure-transition-period: 30s}}}/' >"$work/cluster.yaml"
grep -q eviction-pressure "$work/cluster.yaml"
for node in n1 n2; do lab snapshot "$node" >"$work/before-$node"; done

through() { # WHAT "FAULT STAGE NODE DELAY"...: setup with these faults in it, one after another, until it stands; and back
  local what=$1 hits=0 id='' now fault stage node delay i next
  shift
  local all=("$@")
  say "$what"
  for i in "${!all[@]}"; do
    read -r fault stage node delay <<<"${all[i]}"
    next=$(printf '%s\n' "${all[@]:i}" | awk -v s="$stage" '$2 != s {print $2; exit}')
    run_with "$fault" "$stage" "$node" "$delay" "$next"
    if [ -z "$id" ] && now=$(identity 2>/dev/null) && [ -n "$now" ]; then id=$now; fi
  done
  # of two in one stage the second may come too late
  assert "$what: $hits of $# faults met a run" test "$hits" -ge "$(printf '%s\n' "$@" | cut -d ' ' -f 1,2 | sort -u | wc -l)"
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
  mapfile -t chosen < <(for fault in "${faults[@]}"; do
    for i in "${!points[@]}"; do echo "$RANDOM $i $fault ${points[i]}"; done | sort -n | head -n "$sample"
  done | sort -n -k 2 | cut -d ' ' -f 3-)
  through "$(printf '%s and ' "${faults[@]}" | sed 's/ and $//')" "${chosen[@]}"
else
  for fault in "${faults[@]}"; do through "$fault" "${points[@]/#/$fault }"; done
fi
finished
