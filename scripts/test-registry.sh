#!/usr/bin/env bash
# A cluster whose images come from an external registry, with TLS and a password, in the lab's network: refused with a wrong
# password before a node is touched, installed, judged, repaired after the registry lost a blob, and taken away.
# Ends with "N passed, N failed"; exit 1 when anything failed.
#   scripts/test-registry.sh [--keep]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=${ACP_TEST_LAB:-registry-test}
keep=
case ${1:-} in
'') ;;
--keep) keep=1 ;;
*)
  sed -n '2,5p' "$0"
  exit 2
  ;;
esac
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-registry.XXXXXX")
export ACP_CACHE=$cache ACP_HOME=$work/home
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
serving=

cleanup() {
  [ -z "$serving" ] || kill "$serving" 2>/dev/null || true
  [ -n "$keep" ] || {
    "$root/scripts/lab" down --name "$lab" || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

lab() {
  local command=$1
  shift
  "$root/scripts/lab" "$command" --name "$lab" "$@"
}
acp() { lab run -- "$root/scripts/acp" "$@"; }
on() {
  local node=$1
  shift
  lab exec "$node" -- "$@"
}

say "The package, two machines, and a registry that is not theirs"
parts=$("$root/packaging/sample/make-parts.sh" | tail -n 1)
"$root/packaging/sample/make-key.sh" "$work/key" >/dev/null
package=$work/acp-sample-0.1.0-amd64.tar
key=(--key "$work/key/public.asc")
"$root/scripts/acp" package build "$root/samples/sample-package.yaml" --root "$parts" -o "$package" >/dev/null 2>&1
"$root/scripts/acp" package sign "$package" --key "$work/key/secret.asc" >/dev/null 2>&1
"$root/scripts/acp" unpack "$package" -C "$work/bundle" "${key[@]}" >/dev/null 2>&1
rm -f "$package"
lab up --fresh --nodes 2 --control-planes 1
n1=$(lab addresses | awk '$1 == "n1" {print $2}')
host=${n1%.*}.1
{
  cd "$work"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=site-ca -keyout ca.key -out ca.crt
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=registry -keyout server.key -out server.csr
  openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt \
    -extfile <(printf 'subjectAltName=IP:%s' "$host")
} >"$work/openssl.log" 2>&1
password="p\"w\\$RANDOM-$RANDOM"
(umask 077 && printf '%s\n' "$password" >"$work/password" && printf 'wrong\n' >"$work/wrong")
# shellcheck disable=SC2016
PW=$password perl -e 'print "acp:", crypt($ENV{PW}, q($2y$05$abcdefghijklmnopqrstuu)), "\n"' >"$work/htpasswd"
cat >"$work/registry.yml" <<END
version: 0.1
log: {accesslog: {disabled: false}, level: info}
storage: {filesystem: {rootdirectory: $work/store}, delete: {enabled: true}}
auth: {htpasswd: {realm: site, path: $work/htpasswd}}
http: {addr: "$host:5000", tls: {certificate: $work/server.crt, key: $work/server.key}}
END
lab run -- "$(find "$parts/registry" -name registry -type f | head -n 1)" serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
serving=$!
cluster() { # PASSWORD-FILE
  lab cluster-file | sed "s|registry: {.*}|registry: {type: external, address: '$host:5000', caFile: $work/ca.crt, user: acp, passwordFrom: 'file:$1'}|"
}
cluster "$work/password" >"$work/cluster.yaml"
cluster "$work/wrong" >"$work/wrong.yaml"
assert "the cluster file names the external registry" grep -q "type: external" "$work/cluster.yaml"
setup=(acp setup --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys --yes)
for node in n1 n2; do lab snapshot "$node" >"$work/before-$node"; done

say "A wrong password, and an authority that is not the registry's"
expect "setup with a wrong password" 4 "${setup[@]}" -f "$work/wrong.yaml"
assert "it names the registry and its answer" grep -q "registry $host:5000: seen .*401" "$work/err"
assert "no node was touched" on n1 test ! -e /var/lib/acp
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=other -keyout "$work/other.key" -out "$work/other.crt" 2>/dev/null
sed "s|$work/ca.crt|$work/other.crt|" "$work/cluster.yaml" >"$work/other.yaml"
expect "setup with another authority" 4 "${setup[@]}" -f "$work/other.yaml"
assert "no node was touched" on n2 test ! -e /var/lib/acp

say "setup"
expect "setup" 0 "${setup[@]}" -f "$work/cluster.yaml"
tail -n 2 "$work/err"
expect "a dry run after it" 0 "${setup[@]}" -f "$work/cluster.yaml" --dry-run -o json
assert "nothing is left to do" python3 -c 'import json, sys; sys.exit(1 if json.load(open(sys.argv[1]))["changes"] else 0)' "$work/out"
assert "no registry runs on the control plane" on n1 test ! -e /etc/systemd/system/acp-registry.service
for node in n1 n2; do
  ip=$(lab addresses | awk -v n="$node" '$1 == n {print $2}')
  assert "$node pulled from it" grep -qE "^${ip//./\\.} .*\"GET /v2/platform/[^\"]*\" 200" "$work/registry.log"
  # shellcheck disable=SC2016
  assert "the password on $node is for root alone" on "$node" sh -c 'for f in $(grep -rl "^password\|Authorization" /etc/containerd); do [ "$(stat -c %a "$f")" = 600 ] || exit 1; done'
done

say "Its authority ends soon"
expect "status" 4 acp status -f "$work/cluster.yaml"
assert "it says how to have another" grep -q "ends within 30 days: /etc/containerd/acp/ca.crt; let spec.registry.caFile name" "$work/out"
openssl req -x509 -key "$work/ca.key" -days 90 -subj /CN=site-ca -out "$work/ca.new" 2>>"$work/openssl.log"
mv "$work/ca.new" "$work/ca.crt"
expect "setup with the new one" 0 "${setup[@]}" -f "$work/cluster.yaml"
assert "the nodes have it" on n2 cmp -s /etc/containerd/acp/ca.crt - <"$work/ca.crt"
expect "status" 0 acp status -f "$work/cluster.yaml" -o json

say "The registry loses a blob"
digest=$(python3 -c 'import json, sys; print([p for p in json.load(open(sys.argv[1]))["pieces"] if not p["manifest"]][3]["digest"])' "$ACP_HOME/lab-$lab/images.json")
hex=${digest#sha256:}
rm "$work/store/docker/registry/v2/blobs/sha256/${hex:0:2}/$hex/data"
expect "status then" 4 acp status -f "$work/cluster.yaml"
assert "it names the digest" grep -q "lacks.*$digest" "$work/out"
expect "setup again" 0 "${setup[@]}" -f "$work/cluster.yaml"
expect "status after that" 0 acp status -f "$work/cluster.yaml"
# shellcheck disable=SC2016
assert "the password is in no log, journal or result" sh -c '! grep -rqF -- "$1" "$2" "$3/out" "$3/err"' sh "$password" "$ACP_HOME" "$work"

say "reset"
expect "reset" 0 acp reset -f "$work/cluster.yaml" --yes
kept=$(sed -n 's/^What etcd held is kept in \(.*\): a snapshot.*/\1/p' "$work/err")
assert "it says where it kept what etcd held" test -n "$kept"
assert "that is a snapshot that etcdctl reads" env ETCDCTL_API=3 "$(find "$parts/etcdctl" -name etcdctl -type f | head -n 1)" snapshot status "$kept/snapshot.db"
assert "and nobody else may" test "$(stat -c %a "$kept" "$kept/snapshot.db" "$kept/encryption-provider.conf" | paste -sd' ')" = "700 600 600"
for node in n1 n2; do
  lab snapshot "$node" >"$work/now-$node"
  assert "after reset $node is as before" "$root/scripts/snapshot-diff" "$work/before-$node" "$work/now-$node"
done

finished
