#!/usr/bin/env bash
# One generation of containerd in the namespaces that test-containerd.sh made for it. Prints lines "ok ..." and "FAIL ...".
# usage: generation.sh GENERATION VERSION TREE WORK REGISTRY GOLDEN PULL-IMAGES
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
generation=$1 version=$2 tree=$3 work=$4 registry=$5 golden=$6 action=$7
own=$work/own-$generation
host=registry.acp.internal:11443
external=r.example.com:5000
mkdir -p "$own"/{upper,work,node,log,external}

ok() { echo "ok    containerd $generation: $1"; }
bad() { echo "FAIL  containerd $generation: $1"; }
assert() { # NAME CMD...
  local name=$1
  shift
  if "$@"; then ok "$name"; else bad "$name"; fi
}
until_true() { # SECONDS CMD...
  local limit=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $limit ] || return 1
    sleep 0.1
  done
}

# The network: nothing but this, with the addresses that the golden files name.
ip link set lo up
for address in 10.0.0.11/32 10.0.0.12/32 fd00::100/128 10.9.9.9/32; do ip address add "$address" dev lo; done

# The node: the suite's tree below, what containerd writes above. The data has a file system of its own, since overlayfs cannot
# stand on overlayfs.
node=$own/node
mount -t overlay overlay -o "lowerdir=$tree,upperdir=$own/upper,workdir=$own/work" "$node"
mkdir -p "$own/data" "$node"/{var/lib/containerd,run/containerd,etc/containerd/acp,etc/cni/net.d,opt/cni/bin,sys/fs/cgroup}
mount --bind "$own/data" "$node/var/lib/containerd"
mount -t tmpfs tmpfs "$node/run"
mount -t tmpfs tmpfs "$node/tmp"
mount -t proc proc "$node/proc"
mount --rbind /sys "$node/sys"
mount --rbind /dev "$node/dev"
mkdir -p "$node/run/containerd"
printf '127.0.0.1 localhost\n10.9.9.9 r.example.com\n' >"$node/etc/hosts"
printf '10.9.9.9 r.example.com\n127.0.0.1 localhost\n' >"$own/hosts"
mount --bind "$own/hosts" /etc/hosts
cp "$work/ca.crt" "$work/client.crt" "$work/client.key" "$node/etc/containerd/acp/"

# What acp writes: byte for byte, but for nothing.
configure() { # PREFIX of the golden files, HOST that image names carry
  cp "$golden/$1$version-config.toml" "$node/etc/containerd/config.toml"
  if [ -f "$golden/$1$version-hosts.toml" ]; then
    mkdir -p "$node/etc/containerd/certs.d/$2"
    cp "$golden/$1$version-hosts.toml" "$node/etc/containerd/certs.d/$2/hosts.toml"
  fi
  chmod -R go-rwx "$node/etc/containerd"
}

serve() { # NAME ADDRESS PORT AUTH: a registry; its process is in $own/NAME.pid
  local auth=''
  [ -z "$4" ] || auth="auth: {htpasswd: {realm: test, path: $4}}"
  local client=", clientcas: [$work/ca.crt]"
  [ -z "$4" ] || client=
  cat >"$own/$1.yml" <<END
version: 0.1
log: {accesslog: {disabled: false}, level: info}
storage: {filesystem: {rootdirectory: $work/storage}, maintenance: {readonly: {enabled: true}}}
http: {addr: "$2:$3", tls: {certificate: $work/server.crt, key: $work/server.key$client}}
$auth
END
  "$registry" serve "$own/$1.yml" >"$own/log/$1" 2>&1 &
  echo $! >"$own/$1.pid"
  until_true 10 curl -sk --cert "$work/client.crt" --key "$work/client.key" "https://$2:$3/v2/"
}
stop() {
  local pid
  pid=$(cat "$own/$1.pid")
  kill "$pid"
  wait "$pid" 2>/dev/null || true
}
# the access log: blobs and manifests that a registry gave out of a repository
given() { grep -cE "\"(GET|HEAD) /v2/$2/(blobs|manifests)/[^\"]*\" 200" "$own/log/$1" || true; }

