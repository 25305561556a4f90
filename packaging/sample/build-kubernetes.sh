#!/usr/bin/env bash
# Builds Kubernetes from Debian's source package, once: afterwards the cache answers.
# Prints the folder: bin/ holds the programs, src/ the tree (other Go programs of the sample are built against its vendor/).
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/apt.sh
. "$sample_dir/lib/apt.sh"
# shellcheck source=lib/go.sh
. "$sample_dir/lib/go.sh"

programs=(kubeadm kubelet kubectl kube-apiserver kube-controller-manager kube-scheduler kube-proxy)

# Debian's tree, as it is in its source package with Debian's patches.
fetch_source() {
  local into=$1
  say "fetching the source package kubernetes $KUBERNETES_SOURCE"
  (cd "$into" && apt-get "${apt_options[@]}" --only-source source "kubernetes=$KUBERNETES_SOURCE" >"$into/fetch.log" 2>&1) ||
    die "could not fetch the source package; see $into/fetch.log"
  rm -f "$into"/*.tar.* "$into"/*.dsc
  mv "$into"/kubernetes-* "$into/src"
}

# The vendored reflect2 1.0.1 panics under Go 1.18 and later; Debian carries 1.0.2, a drop-in.
replace_reflect2() {
  local into=$1 folder=$1/src/vendor/github.com/modern-go/reflect2 unpacked=$1/reflect2
  dpkg -x "$(apt_deb golang-github-modern-go-reflect2-dev)" "$unpacked"
  find "$folder" -maxdepth 1 -type f -name '*.[gs]' -delete
  find "$folder" -maxdepth 1 -type f -name '*.go' -delete
  find "$unpacked/usr/share/gocode/src/github.com/modern-go/reflect2" -maxdepth 1 -type f \
    \( -name '*.go' -o -name '*.s' \) ! -name '*_test.go' -exec cp {} "$folder/" \;
  rm -rf "$unpacked"
}

# kube-apiserver is served one generated file that the source package lacks.
generate_openapi() {
  local into=$1 tree=$1/gopath/src/k8s.io/kubernetes folders
  say "generating the API server's OpenAPI definitions"
  (cd "$tree" && go_build -o "$into/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen)
  folders=$(cd "$tree" && grep -rl --include='*.go' -e '+k8s:openapi-gen=' pkg staging cmd 2>/dev/null |
    grep -v -e /sample-apiserver/ -e /_examples/ -e /code-generator/ -e _test.go -e /testdata/ | xargs -n1 dirname | sort -u |
    sed -e 's,^staging/src/,k8s.io/kubernetes/vendor/,' -e 't' -e 's,^,k8s.io/kubernetes/,' | paste -sd,)
  (cd "$tree" && go_env "$into/openapi-gen" --logtostderr -i "$folders" -p k8s.io/kubernetes/pkg/generated/openapi \
    -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt --output-base "$into/gopath/src" \
    -r "$into/openapi-violations") >"$into/openapi.log" 2>&1 || die "openapi-gen failed; see $into/openapi.log"
  [ -s "$tree/pkg/generated/openapi/zz_generated.openapi.go" ] || die "openapi-gen wrote no file; see $into/openapi.log"
  rm -f "$into/openapi-gen"
}

build() {
  local into=$1 tree=$1/gopath/src/k8s.io/kubernetes flags package program
  fetch_source "$into"
  replace_reflect2 "$into"
  go_path "$into"
  generate_openapi "$into"
  flags="-s -w"
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    package=k8s.io/kubernetes/vendor/$package
    flags+=" -X $package.gitVersion=$KUBERNETES -X $package.gitMajor=1 -X $package.gitMinor=20"
    flags+=" -X $package.gitTreeState=archive -X $package.buildDate=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
  done
  mkdir "$into/bin"
  for program in "${programs[@]}"; do
    say "building $program"
    (cd "$tree" && go_build -ldflags "$flags" -o "$into/bin/$program" "./cmd/$program")
  done
  say "building pause"
  gcc -Os -Wall -static -DVERSION="$PAUSE_TAG" -s -o "$into/bin/pause" "$into/src/build/pause/linux/pause.c"
  rm -rf "$into/gopath"
}

key=$(printf '%s\n' "$KUBERNETES" "$KUBERNETES_SOURCE" "$PAUSE_TAG" "$SOURCE_DATE_EPOCH" |
  digest_of "$sample_dir" "$sample_dir/build-kubernetes.sh" "$sample_dir/lib/go.sh")
target=$cache/kubernetes/$KUBERNETES-$key
if [ ! -d "$target" ]; then
  need "to build Kubernetes from source" golang-go gcc libc6-dev dpkg-dev
  apt_ready
  whole "$target" build
  say "Kubernetes $KUBERNETES is built"
fi
printf '%s\n' "$target"
