#!/usr/bin/env bash
# Checks that samples/sample-package.yaml is in step with versions.env, and that manifests name the images that are built.
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

spec=$sample_dir/../../samples/sample-package.yaml
failed=0
wrong() {
  printf '%s\n' "$*"
  failed=1
}

# The folder's name and the version beside it are the same pin.
expect() {
  local name=$1 version=$2
  grep -Eq "name: $name, *version: $version, *from: $name/$version *\}" "$spec" ||
    wrong "samples/sample-package.yaml: component $name should have version: $version and from: $name/$version"
}
expect kubernetes "$KUBERNETES"
expect containerd "$CONTAINERD"
expect runc "$RUNC"
expect cni-plugins "$CNI_PLUGINS"
expect registry "$REGISTRY"
expect etcdctl "$ETCD"

for image in "hostgw:$HOSTGW_TAG" "dns:$DNS_TAG"; do
  grep -rqF "{{image:platform/$image}}" "$sample_dir/network" "$sample_dir/charts" || wrong "no manifest uses the image platform/$image"
done
while read -r placeholder; do
  case $placeholder in
    '{{image:platform/hostgw:'*'}}' | '{{image:platform/dns:'*'}}' | '{{clusterDns}}' | '{{clusterDomain}}' | '{{podCidr}}' | \
      '{{serviceCidr}}' | '{{nic}}' | '{{nodeMask}}') ;;
    *) wrong "unknown placeholder in a manifest: $placeholder" ;;
  esac
done < <(grep -rhoE '\{\{[^}]*\}\}' "$sample_dir/network" "$sample_dir/charts" | sort -u)
[ $failed -eq 0 ] && say "the spec is in step with versions.env"
exit $failed
