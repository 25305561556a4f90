#!/usr/bin/env bash
# High availability, on lab nodes with real Kubernetes: three control planes behind a VIP, two workers; a join that is
# killed, machines that lose their power, an API server that dies, all of them off at once. Judged by programs that are
# not acp. Ends with "N passed, N failed"; exit 1 when anything failed.
#   scripts/test-ha.sh [--keep] [--long]     --long: also what is rarer (keepalived killed, status, empty files, a
#     new disk of etcd, two of three machines gone)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=ha-test
keep='' long=''
for option; do
  case $option in
  --keep) keep=1 ;;
  --long) long=1 ;;
  *)
    sed -n '2,6p' "$0"
    exit 2
    ;;
  esac
done
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-ha.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
# shellcheck source=scripts/test.d/cluster.sh
. "$root/scripts/test.d/cluster.sh"
# shellcheck source=scripts/test.d/watch.sh
. "$root/scripts/test.d/watch.sh"
planes='n1 n2 n3'
worker=n5

cleanup() {
  touch "$work/stop" 2>/dev/null || true
  [ -n "$keep" ] || {
    "$root/scripts/lab" down --name "$lab" || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

# kubectl on this machine, through the cluster's address
kube() { lab run -- "$programs/kubectl" --kubeconfig "$work/admin.conf" --request-timeout 15s "$@"; }
off= # a node without power: to ask it would take ten seconds
holders() { # who holds the VIP, among the nodes that run
  local node
  for node in n1 n2 n3; do
    [ "$node" != "$off" ] || continue
    # shellcheck disable=SC2016
    on "$node" sh -c 'ip -o address show | grep -qF " $1/32 "' sh "$vip" 2>/dev/null && echo "$node"
  done
  return 0
}
one_holder() { [ "$(holders | wc -l)" = 1 ]; }
answers() { on "$1" true; }
all_ready() { test -z "$(not_ready)"; }
not_ready() { kube get nodes --no-headers | awk '$2 != "Ready" {print $1}' | paste -sd' '; }
schedules() { # NAME: a pod that no node was told to run, whose image comes through the registries, within 60 s
  kube run "$1" --image="registry.acp.internal:11443/platform/toolbox:$toolbox" --image-pull-policy=Always --restart=Never \
    --overrides='{"spec":{"nodeName":null,"terminationGracePeriodSeconds":0}}' -- sleep 3600 >/dev/null &&
    kube wait --for=condition=Ready "pod/$1" --timeout=60s >/dev/null &&
    kube delete pod "$1" --now --wait=false >/dev/null
}
healthy_and_held() { # WHAT
  healthy "$1"
  assert "one node holds the VIP $1" until_true 30 one_holder
}
ids() { # etcd's members by name and id, and the cluster's own
  on n1 env ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt \
    --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key member list | sort
  kube get namespace kube-system -o 'jsonpath={.metadata.uid}'
}

say "The package and five machines"
make_bundle
programs=$(find "$parts/kubernetes" -mindepth 1 -maxdepth 1 | sort -V | tail -1)
toolbox=$(sed -n 's/^TOOLBOX_TAG=//p' "$root/packaging/sample/versions.env")
lab up --fresh --nodes 5 --control-planes 3
vip=$(address n1)
vip=${vip%.*}.100
lab cluster-file | sed "s/endpoint: {.*/endpoint: {address: $vip, selfBuiltVip: {enabled: true, vrid: 51}}/" >"$work/cluster.yaml"
for node in n1 n2 n3 n4 n5; do lab snapshot "$node" >"$work/before-$node"; done

say "setup, killed while control planes join"
kill_setup() { # POINT DELAY
  local status=0
  "$root/scripts/e2e.d/kill-at.py" "$journal" "$1" "$2" -- "$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" setup \
    -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys --yes >>"$work/setup.log" 2>&1 || status=$?
  tail -n 1 "$work/setup.log"
  assert "killed at \"$1\" +$2 s" test "$status" = 137
}
kill_setup "begin control-planes" 3
# and the joining machine itself loses its power, with its member added or about to be
lab poweroff n2
sleep 1
lab start n2
kill_setup "begin control-planes" 9
rm -f "$journal"
expect "setup, run once more" 0 "${setup[@]}"
tail -n 2 "$work/err"
on n1 cat /etc/kubernetes/admin.conf >"$work/admin.conf"
on n1 cat /etc/kubernetes/pki/ca.crt >"$work/ca.crt"
healthy_and_held "after setup"
members=$(ids)
expect "a dry run after a full run" 0 "${setup[@]}" --dry-run -o json
assert "nothing is left to do" python3 -c 'import json, sys; sys.exit(1 if json.load(open(sys.argv[1]))["changes"] else 0)' "$work/out"
expect "status" 0 acp status -f "$work/cluster.yaml"
for node in n2 n3; do
  # shellcheck disable=SC2016
  assert "$node has a snapshot of etcd from before it joined" on "$node" sh -c 'set -- /var/lib/acp/node/etcd/before-join-of-*.db && [ -s "$1" ]'
done

say "The holder of the VIP loses its power"
assert "one node holds the VIP" until_true 30 one_holder
holder=$(holders)
watch_endpoint
lab poweroff "$holder"
off=$holder
assert "another node takes the VIP within 10 s" until_true 10 one_holder
sleep 15
assert "no other node is NotReady ($(not_ready))" test "$(not_ready | sed "s/\b$holder\b//; s/ //g")" = ""
assert "a pod is scheduled and its image pulled within 60 s" schedules after-power-loss
end_watch "new connections while $holder is off"
watch_endpoint
lab start "$holder"
off=
assert "$holder comes back" until_true 120 answers "$holder"
healthy_and_held "after $holder came back"
end_watch "new connections while $holder comes back"
assert "etcd's members are the same" test "$(ids)" = "$members"

say "Another control plane's whole machine dies"
other=n3
[ "$(holders)" != n3 ] || other=n2
watch_endpoint
lab poweroff "$other"
sleep 10
assert "a pod is scheduled and its image pulled within 60 s" schedules after-other-loss
end_watch "new connections while $other is off"
lab start "$other"
healthy_and_held "after $other came back"

say "Only the API server of the holder dies"
holder=$(holders)
watch_endpoint
# kept dead for half a minute: the kubelet would start it at once
# shellcheck disable=SC2016
on "$holder" sh -c 'mv /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/acp/ && for f in /proc/[0-9]*/comm; do
  read -r c <"$f" 2>/dev/null && [ "$c" = kube-apiserver ] && p=${f#/proc/} && kill -9 "${p%/comm}"; done; true'
sleep 30
assert "the VIP went to another node: $(holders | paste -sd' ')" test "$(holders)" != "$holder"
assert "and one node holds it" one_holder
on "$holder" mv /etc/kubernetes/acp/kube-apiserver.yaml /etc/kubernetes/manifests/
assert "no node is NotReady ($(not_ready))" test -z "$(not_ready)"
end_watch "new connections while the API server of $holder is dead"
healthy_and_held "after the API server came back"

say "Power loss of all five at once, then up again in another order, without acp"
for node in n1 n2 n3 n4 n5; do lab poweroff "$node"; done
for node in n5 n3 n1 n4 n2; do
  lab start "$node"
  sleep 2
done
assert "the cluster's address answers again within 180 s" until_true 180 kube get --raw /readyz
assert "every node becomes Ready" until_true 180 all_ready
healthy_and_held "after the power loss of all"
assert "etcd's members are the same" test "$(ids)" = "$members"

say "Encryption at rest"
kube -n default create secret generic planted --from-literal=word=open-sesame-$RANDOM >/dev/null
# shellcheck disable=SC2016
assert "etcd keeps a Secret encrypted" on n2 sh -c 'ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt \
  --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key get /registry/secrets/default/planted --print-value-only |
  head -c 30 | grep -q "^k8s:enc:secretbox:v1:key1:"'
for node in n1 n2 n3; do on "$node" sha256sum /etc/kubernetes/encryption-provider.conf; done | sort -u >"$work/keys"
assert "every control plane has the same key, readable by root only" test "$(wc -l <"$work/keys")" = 1

if [ -n "$long" ]; then
  say "keepalived is killed where it holds the VIP"
  holder=$(holders)
  watch_endpoint
  # shellcheck disable=SC2016
  on "$holder" sh -c 'for f in /proc/[0-9]*/comm; do read -r c <"$f" 2>/dev/null && [ "$c" = keepalived ] && p=${f#/proc/} && kill -9 "${p%/comm}"; done; true'
  sleep 30
  end_watch "new connections after keepalived of $holder was killed"
  assert "in the end one node holds the VIP" until_true 60 one_holder

  say "status names what is wrong, and setup brings it back"
  says() { # WHAT PATTERN: status ends with 4 and says so
    expect "status, $1" 4 acp status -f "$work/cluster.yaml"
    assert "it says so: $2" grep -qE -- "$2" "$work/out"
  }
  expect "status, when all is well" 0 acp status -f "$work/cluster.yaml" -o json
  assert "one holder, three voters, three complete registries" python3 -c 'import json, sys
s = json.load(open(sys.argv[1]))
ok = len(s["vip"]["holders"]) == 1 and [m["state"] for m in s["etcd"]["members"]] == ["voter"] * 3
ok = ok and len(s["registries"]) == 3 and not any(r["why"] or r["missing"] for r in s["registries"])
sys.exit(0 if ok and s["charts"] and all(c["state"] == "ready" for c in s["charts"]) else 1)' "$work/out"
  digest=$(python3 -c 'import json, sys; print([p for p in json.load(open(sys.argv[1]))["pieces"] if not p["manifest"]][3]["digest"])' "$ACP_HOME/lab-$lab/images.json")
  hex=${digest#sha256:}
  on n3 rm "/var/lib/acp-registry/docker/registry/v2/blobs/sha256/${hex:0:2}/$hex/data"
  says "when n3's registry lost a blob" "registry of $(address n3) lacks .*$digest"
  on n2 systemctl stop acp-registry
  says "when n2's registry is stopped" "registry https://$(address n2):11443 could not be looked at"
  on n2 sh -c 'rm -rf /var/lib/acp-registry/docker && echo "# by hand" >>/etc/containerd/config.toml'
  says "when a file of acp's was changed" "On $(address n2) something is not as acp put it there: changed /etc/containerd/config.toml"
  holder=$(holders)
  other=n1
  [ "$holder" != n1 ] || other=n2
  on "$other" ip address add "$vip/32" dev host0
  says "when two hold the VIP" "virtual address $vip is held by .* and .* at once"
  on "$other" ip address del "$vip/32" dev host0
  expect "setup again" 0 "${setup[@]}"
  healthy_and_held "after the repair"
  expect "status, after the repair" 0 acp status -f "$work/cluster.yaml"

  say "What a loss of power left empty on n3, in a join without an end"
  # kubeadm and the kubelet sync nothing; a lab node's power loss keeps what the machine has in memory, so that it is planted
  # shellcheck disable=SC2016
  on n3 sh -c 'systemctl stop kubelet
    for f in /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet.crt /etc/kubernetes/pki/apiserver.crt \
      /etc/kubernetes/pki/etcd/peer.key /etc/kubernetes/admin.conf /etc/kubernetes/scheduler.conf; do : >"$f"; done
    rm /var/lib/acp/node/actions/join-control-plane.mark'
  lab poweroff n3
  lab start n3
  assert "n3 comes back" until_true 120 answers n3
  expect "setup makes it again" 0 "${setup[@]}"
  healthy_and_held "after that"
  assert "etcd's members are the same" test "$(ids)" = "$members"

  say "The disk of n2's etcd is a new one"
  # shellcheck disable=SC2016
  on n2 sh -c 'systemctl stop kubelet
    for f in /proc/[0-9]*/comm; do read -r c <"$f" 2>/dev/null && [ "$c" = etcd ] && p=${f#/proc/} && kill -9 "${p%/comm}"; done
    rm -rf /var/lib/etcd/member && systemctl start kubelet'
  assert "etcd tries to start there" until_true 60 on n2 test -d /var/lib/etcd/member
  expect "setup adds its member anew" 0 "${setup[@]}"
  healthy_and_held "after that"
  assert "n1 and n3 are the members that they were" test "$(ids | grep -cFf <(grep -E ' (n1|n3),' <<<"$members"))" = 2

  say "Two of three control planes are gone for good"
  lab poweroff n2
  lab poweroff n3
  sleep 5
  says "without a majority and without an API" "etcd has lost its majority: 1 of 3 voting members answer, 2 are needed"
  assert "it prints the way out" grep -q "sh /etc/kubernetes/acp/etcd-recover.sh --others-are-gone" "$work/out"
  expect "that command" 0 on n1 sh /etc/kubernetes/acp/etcd-recover.sh --others-are-gone
  assert "the cluster's address answers again within 120 s" until_true 120 kube get --raw /readyz
  assert "what was in the cluster is in it" kube -n default get secret planted
  expect "the two are taken out" 0 acp remove-node -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --yes --dead "$(address n2)" "$(address n3)"
  lab reset n2
  lab reset n3
  # new machines have new host keys
  for node in n2 n3; do sed -i "/^$(address "$node") /d" "$ACP_HOME/lab-$lab/known_hosts"; done
  expect "two new machines join in their place" 0 acp add-node -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys
  healthy_and_held "after two control planes were made anew"
fi

say "reset"
expect "reset" 0 acp reset -f "$work/cluster.yaml" --yes
kept=$(sed -n 's/^What etcd held is kept in \(.*\): a snapshot.*/\1/p' "$work/err")
assert "it says where what etcd held is kept, and it is there" test -s "$kept/snapshot.db"
for node in n1 n2 n3 n4 n5; do
  lab snapshot "$node" >"$work/now-$node"
  assert "after reset $node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
done

finished
