#!/usr/bin/env bash
# Runs real commands of acp and prints the names of the classes that they load, sorted: what a class-data archive shall hold.
#   train.sh JAVA JAR      JAVA runs JAR; a short-lived sshd on loopback is the node of check-nodes
set -euo pipefail

java=$1 jar=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
samples=$here/../../samples
work=$(mktemp -d)
sshd=
# shellcheck disable=SC2329
cleanup() {
  [ -z "$sshd" ] || kill "$sshd" 2>/dev/null || true
  gpgconf --kill all 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
export ACP_HOME=$work/home GNUPGHOME=$work/gpg LC_ALL=C.UTF-8
options=("@$here/java.options")
count=0
# On one processor: threads that link the same lambda at the same moment would each leave a line.
one=(taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')")
acp() { # STATUS ARGUMENT...: one command, which must end with that status
  local wanted=$1 status=0
  shift
  count=$((count + 1))
  "${one[@]}" "$java" "${options[@]}" "-XX:DumpLoadedClassList=$work/classes.$count" -jar "$jar" "$@" >"$work/out" 2>&1 || status=$?
  [ "$status" = "$wanted" ] || {
    echo "train: acp $* ended with $status and not with $wanted:" >&2
    tail -n 20 "$work/out" >&2
    exit 1
  }
}

# a package as small as can be, signed as a real one
mkdir -m 0700 "$work/gpg"
"$here/../sample/make-key.sh" "$work/key" >/dev/null 2>&1
mkdir -p "$work/parts/tool/1"
# of a size at which a file is hashed and written in threads of their own
head -c 5000000 /dev/zero >"$work/parts/tool/1/tool"
cat >"$work/spec.yaml" <<END
apiVersion: acp.dev/v1
kind: PackageSpec
product: training
version: 1.0.0
arch: amd64
acp: {atLeast: 0.1.0, because: "a training run"}
components:
  - {name: tool, version: "1", from: tool/1}
END
key=(--key "$work/key/public.asc")
acp 0 --version
acp 0 version
acp 0 --help
acp 0 help exit-codes
acp 0 setup --help
acp 0 completion bash
acp 0 package build "$work/spec.yaml" --root "$work/parts" -o "$work/p.tar"
acp 0 package sign "$work/p.tar" --key "$work/key/secret.asc"
acp 0 package inspect "$work/p.tar"
acp 0 package build "$work/spec.yaml" --root "$work/parts" -o "$work/p.tar.zst"
acp 0 package inspect "$work/p.tar.zst"
acp 0 verify-package "$work/p.tar" "${key[@]}"
acp 0 verify-package "$work/p.tar" "${key[@]}" -o json
acp 0 unpack "$work/p.tar" -C "$work/bundle" "${key[@]}"
acp 0 verify-package "$work/bundle" "${key[@]}"
# signed as a vendor's RSA key does; nothing is unpacked once more, for what threads race for differs from build to build
gpg --batch -q --passphrase '' --quick-generate-key training rsa3072 sign never 2>/dev/null
gpg --batch -q --armor --export >"$work/rsa.asc"
for hash in SHA256 SHA512; do
  gpg --batch -q --digest-algo $hash -o "$work/$hash.sig" --detach-sign "$work/p.tar"
  acp 0 verify-package "$work/p.tar" --key "$work/rsa.asc" --signature "$work/$hash.sig"
done
for name in single-node three-control-planes-vip sudo-user; do acp 0 setup --list-stages -f "$samples/clusters/$name.yaml"; done

# a node: sshd as the one who builds, on a free port of loopback
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/id"
cp "$work/id.pub" "$work/authorized"
port=$("$here/../../scripts/free-port")
mkdir -p /run/sshd 2>/dev/null || true
/usr/sbin/sshd -D -e -f /dev/null -p "$port" -h "$work/host" -o ListenAddress=127.0.0.1 -o "AuthorizedKeysFile=$work/authorized" \
  -o StrictModes=no -o UsePAM=no -o "PidFile=$work/pid" 2>"$work/sshd" &
sshd=$!
for _ in $(seq 100); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  sleep 0.1
done
cat >"$work/cluster.yaml" <<END
apiVersion: acp.dev/v1
kind: GlobalCluster
metadata: {name: training}
spec:
  kubernetes: {version: v1.20.2}
  endpoint: {address: 192.0.2.1}
  capacity: none
  ssh: {user: $(id -un), port: $port, keyFile: $work/id}
  nodes:
    - {addresses: [192.0.2.1], role: control-plane, deployable: true, ssh: {address: 127.0.0.1}}
END
# what is not content (4) is this machine, not acp
acp 4 check-nodes -f "$work/cluster.yaml" --accept-new-host-keys
acp 4 check-nodes -f "$work/cluster.yaml" -o json
acp 4 status -f "$work/cluster.yaml"

# Without what differs from run to run: numbers, the constant pools' state, classes that libraries make as they run, what a connection
# ends with in one run of three. A lambda's
# line stands as often as the run had it that had it most: each time is one more class.
for file in "$work"/classes.*; do
  grep -v -e '^#' -e '^@cp' -e ' source: ' -e '^java/net/SocketException\( \|$\)' "$file" | sed 's/ id: [0-9]*$//' | LC_ALL=C sort | uniq -c
done | awk '{n = $1; sub(/^ *[0-9]+ /, ""); if (n > most[$0]) most[$0] = n} END {for (line in most) for (i = 0; i < most[line]; i++) print line}' |
  LC_ALL=C sort
