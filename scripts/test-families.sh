#!/usr/bin/env bash
# Address families, on lab nodes with real Kubernetes: IPv6 alone (three control planes behind haproxy on an IPv6 VIP, on
# nodes that have no IPv4 address but loopback's), and dual stack. Judged by programs that are not acp. Ends with
# "N passed, N failed"; exit 1 when anything failed.
#   scripts/test-families.sh [--keep] [--lab NAME] [--short] [ipv6] [dual]      (both, if none is named)
# --short: one control plane and a worker in IPv6 too, as scripts/test.sh runs it
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=families
keep=''
ipv6=(3 3) # nodes, control planes
wanted=()
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=1 ;;
  --short) ipv6=(2 1) ;;
  --lab) lab=$2 && shift ;;
  ipv6 | dual) wanted+=("$1") ;;
  *)
    sed -n '2,6p' "$0"
    exit 2
    ;;
  esac
  shift
done
[ ${#wanted[@]} -gt 0 ] || wanted=(ipv6 dual)
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-families.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
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

nodes() { lab addresses | cut -d' ' -f1; }
kubectl() { on n1 env HOME=/run/acp kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 20s "$@"; }
unchanged() { # WHEN
  local node
  for node in $(nodes); do
    lab snapshot "$node" >"$work/now-$node"
    assert "$1: $node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
  done
}
# Every address that this node's registry was asked from for an image that only registries have.
pulled_from() {
  # shellcheck disable=SC2016
  on "$1" sh -c 'journalctl -u acp-registry --no-pager -o cat | grep "platform/never-seen" | grep -o "http.request.remoteaddr=[^ ]*" | sort -u' || true
}
bound() { # NODE: who listens on port 6443, and where
  on "$1" sh -c "ss -Hltnp 'sport = :6443' | awk '{print \$4, \$6}' | sed 's/users:((\"\\([^\"]*\\).*/\\1/' | sort -u"
}

# The whole way in one family. usage: whole_way FAMILY NODES CONTROL-PLANES
whole_way() {
  local family=$1 node worker
  say "$family: $2 machines, $3 of them control planes"
  lab up --fresh --nodes "$2" --control-planes "$3" --family "$family"
  lab cluster-file >"$work/cluster.yaml"
  planes=$(nodes | head -n "$3")
  worker=$(nodes | tail -n 1)
  if [ "$3" -gt 1 ]; then
    vip=$(address n1)
    vip=${vip%::*}::100
    sed -i "s/endpoint: {.*/endpoint: {address: \"$vip\", selfBuiltVip: {enabled: true, vrid: 52, haproxy: true}}/" "$work/cluster.yaml"
  fi
  for node in $(nodes); do
    lab snapshot "$node" >"$work/before-$node"
    if [ "$family" = ipv6 ]; then
      assert "$node has no IPv4 address but loopback's" test "$(on "$node" ip -4 -o address | grep -vc ' lo ')" = 0
      assert "$node has no IPv4 route" test -z "$(on "$node" ip -4 route)"
    fi
  done
  expect "$family: check-nodes finds nothing that init-nodes does not repair" 4 acp check-nodes -f "$work/cluster.yaml" \
    --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys -o json
  assert "$family: and every finding says so" python3 -c 'import json, sys
bad = [r for r in json.load(open(sys.argv[1]))["results"] if r["status"] in ("fail", "error") and not r["fixable"]]
[print("     ", r["node"], r["check"], r["status"], r["seen"]) for r in bad]
sys.exit(1 if bad else 0)' "$work/out"
  expect "$family: setup" 0 "${setup[@]}"
  tail -n 2 "$work/err"
  expect "$family: the oracle: every node, pod and Service in each family, across nodes" 0 judge
  grep -E '^FAIL| AAAA | A record|each family|internal addresses' "$work/out" || true
  expect "$family: status" 0 acp status -f "$work/cluster.yaml" --accept-new-host-keys
  expect "$family: a dry run after a full run" 0 "${setup[@]}" --dry-run -o json
  assert "$family: nothing is left to do" python3 -c 'import json, sys; sys.exit(1 if json.load(open(sys.argv[1]))["changes"] else 0)' "$work/out"

  say "$family: an image that only the registry has"
  for node in $planes; do
    "$root/scripts/e2e.d/push-image.sh" "$lab" "$(address "$node")" "$ACP_HOME/lab-$lab/pki" "$parts" platform/never-seen:1
  done
  kubectl run never-seen --image=registry.acp.internal:11443/platform/never-seen:1 --restart=Never \
    --overrides="{\"spec\":{\"nodeName\":\"$worker\"}}" -- sleep 3600 >/dev/null
  assert "$family: the worker pulls and runs it" kubectl wait --for=condition=Ready pod/never-seen --timeout=60s
  if [ "$family" = ipv6 ]; then
    assert "$family: it was pulled from the worker's IPv6 address" grep -qF "[$(address "$worker")]" \
      <(for node in $planes; do pulled_from "$node"; done)
  fi
  kubectl delete pod never-seen --now >/dev/null || true
  [ "$3" -eq 1 ] || behind_haproxy
  say "$family: reset"
  expect "$family: reset" 0 acp reset -f "$work/cluster.yaml" --yes
  unchanged "$family: after reset"
  if [ -z "$keep" ] || [ "$family" != "${wanted[-1]}" ]; then lab down; fi
  rm -rf "$ACP_HOME"
}

behind_haproxy() {
  local node holder
  say "haproxy on the VIP $vip"
  for node in $planes; do
    assert "$node: haproxy has the VIP's port, the API server its node's: $(bound "$node" | paste -sd' ')" \
      test "$(bound "$node")" = "$(printf '%s kube-apiserver\n%s haproxy\n' "[$(address "$node")]:6443" "[$vip]:6443" | sort)"
  done
  holder=$(holders)
  assert "one node holds the VIP: $holder" test "$(wc -w <<<"$holder")" = 1
  # The holder's own API server dies: haproxy goes to another's, and the VIP stays.
  on "$holder" mv /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/acp/
  assert "the holder's API server is gone" until_true 60 no_api_server "$holder"
  sleep 3
  assert "the cluster's address answers without it" lab run -- timeout 20 "$root/scripts/e2e.d/ask-readyz.py" "$vip" 6443 5
  assert "the VIP stayed on $holder" test "$(holders)" = "$holder"
  on "$holder" mv /etc/kubernetes/acp/kube-apiserver.yaml /etc/kubernetes/manifests/
  # The holder loses its power.
  lab poweroff "$holder"
  assert "the cluster's address answers within 10 s of the holder's power loss" until_true 10 \
    lab run -- timeout 5 "$root/scripts/e2e.d/ask-readyz.py" "$vip" 6443 1
  lab start "$holder"
  healthy "after its return"
}
no_api_server() { test -z "$(bound "$1" | grep kube-apiserver)"; }
holders() {
  local node
  for node in $planes; do
    if on "$node" ip -o address 2>/dev/null | grep -qF " $vip/128 "; then echo "$node"; fi
  done | paste -sd' '
}

say "The package"
make_bundle
for family in "${wanted[@]}"; do
  case $family in
  ipv6) whole_way ipv6 "${ipv6[@]}" ;;
  dual) whole_way dual 2 1 ;;
  esac
done

finished
