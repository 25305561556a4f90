#!/usr/bin/env bash
# From a fresh Debian 12 machine to a running two-node cluster, through the very commands an operator uses.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
lab=quickstart
work=$cache/quickstart
export ACP_CACHE=$cache ACP_HOME=$work/home

usage() {
  cat <<EOF
scripts/quickstart.sh          bring a two-node cluster up (again: go on, or show what is there)
scripts/quickstart.sh down     take it away

On Debian 12, as root. It installs with apt what is missing: a JDK, Maven, GnuPG, and what scripts/lab and
packaging/sample name themselves (debootstrap, systemd-container, Go, ...). It keeps its files below
$cache (ACP_CACHE moves it), about 8 GB. The first run builds
Kubernetes from Debian's source: about 15 minutes on 2 cores; later runs take about 3.
EOF
}

case ${1:-up} in
-h | --help)
  usage
  exit 0
  ;;
up | down) ;;
*)
  usage >&2
  exit 2
  ;;
esac
[ "$(id -u)" = 0 ] || {
  echo "quickstart: run it as root (the lab's nodes are containers with a network of their own)" >&2
  exit 2
}

if [ "${1:-up}" = down ]; then
  "$root/scripts/lab" down --name "$lab"
  rm -rf "$work"
  exit 0
fi

began=$SECONDS
step() {
  printf '\n\033[1m== %s\033[0m  (%d:%02d)\n' "$1" $(((SECONDS - began) / 60)) $(((SECONDS - began) % 60))
}
run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

usage | sed -n '4,$p'
step "What this machine lacks"
missing=()
command -v javac >/dev/null || missing+=(default-jdk-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v gpg >/dev/null || missing+=(gnupg)
if [ ${#missing[@]} -gt 0 ]; then
  [ -n "$(find /var/lib/apt/lists -name '*Packages*' -print -quit)" ] || run apt-get -qq update
  run apt-get -qq -y --no-install-recommends install "${missing[@]}"
else
  echo "nothing"
fi
mkdir -p "$work"
chmod 0700 "$work"

step "Two clean machines"
run "$root/scripts/lab" up --name "$lab" --nodes 2 --control-planes 1

step "The package, as its maker makes it"
echo "\$ packaging/sample/make-parts.sh"
parts=$("$root/packaging/sample/make-parts.sh" | tail -n 1)
run "$root/packaging/sample/make-key.sh" "$work/key"
package=$work/$(basename "$parts")/acp-sample-0.1.0-amd64.tar
mkdir -p "$(dirname "$package")"
if [ ! -f "$package.sig" ]; then
  run "$root/scripts/acp" package build "$root/samples/sample-package.yaml" --root "$parts" -o "$package"
  run "$root/scripts/acp" package sign "$package" --key "$work/key/secret.asc"
fi

step "The package, as the operator meets it"
run "$root/scripts/acp" verify-package "$package" --key "$work/key/public.asc"
bundle=$(dirname "$package")/bundle
run "$root/scripts/acp" unpack "$package" -C "$bundle" --key "$work/key/public.asc"

step "The machines: check and prepare"
"$root/scripts/lab" cluster-file --name "$lab" >"$work/cluster.yaml"
inside=("$root/scripts/lab" run --name "$lab" -- "$root/scripts/acp")
cluster=(-f "$work/cluster.yaml" --bundle "$bundle/installer" --key "$work/key/public.asc")
run "${inside[@]}" check-nodes "${cluster[@]}" --accept-new-host-keys ||
  echo "(what is marked fixable is repaired by the next command; setup looks again before it starts)"
run "${inside[@]}" init-nodes -f "$work/cluster.yaml"

step "The global cluster"
run "${inside[@]}" setup "${cluster[@]}"
run "${inside[@]}" status -f "$work/cluster.yaml"

step "Done"
kubectl=("$root/scripts/lab" exec --name "$lab" n1 -- kubectl --kubeconfig /etc/kubernetes/admin.conf)
run "${kubectl[@]}" get nodes -o wide
run "${kubectl[@]}" get pods --all-namespaces -o wide
cat <<EOF

It took $(((SECONDS - began) / 60)) min $(((SECONDS - began) % 60)) s.
Look around:    scripts/lab ssh --name $lab n1          then:  export KUBECONFIG=/etc/kubernetes/admin.conf
                scripts/lab run --name $lab -- scripts/acp status -f $work/cluster.yaml     (with ACP_HOME=$ACP_HOME)
Take back:      scripts/lab run --name $lab -- scripts/acp reset -f $work/cluster.yaml --yes  (with ACP_HOME=$ACP_HOME)
Take it down:   scripts/quickstart.sh down
EOF
