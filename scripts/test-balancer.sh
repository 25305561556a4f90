#!/usr/bin/env bash
# An external load balancer, on lab nodes with real Kubernetes: three control planes and a worker behind a machine of its own, which
# runs haproxy and is not in the cluster file. What it does not forward is told before a node is touched, and stops the run once
# there is an API server; a control plane loses its power, then the balancer itself. Judged by programs that are not acp.
# Ends with "N passed, N failed"; exit 1 when anything failed.
#   scripts/test-balancer.sh [--keep] [--lab NAME]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=balancer
keep=
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=1 ;;
  --lab) lab=$2 && shift ;;
  *)
    sed -n '2,6p' "$0"
    exit 2
    ;;
  esac
  shift
done
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-balancer.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
mkdir -p "$work/said"
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
# shellcheck source=scripts/test.d/cluster.sh
. "$root/scripts/test.d/cluster.sh"
# shellcheck source=scripts/test.d/watch.sh
. "$root/scripts/test.d/watch.sh"
cleanup() {
  touch "$work/stop" 2>/dev/null || true
  [ -n "$keep" ] || {
    lab down || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

planes='n1 n2 n3'
machines='n1 n2 n3 n4'
worker=n4
balancer=n5

# haproxy of the sample's own image, from its layers: the machine has no container runtime.
install_haproxy() {
  local blobs=$parts/images/blobs/sha256 digest layer
  digest=$(jq -r '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] | startswith("platform/haproxy:")) | .digest' "$parts/images/index.json")
  mkdir "$work/haproxy"
  for layer in $(jq -r '.layers[].digest' "$blobs/${digest#sha256:}"); do tar -xf "$blobs/${layer#sha256:}" -C "$work/haproxy"; done
  tar -C "$work/haproxy" -c . | on $balancer sh -c 'mkdir -p /opt/haproxy && tar -x -C /opt/haproxy'
}
# forward HOW PORT...: haproxy anew, with just these ports. HOW are the health checks of 6443: tcp, as of the others, or https, as
# kubeadm's own documentation has them. It hangs up on the node $rejected.
rejected=
forward() {
  local how=$1 port node checks
  shift
  stop_forwarding
  {
    printf 'global\n  log stdout format raw local0 notice\ndefaults\n  mode tcp\n  log global\n  retries 3\n  option redispatch\n'
    printf '  timeout connect 3s\n  timeout client 1h\n  timeout server 1h\n'
    printf '  default-server check inter 2s fall 3 rise 2 on-marked-down shutdown-sessions\n'
    for port; do
      printf 'listen p%s\n  bind :%s\n  balance roundrobin\n' "$port" "$port"
      [ -z "$rejected" ] || printf '  tcp-request connection reject if { src %s }\n' "$(address "$rejected")"
      checks=
      if [ "$port $how" = "6443 https" ]; then
        printf '  option httpchk GET /readyz\n  http-check expect status 200\n'
        checks=' check-ssl verify none'
      fi
      for node in $planes; do printf '  server %s %s:%s%s\n' "$node" "$(address "$node")" "$port" "$checks"; done
    done
  } >"$work/haproxy.cfg"
  on $balancer sh -c 'cat >/opt/haproxy/etc/haproxy.cfg' <"$work/haproxy.cfg"
  on $balancer systemd-run --quiet --unit balancer chroot /opt/haproxy /usr/sbin/haproxy -db -f /etc/haproxy.cfg
  # one listens once it has read its file
  until_true 10 on $balancer sh -c "ss -Htln 'sport = :$1' | grep -q ."
}
stop_forwarding() { on $balancer systemctl stop balancer 2>/dev/null || true; }
unchanged() { # WHEN
  local node
  for node in $machines; do
    lab snapshot "$node" >"$work/now-$node"
    assert "$1: $node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
  done
}
# asked_first WHEN [PORT...]: acp asks the load balancer and goes no further; every node must be told of these ports and no other.
asked_first() {
  local when=$1 node port
  shift
  expect "$when: the first stages" 0 "${setup[@]}" --until load-balancer
  for node in $machines; do
    { grep -F "no control plane is reached at $vip" "$work/err" || true; } | { grep -F "$(address "$node")" || true; } |
      grep -oE 'tcp/[0-9]+' | cut -d/ -f2 | sort | paste -sd' ' >"$work/told" || true
    assert "$when: $node is told of: $(cat "$work/told")" test "$(cat "$work/told")" = "$(printf '%s\n' "$@" | sort | paste -sd' ')"
  done
  grep -F "no control plane is reached at" "$work/err" | head -n 1 || true
}
kube() { lab run -- "$programs/kubectl" --kubeconfig "$work/admin.conf" --request-timeout 15s "$@"; }
others_not_ready() { kube get nodes --no-headers | awk -v out="$1" '$1 != out && $2 != "Ready" {print $1}' | paste -sd' '; }
all_ready() { test -z "$(others_not_ready none)"; }
status_is() { # CODE
  local code=0
  acp status -f "$work/cluster.yaml" >"$work/status" 2>&1 || code=$?
  [ "$code" = "$1" ]
}

say "Four machines, and one more that is the load balancer"
needs jq:jq
make_bundle
programs=$(find "$parts/kubernetes" -mindepth 1 -maxdepth 1 | sort -V | tail -1)
lab up --fresh --nodes 5 --control-planes 3
vip=$(address $balancer)
install_haproxy
lab cluster-file | sed -e "/addresses: \[\"\{0,1\}$vip\"\{0,1\}\]/d" -e "s/endpoint: {.*/endpoint: {address: $vip}/" >"$work/cluster.yaml"
assert "the cluster file names four nodes, and the balancer's address only as the endpoint" \
  test "$(grep -c 'addresses:' "$work/cluster.yaml") $(grep -c "$vip" "$work/cluster.yaml")" = "4 1"
for node in $machines; do lab snapshot "$node" >"$work/before-$node"; done

say "What it does not forward is told before a node is touched"
forward tcp 6443 443 11443
asked_first "all three are forwarded"
forward tcp 6443 443
asked_first "11443 is not forwarded" 11443
forward https 6443 443 11443
asked_first "6443 is asked for HTTPS, which nobody serves yet" 6443
assert "the likely cause is named" grep -q "asks for HTTPS cannot before the cluster is there" "$work/err"
stop_forwarding
asked_first "nothing is forwarded" 6443 443 11443
unchanged "only asked"

say "Without 6443 there is no first control plane"
forward tcp 443 11443
began_at=$SECONDS
expect "setup" 5 "${setup[@]}"
tail -n 12 "$work/err"
assert "it does not wait for kubeadm's own end: $((SECONDS - began_at)) s" test $((SECONDS - began_at)) -lt 270
assert "it says what answers, and what does not" grep -q "answers at https://$(address n1):6443, but for a minute not through the load balancer" "$work/err"
assert "and the address with the port" grep -q "^ *https://$vip:6443: .*refused" "$work/err"
for node in n2 n3 n4; do assert "$node did not join" on "$node" test ! -e /etc/kubernetes/kubelet.conf; done

say "One node is not let through"
rejected=n4
forward https 6443 443 11443
expect "setup" 5 "${setup[@]}"
tail -n 12 "$work/err"
assert "it names the stage" grep -q "^Stage: load-balancer-serves" "$work/err"
assert "that node, the address and the port" grep -q "$(address n4): .*the API server through the load balancer $vip:6443" "$work/err"
assert "and no other node" test "$(grep -c "the API server through the load balancer $vip:6443, from this node in vain" "$work/err")" = 1
for node in n2 n3 n4; do assert "$node did not join" on "$node" test ! -e /etc/kubernetes/kubelet.conf; done
rejected=

say "The same command, once it forwards"
forward https 6443 443 11443
expect "setup" 0 "${setup[@]}"
tail -n 2 "$work/err"
on n1 cat /etc/kubernetes/admin.conf >"$work/admin.conf"
on n1 cat /etc/kubernetes/pki/ca.crt >"$work/ca.crt"
healthy "after setup"
for node in n2 n3 n4; do
  assert "the kubelet of $node calls the load balancer" on "$node" grep -qF "server: https://$vip:6443" /etc/kubernetes/kubelet.conf
done
assert "so does the administrator" grep -qF "server: https://$vip:6443" "$work/admin.conf"
assert "so do the pods of kube-proxy" test -n "$(kube -n kube-system get configmap kube-proxy -o yaml | grep -F "server: https://$vip:6443")"
expect "a dry run after a full run" 0 "${setup[@]}" --dry-run -o json
assert "nothing is left to do" python3 -c 'import json, sys; sys.exit(1 if json.load(open(sys.argv[1]))["changes"] else 0)' "$work/out"
expect "setup once more" 0 "${setup[@]}"
assert "tells nothing of the load balancer" test "$(grep -c 'no control plane is reached' "$work/err")" = 0
expect "status" 0 acp status -f "$work/cluster.yaml"
id=$(identity)

say "The first of its backends loses its power"
watch_endpoint
lab poweroff n1
sleep 60
assert "no other node is NotReady ($(others_not_ready "$(address n1)"))" test -z "$(others_not_ready "$(address n1)")"
assert "the balancer says that n1 is down" grep -q 'Server p6443/n1 is DOWN' <(on $balancer journalctl -q -u balancer -o cat)
end_watch "new connections while n1 is off"
expect "status then" 4 acp status -f "$work/cluster.yaml"
watch_endpoint
lab start n1
healthy "after n1 came back"
end_watch "new connections while n1 comes back"
assert "it is the same cluster" test "$(identity)" = "$id"

say "The load balancer itself loses its power"
lab poweroff $balancer
assert "status says within two minutes that the cluster is not healthy" until_true 120 status_is 4
sed -n 1,12p "$work/status"
lab start $balancer
forward https 6443 443 11443
assert "every node is Ready again" until_true 120 all_ready
healthy "after the balancer came back"
expect "status after that" 0 acp status -f "$work/cluster.yaml"

say "reset"
expect "reset" 0 acp reset -f "$work/cluster.yaml" --yes
unchanged "after reset"

finished
