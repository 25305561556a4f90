#!/usr/bin/env bash
# Nodes that come and go, on lab nodes with real Kubernetes: three control planes behind a VIP and a worker. Judged by programs
# that are not acp: etcdctl, kubectl, scripts/oracle, snapshots of the machines. Ends with "N passed, N failed"; exit 1 when anything failed.
#   scripts/test-nodes.sh [--keep] [--rounds N]      N: how often a control plane is removed and added again; default 10
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=nodes
keep='' rounds=10
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=1 ;;
  --rounds)
    rounds=$2
    shift
    ;;
  *)
    sed -n '2,4p' "$0"
    exit 2
    ;;
  esac
  shift
done
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-nodes.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
mkdir -p "$work/said"
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
# shellcheck source=scripts/test.d/cluster.sh
. "$root/scripts/test.d/cluster.sh"
# shellcheck source=scripts/test.d/foreign.sh
. "$root/scripts/test.d/foreign.sh"
cleanup() {
  [ -n "$keep" ] || {
    lab down || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

k() { # from a control plane that is always there
  on n2 env HOME=/run/acp kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"
}
members() { # how many voting members answer for themselves, by etcdctl on n2
  # shellcheck disable=SC2016 # the node's own
  on n2 sh -c 'p=/etc/kubernetes/pki/etcd
    ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert $p/ca.crt --cert $p/healthcheck-client.crt --key $p/healthcheck-client.key \
      endpoint health --cluster 2>&1 | grep -c "is healthy"'
}
listed() { # how many members there are at all
  # shellcheck disable=SC2016 # the node's own
  on n2 sh -c 'p=/etc/kubernetes/pki/etcd
    ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert $p/ca.crt --cert $p/healthcheck-client.crt --key $p/healthcheck-client.key member list | wc -l'
}
same() { # NODE: the machine is as before setup
  lab snapshot "$1" >"$work/now-$1"
  assert "$1 is as before" "$root/scripts/snapshot-diff" "$work/before-$1" "$work/now-$1"
}
# Nothing of a node is left in the cluster, nor with the installer.
nothing_of() {
  local a
  a=$(address "$1")
  assert "no Node, lease, CSR or pod of $1" test -z "$(k get nodes,leases,csr,pods --all-namespaces -o wide 2>/dev/null | grep -wE "$1|${a//./[.]}")"
  assert "no word of it in kubeadm's ClusterStatus" test -z "$(k -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterStatus}' | grep -wF "$a")"
  assert "no key of its registry on the installer" test -z "$(find "$ACP_HOME/lab-$lab/pki" -name "$a.*")"
  assert "nor on another control plane" test -z "$(on n2 find /var/lib/acp/node/installer -name "$a.*")"
  assert "no other machine knows its registry" test -z "$(on n4 grep -rlF "$a:11443" /etc/containerd 2>/dev/null)"
}
remove() { acp remove-node -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --yes "$@"; }
add() { acp add-node -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys "$@"; }
killed_at() { # POINT DELAY COMMAND...: acp is killed at a point of its journal
  local point=$1 delay=$2
  shift 2
  "$root/scripts/e2e.d/kill-at.py" "$journal" "$point" "$delay" -- "$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" "$@" \
    -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --yes
}

say "Three control planes behind a VIP, and a worker"
make_bundle
planes='n1 n2 n3'
lab up --fresh --nodes 4 --control-planes 3
vip=$(address n1)
vip=${vip%.*}.100
lab cluster-file | sed "s/endpoint: {.*/endpoint: {address: $vip, selfBuiltVip: {enabled: true, vrid: 51}}/" >"$work/cluster.yaml"

say "What others put there before: rules, a chain, a set, a CNI file, a container"
# not on machines that lose their power here
for node in n2 n4; do plant_foreign "$node"; done
for node in n2 n4; do assert "they stand on $node" foreign_stands "$node"; done
for node in n1 n2 n3 n4; do lab snapshot "$node" >"$work/before-$node"; done

say "A wrong sudo password on one of the nodes"
printf 'wrong-password' >"$work/sudo-wrong"
a=$(address n3)
lab_key=$(sed -n 's/.*keyFile: \([^,}]*\).*/\1/p' "$work/cluster.yaml" | head -n 1)
sed "s#addresses: \[$a\],#addresses: [$a], ssh: {user: ops, keyFile: $lab_key, become: sudo, becomePasswordFrom: \"file:$work/sudo-wrong\"},#" "$work/cluster.yaml" >"$work/wrong.yaml"
expect "setup" 4 acp setup -f "$work/wrong.yaml" --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys --yes
assert "names the node and sudo" grep -q "$a.*sudo\|sudo.*$a" "$work/err"
for node in n1 n2 n3 n4; do same "$node"; done

say "setup does what the dry run said"
expect "a dry run" 0 "${setup[@]}" --dry-run -o json
cp "$work/out" "$work/plan.json"
for node in n1 n2 n3 n4; do same "$node"; done
expect "setup" 0 "${setup[@]}"
mkdir -p "$work/records"
for node in n1 n2 n3 n4; do on "$node" sh /var/lib/acp/node/record.sh list >"$work/records/$(address "$node")"; done
assert "the same changes on the same nodes in the same order" "$root/scripts/e2e.d/plan-matches.py" "$work/plan.json" "$journal" "$work/records"
healthy "after setup"
id=$(identity)

say "Two runs at once"
"${setup[@]}" >"$work/first.out" 2>"$work/first.err" &
first=$!
sleep 4
expect "a second one is refused" 6 "${setup[@]}"
assert "says that another acp works" grep -q "Another acp works on this cluster" "$work/err"
assert "the first one ends well" wait "$first"

say "What is refused"
expect "a node that is not in the file" 2 remove 10.99.99.99
assert "the nodes of the file are named" grep -q "$(address n4)" "$work/err"
expect "every control plane" 6 remove "$(address n1)" "$(address n2)" "$(address n3)"
assert "says that reset is the way" grep -q "acp reset" "$work/err"
expect "without a yes" 6 acp remove-node -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" "$(address n4)"
lab poweroff n1
expect "a control plane while another one is off" 6 remove "$(address n3)"
assert "says that etcd would lose its majority" grep -q "lose its majority" "$work/err"
lab start n1
assert "n1 comes back" until_true 120 on n1 true
healthy "with n1 back"
assert "etcd has three members" test "$(listed)" = 3

say "A worker goes and comes back"
expect "remove-node --dry-run" 0 remove "$(address n4)" --dry-run
assert "it tells what would be taken back" grep -q "^clean-nodes .* undo " "$work/out"
assert "the node still takes pods" test -z "$(k get node n4 -o 'jsonpath={.spec.unschedulable}')"
k create namespace held >/dev/null
k -n held create deployment held --image=registry.acp.internal:11443/platform/pause:none >/dev/null
expect "remove-node" 0 remove "$(address n4)"
tail -n 1 "$work/err"
same n4
assert "no Node of it" test -z "$(k get nodes -o name | grep -x node/n4)"
expect "setup with a file that still names it" 6 "${setup[@]}"
assert "points to add-node" grep -q "acp add-node" "$work/err"
expect "remove-node again" 0 remove "$(address n4)"
expect "add-node" 0 add
tail -n 2 "$work/err" | head -n 1
k delete namespace held >/dev/null
healthy "with n4 back"

say "Pods that may not go"
cat <<END | on n2 sh -c 'cat >/run/held.yaml'
apiVersion: v1
kind: Pod
metadata: {name: held, namespace: default, labels: {app: held}}
spec:
  nodeName: n4
  terminationGracePeriodSeconds: 0
  containers: [{name: c, image: "$(k -n kube-system get pod -l k8s-app=kube-proxy -o 'jsonpath={.items[0].spec.containers[0].image}')", command: [sleep, infinity]}]
END
k apply -f /run/held.yaml >/dev/null
held_runs() { [ "$(k get pod held -o 'jsonpath={.status.phase}')" = Running ]; }
assert "a pod that belongs to nobody runs on n4" until_true 60 held_runs
expect "remove-node stops at it" 5 remove "$(address n4)" --drain-timeout 20
assert "names it" grep -q "default/held" "$work/err"
assert "n4 takes pods as before" test -z "$(k get node n4 -o 'jsonpath={.spec.unschedulable}')"
expect "setup finds nothing begun" 0 "${setup[@]}"
assert "and changed nothing" grep -q ' 0 changes' "$work/err"
expect "remove-node --force" 0 remove "$(address n4)" --force
same n4
nothing_of n4
expect "add-node" 0 add "$(address n4)"
on n2 rm -f /run/held.yaml
healthy "with n4 back"

say "A control plane goes and comes back, $rounds times"
for ((round = 1; round <= rounds; round++)); do
  start=$SECONDS
  if [ "$round" = 2 ]; then
    # cut off at each stage that matters; the same command goes on
    for point in "begin members-out" "begin clean-nodes" "begin forget-nodes"; do
      expect "round 2: remove-node killed at $point" 137 killed_at "$point" 0.3 remove-node "$(address n3)"
    done
    expect "round 2: setup is refused in between" 6 "${setup[@]}"
    assert "and points to remove-node" grep -q "acp remove-node" "$work/err"
  fi
  expect "round $round: remove-node" 0 remove "$(address n3)"
  removed=$((SECONDS - start))
  same n3
  assert "round $round: two members" test "$(listed)" = 2
  nothing_of n3
  start=$SECONDS
  if [ "$round" = 3 ]; then
    expect "round 3: add-node killed while it joins" 137 "$root/scripts/e2e.d/kill-at.py" "$journal" "begin control-planes" 4 -- \
      "$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" add-node -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}"
  fi
  expect "round $round: add-node" 0 add
  assert "round $round: three healthy members (removed in $removed s, added in $((SECONDS - start)) s)" test "$(members)" = 3
done
healthy "after $rounds rounds"
assert "it is the same cluster" test "$(identity)" = "$id"

say "The control plane that founded the cluster"
expect "remove-node" 0 remove "$(address n1)"
same n1
nothing_of n1
expect "add-node" 0 add
healthy "with n1 back"
assert "etcd has three healthy members" test "$(members)" = 3
assert "it is the same cluster" test "$(identity)" = "$id"
expect "setup" 0 "${setup[@]}"
assert "changed nothing" grep -q ' 0 changes' "$work/err"

say "A control plane that is dead"
lab poweroff n3
expect "without --dead" 4 remove "$(address n3)"
assert "says what to say" grep -q -- --dead "$work/err"
expect "with --dead" 0 remove --dead "$(address n3)"
assert "etcd has two members" test "$(listed)" = 2
script=$ACP_HOME/lab-$lab/clean-$(address n3).sh
assert "a script for that machine is left" test -x "$script"
lab net cut n3 || true
lab start n3
assert "n3 is up, away from the network" until_true 120 on n3 true
on n3 sh -s <"$script" >"$work/cleaned" 2>&1 || bad "the script failed on n3: $(tail -n 3 "$work/cleaned")"
lab net heal n3
same n3
nothing_of n3
expect "add-node" 0 add
healthy "with n3 back"
assert "etcd has three healthy members" test "$(members)" = 3

say "The installer's folder is lost after all this"
mv "$ACP_HOME/lab-$lab" "$work/lost"
expect "adopt" 0 acp adopt -f "$work/cluster.yaml" --accept-new-host-keys
assert "the decisions are the same as before" cmp "$work/lost/decisions.json" "$ACP_HOME/lab-$lab/decisions.json"
expect "setup" 0 "${setup[@]}"
assert "changed nothing" grep -q ' 0 changes' "$work/err"

say "reset"
expect "reset" 0 acp reset -f "$work/cluster.yaml" --yes
for node in n1 n2 n3 n4; do same "$node"; done
for node in n2 n4; do assert "what others put on $node stands there still" foreign_stands "$node"; done
finished
