#!/usr/bin/env bash
# Makes the parts of the sample package: real programs, images and packages, all from Debian's archive and from sources here.
# Prints the folder of the parts as the last line; at once, if they are there already. ACP_CACHE moves the cache.
#   acp package build samples/sample-package.yaml --root "$(packaging/sample/make-parts.sh)" -o FILE
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/apt.sh
. "$sample_dir/lib/apt.sh"
# shellcheck source=lib/go.sh
. "$sample_dir/lib/go.sh"

# Our own Go programs, tested and built against the libraries in the Kubernetes tree.
go_programs() {
  local kubernetes=$1 work=$2 into=$3 name root
  root=$work/gopath/src/k8s.io/kubernetes
  mkdir -p "$root/acp" "$into"
  ln -s "$kubernetes/src/vendor" "$kubernetes/src/staging" "$root/"
  go_root=$work/gopath
  for name in hostgw dns-feeder vip-check; do
    say "building $name"
    cp -r "$sample_dir/$name" "$root/acp/"
    (cd "$root/acp/$name" && go_env go test -trimpath . >&2 && go_build -ldflags "-s -w" -o "$into/$name" .)
  done
}

# Takes programs out of a Debian package. usage: binaries FOLDER PACKAGE VERSION PATH...
binaries() {
  local into=$1 package=$2 version=$3 tree path
  shift 3
  apt_pinned "$package" "$version"
  tree=$(mktemp -d)
  dpkg -x "$(apt_deb "$package" "$version")" "$tree"
  for path in "$@"; do
    # shellcheck disable=SC2086 # PATH may be a pattern
    (cd "$tree" && install -D -m 0755 -t "$into" $path)
  done
  rm -rf "$tree"
}

build() {
  local into=$1 work=$1/.work kubernetes
  kubernetes=$("$sample_dir/build-kubernetes.sh")
  mkdir "$work"
  say "taking programs from Debian's packages"
  # shellcheck disable=SC2153 # from versions.env
  install -D -m 0755 -t "$into/kubernetes/$KUBERNETES" "$kubernetes"/bin/{kubeadm,kubelet,kubectl}
  binaries "$into/containerd/$CONTAINERD" containerd "$CONTAINERD_DEB" usr/bin/containerd usr/bin/containerd-shim-runc-v2 usr/bin/ctr
  binaries "$into/runc/$RUNC" runc "$RUNC_DEB" usr/sbin/runc
  binaries "$into/cni-plugins/$CNI_PLUGINS" containernetworking-plugins "$CNI_PLUGINS_DEB" 'usr/lib/cni/*'
  binaries "$into/registry/$REGISTRY" docker-registry "$REGISTRY_DEB" usr/bin/docker-registry
  mv "$into/registry/$REGISTRY/docker-registry" "$into/registry/$REGISTRY/registry"
  binaries "$into/etcdctl/$ETCD" etcd-client "$ETCD_DEB" usr/bin/etcdctl
  "$sample_dir/make-packages.sh" "$into/packages/debian-12"
  go_programs "$kubernetes" "$work" "$work/programs"
  "$sample_dir/make-images.sh" "$kubernetes" "$work/programs" "$work/images" "$into/images"
  cp -r "$sample_dir/network" "$sample_dir/charts" "$sample_dir/res" "$into/"
  rm -rf "$work"
}

mapfile -t inputs < <(find "$sample_dir" -type f ! -name README.md ! -name '.*' | sort)
target=$cache/sample/parts-$(digest_of "$sample_dir" "${inputs[@]}" </dev/null)
if [ ! -d "$target" ]; then
  need "to make the sample's parts" golang-go gcc libc6-dev dpkg-dev binutils jq
  "$sample_dir/check-spec.sh" >&2
  apt_ready
  whole "$target" build
  say "the parts are ready: $(du -sh "$target" | cut -f1)"
fi
printf '%s\n' "$target"