containerd_pid=
start_containerd() {
  chroot "$node" /usr/bin/containerd >>"$own/log/containerd" 2>&1 &
  containerd_pid=$!
  # An image service that answers: the plugin has taken its configuration.
  until_true 30 cri list
}
stop_containerd() {
  kill "$containerd_pid"
  wait "$containerd_pid" 2>/dev/null || true
  rm -f "$node/run/containerd/containerd.sock"
}
cri() { "$here/cri.py" "$node/run/containerd/containerd.sock" "$([ "$generation" = 1.4 ] && echo v1alpha2 || echo v1)" "$@"; }
# So that the next pull fetches every blob anew.
forget_all() { chroot "$node" /usr/bin/ctr -n k8s.io images ls -q | xargs -r chroot "$node" /usr/bin/ctr -n k8s.io images rm --sync >/dev/null; }
pulls() { # NAME REPOSITORY FROM: pulled through the CRI, and given out by that registry
  local before after now
  before=$(given "$3" "$2")
  now=$SECONDS
  if ! cri pull "$host/$2:1" >>"$own/log/cri" 2>&1; then
    bad "$1: $(tail -n 1 "$own/log/cri" | cut -c1-300)"
    return 0
  fi
  after=$(given "$3" "$2")
  assert "$1, in $((SECONDS - now)) s, from the ${3} registry" test "$after" -gt "$before"
}

configure '' "$host"
serve first 10.0.0.11 11443 ''
serve vip '[fd00::100]' 11443 ''
serve last 10.0.0.12 11443 ''
if ! start_containerd; then
  bad "it starts with acp's configuration: $(grep -vE 'level=(info|warning)' "$own/log/containerd" | tail -n 3 | cut -c1-400)"
  exit 0
fi
seen=$(chroot "$node" /usr/bin/containerd --version | awk '{print $3}')
assert "it is $seen, and runs with acp's configuration" grep -q "^${generation//./\\.}\." <<<"$seen"
pulls "all registries up" platform/first first
stop first
forget_all
pulls "the first refuses" platform/second vip
# Powered off: no answer of any kind. Below 2.1 each request waits containerd's own 30 s (operations.md, fact 7); so there the
# blobs stay, and only the tag is asked for.
case $generation in 2.*) forget_all ;; esac
nft add table inet t
nft add chain inet t in '{ type filter hook input priority 0; }'
nft add rule inet t in ip daddr 10.0.0.11 drop
now=$SECONDS
pulls "the first is silent" platform/third vip
case $generation in
2.*) assert "and it waits for the silent one no longer than its dial_timeout says" test $((SECONDS - now)) -le 8 ;;
esac

# acp's own action, as the stage images-pulled runs it; its paths are the node's.
bin=$own/bin
mkdir -p "$bin"
# shellcheck disable=SC2016
printf '#!/bin/sh\nexec chroot %s /usr/bin/ctr "$@"\n' "$node" >"$bin/ctr"
chmod 0755 "$bin/ctr"
act() { # WORD NAME DIGEST: the action sees the node's /etc/containerd
  # shellcheck disable=SC2016
  unshare --mount sh -c 'mkdir -p /etc/containerd && mount --bind "$1" /etc/containerd && PATH="$2:$PATH" && shift 2 && exec sh "$@"' \
    sh "$node/etc/containerd" "$bin" "$action" "$@"
}
nft flush table inet t
fourth="$host/platform/fourth:1" digest=$(cat "$work/digest")
assert "acp's action sees that the image is not there" test "$(act observe "$fourth" "$digest")" = absent
if act apply "$fourth" "$digest" 2>>"$own/log/action"; then
  assert "acp's action pulls, and sees that the image is there" test "$(act observe "$fourth" "$digest")" = 'done'
else
  bad "acp's action pulls: $(tail -n 2 "$own/log/action" | cut -c1-400)"
fi
# As after a loss of power in the middle of it: the image is known, its tag not given yet, and what it unpacked was not on disk.
forget_all
act apply "$fourth" "$digest" 2>>"$own/log/action" || true
chroot "$node" /usr/bin/ctr -n k8s.io images rm "$fourth" >/dev/null
unpacked=$(find "$node/var/lib" -path '*/snapshots/*' -type f -size +100k | head -n 1)
whole=$(stat -c %s "$unpacked")
: >"$unpacked"
act apply "$fourth" "$digest" 2>>"$own/log/action" || bad "acp's action goes on: $(tail -n 2 "$own/log/action" | cut -c1-400)"
assert "what a loss of power left of an image is unpacked again" \
  test "$(find "$node/var/lib" -path "*/snapshots/*/${unpacked##*/}" -type f -printf '%s\n' | sort -u)" = "$whole"
stop_containerd

# An external registry with a password, as a containerd of this version is told of it.
serve external 10.9.9.9 5000 "$work/htpasswd"
assert "the external registry wants a password" test "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$work/ca.crt" https://r.example.com:5000/v2/)" = 401
host=$external
configure external- "$external"
start_containerd || true
forget_all
pulls "an external registry with a user" platform/first external
case $generation in
1.4) ;; # its ctr knows no file to take a password from; there the stage leaves pulling to the kubelet
*)
  assert "acp's action pulls with the password of hosts.toml" act apply "$external/platform/fourth:1" "$digest" 2>>"$own/log/action"
  ;;
esac
stop_containerd
