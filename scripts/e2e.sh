#!/usr/bin/env bash
# The way through, end to end, on lab nodes with real Kubernetes. Everything is asserted by programs that
# are not acp. Ends with "N passed, N failed"; exit 1 when anything failed.
#   scripts/e2e.sh [--seed N] [--keep] [--long]      --long: a second setup, killed at five random times
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=e2e
seed=$RANDOM
keep='' long=''
while [ $# -gt 0 ]; do
  case $1 in
  --seed) seed=$2 && shift ;;
  --keep) keep=1 ;;
  --long) long=1 ;;
  *)
    sed -n '2,5p' "$0"
    exit 2
    ;;
  esac
  shift
done

work=$(mktemp -d "${TMPDIR:-/tmp}/acp-e2e.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
# shellcheck source=scripts/test.d/cluster.sh
. "$root/scripts/test.d/cluster.sh"
# shellcheck source=scripts/test.d/foreign.sh
. "$root/scripts/test.d/foreign.sh"
# shellcheck source=scripts/test.d/faults.sh
. "$root/scripts/test.d/faults.sh"
mkdir "$work/said"
sampler=

cleanup() {
  [ -z "$sampler" ] || kill "$sampler" 2>/dev/null || true
  [ -n "$keep" ] || {
    "$root/scripts/lab" down --name "$lab" || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

# What needs no node runs outside the lab.
acp() { "$root/scripts/acp" "$@"; }
inside() { lab run -- "$@"; }
# HOME: kubectl's cache, in the folder that acp's own calls use
kubectl() { on n1 env HOME=/run/acp kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
flip() { # FILE OFFSET: one byte of a copy changes
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
  # shellcheck disable=SC2059
  printf "\\$(printf %o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
# Who the cluster is: etcd's cluster id (which a new etcd with the same peers would have, too) and the id that
# the API server gave its first namespace (which a new cluster never has again).
etcd_id() { # both, or nothing: either may not answer while setup is at work
  local cluster namespace
  cluster=$(on n1 env ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt \
    --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key endpoint status -w json |
    sed -n 's/.*"cluster_id":\([0-9]*\).*/\1/p')
  namespace=$(kubectl get namespace kube-system -o 'jsonpath={.metadata.uid}')
  [ -n "$cluster" ] && [ -n "$namespace" ] && echo "$cluster $namespace"
}

say "The package (seed $seed)"
acp version
parts=$("$root/packaging/sample/make-parts.sh" | tail -n 1)
"$root/packaging/sample/make-key.sh" "$work/key"
"$root/packaging/sample/make-key.sh" "$work/other"
package=$work/acp-sample-0.1.0-amd64.tar
key=(--key "$work/key/public.asc")
expect "package build" 0 acp package build "$root/samples/sample-package.yaml" --root "$parts" -o "$package"
expect "package sign" 0 acp package sign "$package" --key "$work/key/secret.asc"
expect "verify-package, good" 0 acp verify-package "$package" "${key[@]}"
# shellcheck disable=SC2016
expect "gpg agrees" 0 env GNUPGHOME="$(mktemp -d -p "$work")" sh -c \
  'gpg --batch -q --import "$1" && gpg --batch --verify "$2.sig" "$2"' sh "$work/key/public.asc" "$package"
expect "verify-package by another's key" 3 acp verify-package "$package" --key "$work/other/public.asc"

size=$(stat -c %s "$package")
mkdir "$work/hostile"
ln "$package" "$work/hostile/good.tar"
for offset in 100 $((size / 2)) $((size - 100)); do
  cp "$package" "$work/hostile/flipped.tar"
  cp "$package.sig" "$work/hostile/flipped.tar.sig"
  flip "$work/hostile/flipped.tar" "$offset"
  expect "verify-package, byte $offset flipped" 3 acp verify-package "$work/hostile/flipped.tar" "${key[@]}"
  expect "unpack, byte $offset flipped" 3 acp unpack "$work/hostile/flipped.tar" -C "$work/hostile/into" "${key[@]}"
done
head -c $((size * 2 / 3)) "$package" >"$work/hostile/short.tar"
cp "$package.sig" "$work/hostile/short.tar.sig"
expect "unpack, cut short" 3 acp unpack "$work/hostile/short.tar" -C "$work/hostile/into" "${key[@]}"
expect "unpack by another's key" 3 acp unpack "$package" -C "$work/hostile/into" --key "$work/other/public.asc"
assert "nothing was unpacked of any of them" test -z "$(ls -A "$work/hostile/into" 2>/dev/null)"
rm -rf "$work/hostile"
expect "unpack" 0 acp unpack "$package" -C "$work/bundle" "${key[@]}"
expect "verify-package of the bundle" 0 acp verify-package "$work/bundle/installer" "${key[@]}"
bundle=(--bundle "$work/bundle/installer" "${key[@]}")

say "The machines"
"$root/scripts/lab" up --name "$lab" --fresh --nodes 2 --control-planes 1
lab cluster-file | short_pressure >"$work/cluster.yaml"
n1=$("$root/scripts/lab" addresses --name "$lab" | awk '$1 == "n1" {print $2}')
n2=$("$root/scripts/lab" addresses --name "$lab" | awk '$1 == "n2" {print $2}')
# Not wholly clean: an operator's own settings, which acp must leave alone.
for node in n1 n2; do
  on "$node" sh -c 'echo "vm.swappiness = 11" >/etc/sysctl.d/50-operator.conf && echo "192.0.2.7 operator.example" >>/etc/hosts'
done
python3 "$root/scripts/e2e.d/sample-processes.py" "$work/processes" &
sampler=$!
# what the sampler must have seen at the end, or it saw nothing
sleep 1
sh -c 'sleep 1; : a-canary-for-the-sampler'
for node in n1 n2; do "$root/scripts/lab" snapshot --name "$lab" "$node" >"$work/before-$node"; done

say "Mistakes are told before anything is touched"
sed -e 's/role: worker/role: wroker/' -e 's/podCidr: \[[^]]*\]/podCidr: [10.4.0.0\/99]/' -e 's/capacity: none/capacty: none/' \
  -e 's/kubeProxyMode: iptables/kubeProxyMode: magic/' -e 's/version: v1.20.2/version: one.two/' "$work/cluster.yaml" >"$work/five.yaml"
expect "five mistakes" 2 inside "$root/scripts/acp" setup -f "$work/five.yaml" "${bundle[@]}"
assert "all five, each with its line" test "$(grep -cE 'five.yaml:[1-9][0-9]*: ' "$work/err")" = 5
expect "a network mode that the bundle lacks" 2 inside "$root/scripts/acp" setup -f "$work/cluster.yaml" "${bundle[@]}" --network-mode calico
assert "its message names what there is" grep -q hostgw "$work/err"
for node in n1 n2; do
  assert "$node has no record of acp" on "$node" test ! -e /var/lib/acp
done

say "Checks with machines that fail"
ssh_key=$(sed -n 's/.*keyFile: \([^,}]*\).*/\1/p' "$work/cluster.yaml" | head -n 1)
ssh-keygen -q -t ed25519 -N '' -f "$work/stranger"
printf 'wrong-password-%s\n' "$seed" >"$work/sudo-wrong"
printf 'ops-password\n' >"$work/sudo-right"
address_down=${n1%.*}.99
sed '/^ *- *{addresses/d' "$work/cluster.yaml" >"$work/mixed.yaml"
cat >>"$work/mixed.yaml" <<EOF
    - {addresses: [$n1], role: control-plane, ssh: {user: ops, keyFile: $ssh_key, become: sudo, becomePasswordFrom: "file:$work/sudo-right"}}
    - {addresses: [$n2], role: worker, ssh: {user: ops, keyFile: $ssh_key, become: sudo, becomePasswordFrom: "file:$work/sudo-wrong"}}
    - {addresses: [$address_down], role: worker}
EOF
expect "check-nodes with one down and one wrong sudo password" 4 inside "$root/scripts/acp" check-nodes -f "$work/mixed.yaml" \
  "${bundle[@]}" --accept-new-host-keys -o json
cp "$work/out" "$work/mixed.json"
assert "each node is judged by itself" python3 - "$work/mixed.json" "$n1" "$n2" "$address_down" <<'EOF'
import json, sys
report = json.load(open(sys.argv[1]))
n1, n2, down = sys.argv[2:]
by = {n: [r for r in report["results"] if r["node"] == n] for n in (n1, n2, down)}
ok = len(by[n1]) >= 20 and len(by[n1]) == len(by[n2]) == len(by[down])
ok = ok and sum(r["status"] == "pass" for r in by[n1]) >= 10
ok = ok and not [r for n in (n2, down) for r in by[n] if r["status"] == "pass" and r["check"] not in ("ssh-access", "address-valid")]
told = {n: " ".join(r["seen"] + r["remedy"] for r in by[n] if r["status"] == "fail") for n in (n2, down)}
ok = ok and "sudo" in told[n2] and told[down] != ""
sys.exit(0 if ok else 1)
EOF
sed "s#keyFile: [^,}]*#keyFile: $work/stranger#" "$work/cluster.yaml" >"$work/stranger.yaml"
expect "check-nodes with a key that is refused" 4 inside "$root/scripts/acp" check-nodes -f "$work/stranger.yaml" "${bundle[@]}" --accept-new-host-keys
check=(inside "$root/scripts/acp" check-nodes -f "$work/cluster.yaml" "${bundle[@]}" --accept-new-host-keys)
expect "check-nodes finds what a fresh machine lacks" 4 "${check[@]}"
assert "and says that init-nodes repairs it" grep -q 'default-tasks-max' "$work/out"
unchanged() { # WHAT: both nodes equal the snapshot before
  for node in n1 n2; do
    "$root/scripts/lab" snapshot --name "$lab" "$node" >"$work/now-$node"
    assert "$1: $node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
  done
}
expect "setup with them is refused" 4 inside "$root/scripts/acp" setup -f "$work/mixed.yaml" "${bundle[@]}" --accept-new-host-keys
unchanged "after check-nodes, and setup with one wrong sudo password"
measured() {
  python3 -c 'import json, sys
seen = [r for r in json.load(open(sys.argv[1]))["results"] if r["check"] == "disk-iops"]
sys.exit(0 if len(seen) == 2 and all(r["status"] in ("pass", "fail") for r in seen) else 1)' "$work/out"
}
# this machine's one disk may stand still for seconds: then it is said, and tried again
sync
for _ in 1 2 3; do
  expect "check-nodes with the disks measured" 4 "${check[@]}" --disk-bench -o json
  if measured || ! grep -q 'too slow to be measured' "$work/out"; then break; fi
done
assert "measures them" measured
unchanged "after the disks were measured"

say "init-nodes, and back"
init=(inside "$root/scripts/acp" init-nodes -f "$work/cluster.yaml")
expect "init-nodes, dry run" 0 "${init[@]}" --dry-run
unchanged "after a dry run"
expect "init-nodes" 0 "${init[@]}"
expect "check-nodes is content now" 0 "${check[@]}"
expect "init-nodes again" 0 "${init[@]}" -o json
assert "changes nothing" python3 -c 'import json, sys; sys.exit(1 if "done" in json.dumps(json.load(open(sys.argv[1]))).lower().split("\"") else 0)' "$work/out"
expect "init-nodes --undo" 0 "${init[@]}" --undo
unchanged "after the undo"
expect "check-nodes finds it again" 4 "${check[@]}"

say "No way out"
for node in n1 n2; do
  expect "$node cannot reach the outside" 1 on "$node" timeout 5 bash -c 'exec 3<>/dev/tcp/192.0.2.1/443'
done
links=$(ip -n "acp-lab-$lab" -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | sort | tr '\n' ' ')
assert "the lab's namespace has its own links only ($links)" test "$links" = "br0 lo vb-$lab-n1 vb-$lab-n2 "
for node in n1 n2; do
  routes=$(on "$node" ip route | sed 's/ *$//' | sort | tr '\n' ';')
  assert "$node has no route but the lab's ($routes)" test "$(on "$node" ip route | grep -vcE "^(default via ${n1%.*}\\.1 |${n1%.*}\\.0/24 )")" = 0
done

say "setup, killed at every point of the list; and on its way a node's power lost, one cut off, one whose disk is full"
journal=$ACP_HOME/lab-$lab/journal.jsonl
setup_line=("$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp" setup -f "$work/cluster.yaml" "${bundle[@]}" --accept-new-host-keys)
setup=("${setup_line[@]}")
killed=0
id=
kill_setup() { # POINT DELAY: setup, to the end of the point's stage at most, is killed DELAY seconds after the journal had that line
  local status=0 until=()
  case $1 in *' '*) until=(--until "${1#* }") ;; esac
  "$root/scripts/e2e.d/kill-at.py" "$journal" "$1" "$2" -- "${setup_line[@]}" ${until[@]+"${until[@]}"} >>"$work/setup.log" 2>&1 || status=$?
  tail -n 1 "$work/setup.log"
  case $status in
  137) killed=$((killed + 1)) ;;
  0) ;;
  *) bad "setup on the way to \"$1\" ended with $status" && tail -n 20 "$work/setup.log" ;;
  esac
}
must_kill() { # POINT DELAY: and it must have been killed there
  local before=$killed
  kill_setup "$@"
  assert "killed at \"$1\" +$2 s" test "$killed" -gt "$before"
}
# One of each fault, at three stages that the seed chooses, in the place of that stage's kills.
RANDOM=$seed
# not in a subshell: there bash takes another seed
order=()
for point in "${points[@]}"; do order+=("$RANDOM $point"); done
mapfile -t chosen < <(printf '%s\n' "${order[@]}" | sort -n | awk '!seen[$2]++' | head -n 3 | cut -d ' ' -f 2-)
at() { # STAGE [POINT DELAY [POINT DELAY]]: the fault that was chosen for the stage; else the kills, of which the first must meet it
  local kinds=(power cut disk) of node delay i
  for i in 0 1 2; do
    read -r of node delay <<<"${chosen[i]}"
    if [ "$of" = "$1" ]; then
      run_with "${kinds[i]}" "$of" "$node" "$delay" "$of"
      return
    fi
  done
  [ $# -lt 3 ] || must_kill "$2" "$3"
  [ $# -lt 5 ] || kill_setup "$4" "$5"
}
at preprocess "begin preprocess" 0.1
at installer-copy
must_kill "begin node-files" 0.2
at node-files "begin node-files" 1.5 "changed node-files" 0
at container-runtime "begin container-runtime" 0.3
at registry "begin registry" 0.2
at images "begin images" 0.3 "begin images" 1.2
at images-pulled "begin images-pulled" 0.5
must_kill "begin control-plane" 0.4
at control-plane "begin control-plane" 4
kill_setup "begin control-plane" 12
for _ in $(seq 60); do
  id=$(etcd_id 2>/dev/null) && break
  sleep 1
done
assert "the cluster has an id while its first control plane is still being made" test -n "$id"
kill_setup "end control-plane" 0
at network "begin network" 0.3
at join-tokens
rm -f "$journal"
cut_off_join() { # n2's power goes when its kubelet has its certificate and has not registered yet
  local pid
  "${setup_line[@]}" --until workers >"$work/run.log" 2>&1 &
  pid=$!
  # it would register a moment later: its kubelet is held where it is, from there
  assert "n2's kubelet gets its certificate" on n2 timeout 120 sh -c '
    until [ -s /var/lib/kubelet/pki/kubelet-client-current.pem ]; do sleep 0.02; done
    systemctl kill --signal=STOP kubelet'
  lab poweroff n2 >/dev/null
  assert "n2 lost its power when its kubelet had a certificate and had not registered" test "$(kubectl get nodes -o name)" = node/n1
  ! wait "$pid" || bad "setup ended well without n2"
  assert "setup says how to go on" grep -q '^Again: acp setup' "$work/run.log"
  lab start n2 >/dev/null
  assert "n2 comes back" until_true 120 on n2 true
}
# a fault that the seed chose for the workers needs a whole join
case " ${chosen[*]}" in *' workers '*) ;; *) cut_off_join ;; esac
at workers "begin workers" 0.5 "begin workers" 2.5
at add-ons "begin add-ons" 0.3
rm -f "$journal"
at verify "begin verify" 0.5
echo "setup was killed $killed times"
# each comes when its stage has much to do; but the shortest may be over within the moment before its fault
assert "of three other faults $hits met a run" test "$hits" -ge 2
assert "the nodes take pods again" until_true 420 roomy
expect "setup, run once more" 0 "${setup[@]}"
oracle=("$root/scripts/oracle" --lab "$lab" --parts "$parts" --registry-ca /etc/containerd/acp/ca.crt
  --registry-cert /etc/containerd/acp/client.crt --registry-key /etc/containerd/acp/client.key)
expect "the oracle finds a healthy cluster" 0 "${oracle[@]}"
grep -v "^ok" "$work/out" || true
assert "etcd is still the same cluster ($id)" test "$(etcd_id)" = "${id:-none}"

say "What a person sees"
expect "status" 0 inside "$root/scripts/acp" status -f "$work/cluster.yaml" -o json
assert "status says healthy, in JSON" python3 -c 'import json, sys; sys.exit(0 if json.load(open(sys.argv[1]))["healthy"] else 1)' "$work/out"
lines=$(wc -l <"$journal")
"${setup[@]}" >"$work/first.out" 2>"$work/first.err" &
first=$!
wait_line preprocess "$lines" "$first" || bad "the first setup ended before its first stage"
expect "a second setup beside one that runs is refused" 6 "${setup[@]}"
assert "says that another acp works" grep -q "Another acp works on this cluster" "$work/err"
assert "the first one ends well" wait "$first"
expect "a dry run after a full run" 0 "${setup[@]}" --dry-run -o json
assert "nothing is left to do" python3 -c 'import json, sys; sys.exit(1 if json.load(open(sys.argv[1]))["changes"] else 0)' "$work/out"
rm -f "$journal"
expect "setup without its journal" 0 "${setup[@]}"
assert "changed nothing" grep -q ' 0 changes' "$work/err"
expect "the same cluster" 0 "${oracle[@]}"

say "Damage is named, and healed"
"$root/scripts/e2e.d/expire-certs.sh" "$lab" n1 10 apiserver
on n1 sh -c 'echo "# damaged" >>/etc/kubernetes/manifests/kube-scheduler.yaml && rm -f /usr/bin/runc && systemctl stop acp-registry'
expect "status" 4 inside "$root/scripts/acp" status -f "$work/cluster.yaml"
assert "names the registry that does not answer" grep -q "registry https://$n1:11443 could not be looked at" "$work/out"
assert "and the certificate that ends soon" grep -q "a certificate ends within 30 days: /etc/kubernetes/pki/apiserver.crt" "$work/out"
expect "setup after damage" 0 "${setup[@]}"
expect "the oracle after damage" 0 "${oracle[@]}"
expect "certs renew" 0 inside "$root/scripts/acp" certs renew -f "$work/cluster.yaml"
expect "status, then" 0 inside "$root/scripts/acp" status -f "$work/cluster.yaml"
assert "etcd is still the same cluster" test "$(etcd_id)" = "${id:-none}"

say "A cluster file that changed in between, and an installer that lost its folder"
sed 's#podCidr: \[[^]]*\]#podCidr: [10.55.0.0/16]#' "$work/cluster.yaml" >"$work/changed.yaml"
expect "setup refuses the file" 6 inside "$root/scripts/acp" setup -f "$work/changed.yaml" "${bundle[@]}"
assert "and says what differs" grep -q "spec.network.podCidr: was .*, is now \[10.55.0.0/16\]" "$work/err"
# stays where its secrets are looked for in the end
mv "$ACP_HOME/lab-$lab" "$ACP_HOME/lost"
expect "adopt" 0 inside "$root/scripts/acp" adopt -f "$work/cluster.yaml" --accept-new-host-keys
for file in decisions.json cluster.yaml pki; do
  assert "$file is the same as before" diff -r "$ACP_HOME/lost/$file" "$ACP_HOME/lab-$lab/$file"
done
expect "setup after it" 0 "${setup[@]}"
assert "changed nothing" grep -q ' 0 changes' "$work/err"

say "An image that only the registry has"
expect "skopeo pushes it" 0 "$root/scripts/e2e.d/push-image.sh" "$lab" "$n1" "$ACP_HOME/lab-$lab/pki" "$parts" "platform/never-seen:$seed"
expect "a pod of it is made on the worker" 0 kubectl run never-seen --image="registry.acp.internal:11443/platform/never-seen:$seed" --restart=Never \
  --overrides="{\"spec\":{\"nodeName\":\"n2\"}}" -- sleep 3600
assert "the worker pulls and runs it" kubectl wait --for=condition=Ready pod/never-seen --timeout=60s
kubectl delete pod never-seen --now >/dev/null || true

say "The images of another architecture"
expect "sync-images" 0 "$root/scripts/e2e.d/sync-images.sh" "$lab" n1 "$n1" "$ACP_HOME/lab-$lab/pki" "$parts" \
  "$work/cluster.yaml" "$work/key/secret.asc" "$work/key/public.asc"

# Before reset takes it away: the cluster's secrets, to look for them; what the nodes logged, to look in it.
keep_evidence() {
  mkdir -p "$work/planted" "$work/nodes"
  cp -r "$ACP_HOME/lab-$lab" "$work/planted/$1"
  for node in n1 n2; do
    on "$node" sh -c 'journalctl --no-pager; cat /var/lib/acp/node/run/*.log' >"$work/nodes/$1-$node.log" 2>/dev/null || true
  done
}
say "reset"
# A shim that no containerd knows any more, as one that failed at its start leaves behind: a stand-in with its name and words.
on n1 systemd-run --quiet --unit=lost-shim bash -c 'exec -a "/usr/bin/containerd-shim-runc-v2 -namespace k8s.io -id lost" sleep 86400'
assert "a lost shim runs" on n1 pgrep -f 'containerd-shim-runc-v2 -namespace k8s.io -id lost'
keep_evidence first
expect "reset without a yes" 6 inside "$root/scripts/acp" reset -f "$work/cluster.yaml"
expect "reset" 0 inside "$root/scripts/acp" reset -f "$work/cluster.yaml" --yes
cp "$work/err" "$work/reset.log"
unchanged "after reset"

say "On machines with things of others: setup does what the dry run said, and reset leaves what was there"
for node in n1 n2; do
  plant_foreign "$node"
  assert "they stand on $node" foreign_stands "$node"
  "$root/scripts/lab" snapshot --name "$lab" "$node" >"$work/before-$node"
done
expect "a dry run" 0 "${setup[@]}" --dry-run -o json
cp "$work/out" "$work/plan.json"
unchanged "after the dry run"
expect "setup" 0 "${setup[@]}"
mkdir "$work/records"
on n1 sh /var/lib/acp/node/record.sh list >"$work/records/$n1"
on n2 sh /var/lib/acp/node/record.sh list >"$work/records/$n2"
assert "the same changes on the same nodes in the same order" "$root/scripts/e2e.d/plan-matches.py" "$work/plan.json" "$journal" "$work/records"
keep_evidence second
expect "reset" 0 inside "$root/scripts/acp" reset -f "$work/cluster.yaml" --yes
unchanged "after that reset"
for node in n1 n2; do assert "what others put on $node stands there still" foreign_stands "$node"; done

if [ -n "$long" ]; then
  say "setup again, killed at random times (seed $seed)"
  RANDOM=$seed
  for _ in 1 2 3 4 5; do
    kill_setup time "$((2 + RANDOM % 40)).$((RANDOM % 10))"
    [ $((RANDOM % 2)) = 0 ] || rm -f "$journal"
  done
  expect "setup, run once more" 0 "${setup[@]}"
  expect "the oracle finds a healthy cluster" 0 "${oracle[@]}"
  keep_evidence third
  expect "reset" 0 inside "$root/scripts/acp" reset -f "$work/cluster.yaml" --yes
  unchanged "after the last reset"
fi

say "Secrets"
kill "$sampler"
wait "$sampler" 2>/dev/null || true
sampler=
assert "no secret in a log, a journal, a process list or an error" "$root/scripts/e2e.d/find-secrets.sh" "$work"

finished
