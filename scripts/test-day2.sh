#!/usr/bin/env bash
# Day 2, on lab nodes with real Kubernetes: signals and full disks, certificates that end, the installer's folder lost, the
# support bundle. First one control plane and a worker, then three control planes behind a VIP and a worker. Judged by
# programs that are not acp. Ends with "N passed, N failed"; exit 1 when anything failed.
#   scripts/test-day2.sh [--keep] [--small | --large]      --small, --large: one of the two clusters only
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=day2
keep='' small=1 large=1
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=1 ;;
  --small) large='' ;;
  --large) small='' ;;
  *)
    sed -n '2,6p' "$0"
    exit 2
    ;;
  esac
  shift
done
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-day2.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"

cleanup() {
  touch "$work/stop" 2>/dev/null || true
  [ -n "$keep" ] || {
    "$root/scripts/lab" down --name "$lab" || true
    umount "$work/home" 2>/dev/null || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

# shellcheck source=scripts/test.d/cluster.sh
. "$root/scripts/test.d/cluster.sh"
# shellcheck source=scripts/test.d/watch.sh
. "$root/scripts/test.d/watch.sh"
check_certs() { acp certs check -f "$work/cluster.yaml" "$@"; }
renew() { acp certs renew -f "$work/cluster.yaml" "$@"; }
count() { # STATE: how many certificates of the last JSON are so
  python3 -c 'import json, sys; print(sum(c["state"] == sys.argv[2] for c in json.load(open(sys.argv[1]))["certificates"]))' "$work/out" "$1"
}
expire_all() { # NODE...: every certificate of these nodes ended ten days ago, and everything runs by them
  local node
  for node in "$@"; do
    "$root/scripts/e2e.d/expire-certs.sh" "$lab" "$node" -10 "$(case " $planes " in *" $node "*) echo all ;; *) echo kubelet ;; esac)"
  done
  for node in "$@"; do
    # shellcheck disable=SC2016 # the node's own
    on "$node" sh -c 'for t in $(ctr -n k8s.io tasks ls -q); do ctr -n k8s.io tasks kill -a -s SIGKILL "$t"; done; systemctl restart kubelet' || true
  done
}
api_down() { ! on n1 timeout 15 env HOME=/run/acp kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 5s get --raw /readyz; }
no_secret_in() { # FOLDER: of the lines of every key, token and secret that the installer has, none is in there
  python3 - "$1" "$ACP_HOME/lab-$lab" <<'END'
import json, os, sys
bundle, home = sys.argv[1:]
planted = set(json.load(open(f"{home}/decisions.json"))["secrets"].values())
planted = {p for p in planted if "\n" not in p} | {l.split(": ")[-1].strip() for p in planted for l in p.splitlines() if "secret:" in l}
for folder, _, names in os.walk(f"{home}/pki"):
    for name in names:
        if name.endswith(".key"):
            planted |= {l for l in open(os.path.join(folder, name)).read().splitlines() if len(l) > 30 and not l.startswith("-----")}
planted |= {"open-sesame-in-a-secret", "open-sesame-in-the-environment"}
found = files = 0
for folder, _, names in os.walk(bundle):
    for name in names:
        files += 1
        text = open(os.path.join(folder, name), errors="replace").read()
        for secret in planted:
            if secret in text:
                found += 1
                print(f"      {name} holds {secret[:6]}...")
        if "PRIVATE KEY-----\n" in text:
            found += 1
            print(f"      {name} holds a private key")
print(f"      {len(planted)} secrets, {files} files")
sys.exit(0 if len(planted) > 20 and files > 50 and not found else 1)
END
}
support() { # NAME STATUS: a bundle into $work/NAME
  expect "support-bundle $1" 0 acp support-bundle -f "$work/cluster.yaml" -o "$work/$1.tar.gz" --accept-new-host-keys
  rm -rf "${work:?}/$1"
  mkdir "$work/$1"
  tar -xzf "$work/$1.tar.gz" -C "$work/$1" --strip-components 1 || bad "the bundle $1 cannot be unpacked"
  assert "only its owner may read it ($(stat -c '%a %s bytes' "$work/$1.tar.gz"))" test "$(stat -c %a "$work/$1.tar.gz")" = 600
}

say "The package"
make_bundle
setup_at() { # SIGNAL POINT DELAY: setup gets a signal at a point of its journal; gives its status
  KILL_SIGNAL=$1 "$root/scripts/e2e.d/kill-at.py" "$journal" "$2" "$3" -- "$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" setup \
    -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys --yes
}

small_cluster() {
  planes=n1
  say "Two machines, and an installer with a small disk"
  lab up --fresh --nodes 2 --control-planes 1
  lab cluster-file >"$work/cluster.yaml"
  mkdir -p "$work/home"
  mount -t tmpfs -o size=24m,mode=0700 acp-day2 "$work/home"
  for node in n1 n2; do lab snapshot "$node" >"$work/before-$node"; done

  say "A cluster that never came up"
  support never 0
  assert "it has both nodes' facts" test -s "$work/never/nodes/$(address n2)/facts.txt"
  assert "it says that the cluster's objects are missing" grep -q "the cluster's objects" "$work/never/SUMMARY.txt"
  assert "and so does the command" grep -q "^missing: the cluster's objects" "$work/err"

  say "A disk of the installer that is full before it begins"
  head -c 20M /dev/zero >"$work/home/filler"
  expect "setup is refused" 6 "${setup[@]}"
  assert "it names the journal" grep -q "disk of the journal $journal" "$work/err"
  for node in n1 n2; do
    lab snapshot "$node" >"$work/now-$node"
    assert "$node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
  done
  rm -f "$work/home/filler"

  say "Signals"
  expect "SIGTERM in the first stage" 130 setup_at SIGTERM "begin preprocess" 0.5
  expect "SIGHUP while files are put" 130 setup_at SIGHUP "begin node-files" 0.7
  assert "the last lines have the log" grep -q "^Log: $ACP_HOME/log/setup-" "$work/err"
  assert "and the command to run again" grep -q "^Again: acp setup -f $work/cluster.yaml" "$work/err"

  say "A disk that fills in the middle"
  (
    until grep -qs '"event":"begin","stage":"container-runtime"' "$journal"; do sleep 0.1; done
    head -c 40M /dev/zero >"$work/home/filler" 2>/dev/null
  ) &
  filler=$!
  expect "setup stops" 6 "${setup[@]}"
  wait "$filler" || true
  tail -n 4 "$work/err" | sed 's/^/      /'
  assert "and names what is full" grep -qE "journal|log|No space" "$work/err"
  stage=$(grep -c '"event":"begin","stage":"control-plane"' "$journal" || true)
  assert "long before the control plane" test "$stage" = 0
  rm -f "$work/home/filler"
  expect "setup goes on when there is room" 0 "${setup[@]}"
  healthy "after setup"
  id=$(identity)
  expect "a dry run after a full run" 0 "${setup[@]}" --dry-run
  assert "says that nothing is left to do" grep -qx "Nothing is left to do." "$work/out"

  say "A cluster file that changed in between"
  sed -i.kept 's#podCidr: \[[^]]*\]#podCidr: [10.55.0.0/16]#' "$work/cluster.yaml"
  if cmp -s "$work/cluster.yaml" "$work/cluster.yaml.kept"; then sed -i 's#network: {#network: {podCidr: [10.55.0.0/16], #' "$work/cluster.yaml"; fi
  expect "setup refuses it" 6 "${setup[@]}"
  assert "and says what differs" grep -q "spec.network.podCidr: was .*, is now \[10.55.0.0/16\]" "$work/err"
  mv "$work/cluster.yaml.kept" "$work/cluster.yaml"

  say "The installer's folder is lost"
  mv "$ACP_HOME/lab-$lab" "$work/lost"
  expect "certs renew knows nothing then" 6 renew
  # their record is a finding of the checks that come before everything else
  expect "setup refuses nodes that it does not know" 4 "${setup[@]}"
  expect "adopt" 0 acp adopt -f "$work/cluster.yaml" --accept-new-host-keys
  for file in decisions.json cluster.yaml pki; do
    assert "$file is the same as before" diff -r "$work/lost/$file" "$ACP_HOME/lab-$lab/$file"
  done
  expect "setup after it" 0 "${setup[@]}"
  assert "changed nothing" grep -q ' 0 changes' "$work/err"
  expect "adopt again" 0 acp adopt -f "$work/cluster.yaml"

  say "Certificates that end"
  expect "certs check" 0 check_certs -o json
  assert "it saw $(count good) certificates" test "$(count good)" -ge 20
  "$root/scripts/e2e.d/expire-certs.sh" "$lab" n1 10 apiserver
  expect "certs check with one that ends in ten days" 4 check_certs -o json
  assert "it names just this one" test "$(count due)" = 1
  expect "status" 4 acp status -f "$work/cluster.yaml"
  assert "names it, too" grep -q "a certificate ends within 30 days: /etc/kubernetes/pki/apiserver.crt" "$work/out"
  expect "certs check --within 5d" 0 check_certs --within 5d
  expect "certs renew" 0 renew
  expect "certs renew again" 0 renew
  assert "changed nothing" grep -q "nothing was changed" "$work/err"
  expire_all n1 n2
  on n1 sh -c 'mkdir -p /root/.kube && cp /etc/kubernetes/admin.conf /root/.kube/config'
  sleep 15
  assert "with everything expired the API is down" api_down
  expect "certs check without an API" 4 check_certs -o json
  assert "it names all of them: $(count expired)" test "$(count expired)" = 15
  support expired 0
  expect "certs renew, killed on its way" 137 "$root/scripts/e2e.d/kill-at.py" "$journal" "begin renew-control-planes" 6 -- \
    "$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" certs renew -f "$work/cluster.yaml"
  expect "certs renew, run again" 0 renew
  tail -n 1 "$work/err"
  expect "certs check" 0 check_certs
  healthy "after the renewal"
  assert "it is the same cluster" test "$(identity)" = "$id"
  assert "a copy of admin.conf is one again" on n1 cmp /etc/kubernetes/admin.conf /root/.kube/config
  # shellcheck disable=SC2016
  assert "etcd was copied before" on n1 sh -c 'ls -d /var/lib/acp/node/etcd/before-renewal-*'
  on n1 rm -rf /root/.kube
  expect "setup after the renewal" 0 "${setup[@]}"
  assert "changed nothing" grep -q ' 0 changes' "$work/err"

  say "The support bundle of a cluster that runs"
  on n1 env HOME=/run/acp KUBECONFIG=/etc/kubernetes/admin.conf sh -c 'kubectl -n default create secret generic planted --from-literal=password=open-sesame-in-a-secret >/dev/null
    kubectl -n default run planted --image=registry.acp.internal:11443/none --env=DB_PASSWORD=open-sesame-in-the-environment >/dev/null'
  support running 0
  assert "it holds the cluster's objects" test -s "$work/running/nodes/$(address n1)/cluster/objects/pods.json"
  assert "and no secret" no_secret_in "$work/running"
  assert "and no Secret" test -z "$(grep -rl '"kind" *: *"Secret"' "$work/running" || true)"

  say "reset"
  expect "reset" 0 acp reset -f "$work/cluster.yaml" --yes
  for node in n1 n2; do
    lab snapshot "$node" >"$work/now-$node"
    assert "after reset $node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
  done
  lab down
  umount "$work/home"
}

large_cluster() {
  planes='n1 n2 n3' worker=n4
  say "Three control planes behind a VIP, and a worker"
  lab up --fresh --nodes 4 --control-planes 3
  mkdir -p "$work/home"
  vip=$(address n1)
  vip=${vip%.*}.100
  lab cluster-file | sed "s/endpoint: {.*/endpoint: {address: $vip, selfBuiltVip: {enabled: true, vrid: 51}}/" >"$work/cluster.yaml"
  expect "setup" 0 "${setup[@]}"
  on n1 cat /etc/kubernetes/pki/ca.crt >"$work/ca.crt"
  healthy "after setup"
  id=$(identity)

  say "All certificates anew, with the API up throughout"
  watch_endpoint
  expect "certs renew --all" 0 renew --all
  tail -n 1 "$work/err"
  end_watch "new connections during it" 30
  healthy "after the renewal"
  assert "it is the same cluster" test "$(identity)" = "$id"

  say "Everything expired on all four"
  expire_all n1 n2 n3 n4
  sleep 20
  assert "the API is down" api_down
  expect "certs renew" 0 renew
  tail -n 1 "$work/err"
  healthy "after the renewal"
  assert "it is the same cluster" test "$(identity)" = "$id"

  say "One control plane is off"
  lab poweroff n3
  support one-off 0
  assert "the bundle says which node is missing" grep -q "node $(address n3)" "$work/one-off/SUMMARY.txt"
  assert "and has the others" test -s "$work/one-off/nodes/$(address n4)/facts.txt"
  assert "and the cluster's objects" test -n "$(find "$work/one-off" -name pods.json -size +1k)"
  expect "certs check says that it was not seen" 4 check_certs
  rm -rf "${ACP_HOME:?}/lab-$lab"
  expect "adopt from the other two" 0 acp adopt -f "$work/cluster.yaml" --accept-new-host-keys
  lab start n3
  assert "n3 comes back" until_true 120 on n3 true
  healthy "with n3 back"
  expect "setup after adopt" 0 "${setup[@]}"
  assert "changed nothing" grep -q ' 0 changes' "$work/err"
}

[ -z "$small" ] || small_cluster
[ -z "$large" ] || large_cluster
finished
