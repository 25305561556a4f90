#!/usr/bin/env bash
# acp with its own Java runtime, where there is no Java: built, then run in three trees: Debian 11 (glibc 2.31), Debian 12, and
# one of nothing but glibc and busybox; against a real package and a real lab node. As root.
#   scripts/test-runtime.sh [--twice] [--leave DIR] [--keep]     --twice: built twice and compared byte for byte (two minutes more);
#                                                                --leave: what was built, unpacked, for the tests that follow
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
export ACP_CACHE=$cache
lab=runtime keep='' twice='' leave=''
while [ $# -gt 0 ]; do
  case $1 in
  --keep) keep=1 ;;
  --twice) twice=1 ;;
  --leave) leave=${2:?--leave wants a folder} && shift ;;
  *)
    sed -n '2,5p' "$0"
    exit 2
    ;;
  esac
  shift
done
# acp from this checkout makes and judges
unset ACP_RUNTIME
[ "$(id -u)" = 0 ] || {
  echo "test-runtime: as root (it makes chroots and a lab node)" >&2
  exit 2
}
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
needs skopeo:skopeo debootstrap:debootstrap readelf:binutils /usr/sbin/sshd:openssh-server gpg:gnupg setarch:util-linux man:man-db
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-runtime.XXXXXX")
# a folder of cgroups that limits memory, in either version
if [ -d /sys/fs/cgroup/memory ]; then
  group=/sys/fs/cgroup/memory/acp-runtime-$$ limit=memory.limit_in_bytes peak=memory.max_usage_in_bytes
else
  group=/sys/fs/cgroup/acp-runtime-$$ limit=memory.max peak=memory.peak
fi
trees=()
cleanup() {
  for tree in ${trees[@]+"${trees[@]}"}; do
    for below in "odd places/只读" tmp work proc dev; do
      ! mountpoint -q "$tree/$below" || umount "$tree/$below" || umount -l "$tree/$below"
    done
  done
  rmdir "$group" 2>/dev/null || true
  [ -n "$keep" ] || {
    "$root/scripts/lab" down --name "$lab" || true
    rm -rf "$work"
  }
}
trap cleanup EXIT

say "The build"
expect "the runtime is built" 0 "$root/packaging/runtime/build.sh" --out "$work/dist" --sign "$("$root/packaging/sample/make-key.sh" "$work/key" >/dev/null 2>&1; echo "$work/key/secret.asc")" --trust "$work/key/public.asc"
archive=$(cd "$work/dist" && echo acp-*-linux-*.tar.gz)
name=${archive%.tar.gz} arch=${archive##*-linux-} arch=${arch%.tar.gz}
if [ -n "$twice" ]; then
  expect "built once more" 0 "$root/packaging/runtime/build.sh" --out "$work/dist2" --trust "$work/key/public.asc"
  assert "byte for byte the same" cmp "$work/dist/$archive" "$work/dist2/$archive"
  rm -rf "$work/dist2"
fi
assert "SHA256SUMS fits" sh -c "cd '$work/dist' && sha256sum --quiet -c SHA256SUMS"
# shellcheck disable=SC2016
assert "and is signed" env GNUPGHOME="$(mktemp -d -p "$work")" sh -c 'gpg --batch -q --import "$1" && gpg --batch -q --verify "$2.sig" "$2"' sh "$work/key/public.asc" "$work/dist/SHA256SUMS"
size=$(stat -c %s "$work/dist/$archive")
assert "the archive has at most 45 MB ($((size / 1000000)))" test "$size" -le 45000000
debian_jdk=$(find /usr/lib/jvm -maxdepth 1 -name 'java-*-openjdk-*' | head -n 1)
if [ -n "$debian_jdk" ]; then
  expect "a JDK that wants a newer glibc is refused by the check of symbols" 1 "$root/packaging/runtime/elf-needs.py" --arch "$arch" "$debian_jdk/"
fi

say "A package that carries it"
mkdir -p "$work/parts/kubernetes/1" "$work/parts/tool"
sample=$("$root/packaging/sample/make-parts.sh" 2>/dev/null | tail -n 1)
cp -a "$sample/network" "$work/parts/"
while read -r ref; do skopeo copy -q "oci:$sample/images:$ref" "oci:$work/parts/images:$ref"; done < <(
  python3 -c 'import json, sys; [print(m["annotations"]["org.opencontainers.image.ref.name"]) for m in json.load(open(sys.argv[1]))["manifests"] if "pause" in str(m) or "kube-router" in str(m) or "hostgw" in str(m)]' "$sample/images/index.json"
)
cp -al "$work/dist/tool/$arch" "$work/parts/tool/$arch"
head -c 300000000 /dev/urandom >"$work/parts/kubernetes/1/large"
cat >"$work/spec.yaml" <<END
apiVersion: acp.dev/v1
kind: PackageSpec
product: runtime-test
version: 1.0.0
arch: $arch
acp: {atLeast: 0.1.0, because: "a test"}
components:
  - {name: kubernetes, version: v1.20.2, from: kubernetes/1}
networks:
  - {mode: hostgw, from: network/hostgw}
images:
  - {from: images}
tool:
  - {arch: $arch, from: tool/$arch}
END
mkdir "$work/carry"
package=$work/carry/acp-runtime-test-1.0.0-$arch.tar
acp() { "$root/scripts/acp" "$@"; }
expect "package build with tool:" 0 acp package build "$work/spec.yaml" --root "$work/parts" -o "$package"
expect "package sign" 0 acp package sign "$package" --key "$work/key/secret.asc"
rm -rf "$work/parts"
cp "$work/dist/$archive" "$work/key/public.asc" "$work/carry/"

say "A machine to look at"
"$root/scripts/lab" up --name "$lab" --fresh --nodes 1 --control-planes 1
"$root/scripts/lab" cluster-file --name "$lab" >"$work/carry/cluster.yaml"
key=$(sed -n 's/.*keyFile: \([^,}]*\).*/\1/p' "$work/carry/cluster.yaml" | head -n 1)
cp "$key" "$work/carry/id"
sed -i 's#keyFile: [^,}]*#keyFile: /work/id#' "$work/carry/cluster.yaml"

# tree NAME: the folder of a Debian tree without Java, copied from the cached one
tree_of() { # SUITE
  local kept=$cache/runtime-trees/$1.tar
  if [ ! -f "$kept" ]; then
    mkdir -p "${kept%/*}"
    rm -rf "$work/new"
    debootstrap --variant=minbase "$1" "$work/new" >"$work/debootstrap.log" 2>&1 || {
      tail -n 5 "$work/debootstrap.log" >&2
      return 1
    }
    rm -rf "$work/new"/var/cache/apt/archives/*.deb "$work/new"/var/lib/apt/lists/*
    tar -C "$work/new" -cf "$kept.partial" . && mv "$kept.partial" "$kept"
    rm -rf "$work/new"
  fi
  mkdir -p "$work/$1"
  tar -C "$work/$1" -xf "$kept"
}
bare() { # glibc's own libraries and busybox, no locale, no coreutils, no readlink but busybox's
  local to=$work/bare file
  mkdir -p "$to"/{bin,usr,lib64,lib,etc,root,tmp,proc,dev}
  for file in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1; do cp -L "$work/bullseye/lib/$(uname -m)-linux-gnu/$file" "$to/lib/"; done
  file=$(readelf -lW "$work/dist/tool/$arch/runtime/$arch/bin/java" | sed -n 's/.*program interpreter: \(.*\)].*/\1/p')
  mkdir -p "$to${file%/*}"
  cp -L "$work/bullseye/lib/$(uname -m)-linux-gnu"/ld-*.so "$to$file"
  # from its package, not installed: it would take the place of the busybox that other tests use
  if ! compgen -G "$cache/runtime-trees/busybox-static_*.deb" >/dev/null; then
    mkdir -p "$work/deb" "$cache/runtime-trees"
    fetch() { (cd "$work/deb" && apt-get -qq -o APT::Sandbox::User=root download busybox-static >/dev/null); }
    fetch || { apt-get -qq update && fetch; }
    mv "$work"/deb/busybox-static_*.deb "$cache/runtime-trees/"
  fi
  dpkg -x "$cache"/runtime-trees/busybox-static_*.deb "$work/busybox"
  cp "$work/busybox/bin/busybox" "$to/bin/busybox"
  for file in $("$to/bin/busybox" --list); do [ "$file" = busybox ] || ln -sf busybox "$to/bin/$file"; done
  printf 'root:x:0:0::/root:/bin/sh\nops:x:1000:1000::/home/ops:/bin/sh\n' >"$to/etc/passwd"
  printf '/lib\n' >"$to/etc/ld.so.conf"
}
enter() { # TREE: its mounts
  trees+=("$1")
  mkdir -p "$1/work" "$1/proc" "$1/dev" "$1/tmp" "$1/odd places/只读"
  mount -t proc proc "$1/proc"
  mount --bind /dev "$1/dev"
  mount --bind "$work/carry" "$1/work"
  mount -o remount,bind,ro "$1/work"
  # what a hardened machine has, too
  mount -t tmpfs -o noexec,nosuid,mode=1777 none "$1/tmp"
}
mkdir "$group"
echo 512M >"$group/$limit"
assert "512 MB is a limit here" test "$(cat "$group/$limit")" = $((512 << 20))
inside() { # TREE COMMAND...: in the lab's network, with the environment of a bare login
  local tree=$1
  shift
  "$root/scripts/lab" run --name "$lab" -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin ${with[@]+"${with[@]}"} chroot ${as[@]+"${as[@]}"} "$tree" "$@"
}
small() { # the same with 512 MB of memory
  # shellcheck disable=SC2016
  "$root/scripts/lab" run --name "$lab" -- sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$group" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$@"
}
try() { # TREE: everything that a person does first
  local tree=$1 acp="/odd places/安装 目录/$name/bin/acp" with=() as=()
  inside "$tree" sh -c 'mkdir -p "/odd places/安装 目录" && tar -C "/odd places/安装 目录" -xzf /work/'"$archive"
  expect "no Java is there" 127 inside "$tree" sh -c 'java -version'
  expect "--version" 0 inside "$tree" "$acp" --version
  assert "it says its version" grep -qx 'acp [0-9.]*' "$work/out"
  assert "and nothing else" test ! -s "$work/err"
  expect "version" 0 inside "$tree" "$acp" version -o json
  assert "its own runtime answers" grep -q '"vendor"' "$work/out"
  expect "help" 0 inside "$tree" "$acp" help exit-codes
  with=(HOME=/root ACP_HOME=/root/acp)
  package_in=/work/${package##*/}
  expect "verify-package" 0 inside "$tree" "$acp" verify-package "$package_in" --key /work/public.asc
  expect "verify-package within 512 MB" 0 small "$tree" env ACP_HOME=/root/acp "$acp" verify-package "$package_in" --key /work/public.asc
  expect "unpack within 512 MB" 0 small "$tree" env ACP_HOME=/root/acp "$acp" unpack "$package_in" -C "/odd places/包" --key /work/public.asc
  expect "verify-package of the bundle, from its folder" 0 inside "$tree" sh -c "cd '/odd places/包/installer' && '$acp' verify-package . --key /work/public.asc"
  expect "check-nodes of a lab node within 512 MB" 4 small "$tree" env ACP_HOME=/root/acp "$acp" check-nodes -f /work/cluster.yaml --accept-new-host-keys -o json
  assert "and those were under that limit" test "$(cat "$group/$peak")" -gt 50000000
  assert "the node was looked at" python3 -c 'import json, sys; sys.exit(0 if json.load(open(sys.argv[1]))["summary"]["pass"] > 30 else 1)' "$work/out"
  ln -s "$package_in" "$tree/odd places/包裹.tar"
  # no HOME at all, every locale and terminal, whether there is such a one or not
  with=()
  for words in "LC_ALL=C" "LC_ALL=POSIX TERM=dumb" "LANG=zh_CN.UTF-8 TERM=xterm" "LC_ALL=xx_YY.ISO-8859-1 TERM=vt100" "LANG=zh_CN.GB18030 TERM=" \
    "LC_ALL=C.UTF-8 TERM=linux" "JAVA_TOOL_OPTIONS=-Xmx1m _JAVA_OPTIONS=-version CLASSPATH=/nowhere"; do
    read -ra with <<<"$words"
    expect "with $words" 0 inside "$tree" "$acp" package inspect "/odd places/包裹.tar"
    assert "nothing else on its error output" test ! -s "$work/err"
  done
  with=(LANG=zh_CN.UTF-8)
  expect "in Chinese" 2 inside "$tree" "$acp" verify-package "/odd places/没有.tar"
  assert "the next step is Chinese" grep -q '下一步' "$work/err"
  with=() as=(--userspec=1000:1000)
  expect "as a user" 0 inside "$tree" "$acp" setup --list-stages -f /work/cluster.yaml
  as=()
  cp -a "$tree/odd places/安装 目录/$name/." "$work/readonly-$(basename "$tree")"
  mount --bind "$work/readonly-$(basename "$tree")" "$tree/odd places/只读"
  mount -o remount,bind,ro "$tree/odd places/只读"
  expect "from a folder that is read-only" 0 inside "$tree" "/odd places/只读/bin/acp" version
  umount "$tree/odd places/只读"
  rm -rf "$work/readonly-$(basename "$tree")"
  [ "$tree" = "$work/bookworm" ] || rm -rf "$tree/odd places/包"
}

for suite in bullseye bookworm; do
  say "Debian $suite"
  tree_of "$suite"
  enter "$work/$suite"
  try "$work/$suite"
done
say "glibc and busybox, nothing else"
bare
enter "$work/bare"
try "$work/bare"

say "setup.sh and upgrade.sh"
tree=$work/bookworm with=() as=()
expect "plain tar unpacks the package" 0 inside "$tree" sh -c "mkdir /root/plain && cd /root/plain && tar -xf '/work/${package##*/}'"
expect "setup.sh without a cluster file" 2 inside "$tree" bash /root/plain/installer/setup.sh
assert "says that it is missing" grep -q -- '-f CLUSTER' "$work/err"
expect "setup.sh from another folder, with an option of the guide" 0 inside "$tree" bash -c \
  'cd /usr && bash ../root/plain/installer/setup.sh -f /work/cluster.yaml --network-mode hostgw --list-stages'
assert "it has checked the bundle and says what that proves" grep -q 'finds damage' "$work/err"
expect "setup.sh with a network mode that the bundle lacks" 2 inside "$tree" bash /root/plain/installer/setup.sh -f /work/cluster.yaml --network-mode calico
assert "names what is missing" grep -q calico "$work/err"
with=(HOME=/root)
expect "upgrade.sh alone" 2 inside "$tree" bash /root/plain/installer/upgrade.sh
assert "says that nothing was changed" grep -q 'nothing was changed' "$work/err"
expect "upgrade.sh --only-sync-image=true" 6 inside "$tree" bash /root/plain/installer/upgrade.sh --only-sync-image=true -f /work/cluster.yaml
assert "asks for the cluster that is not there" grep -qi 'No cluster of this name' "$work/err"
printf x | dd of="$tree/root/plain/installer/binaries/$arch/kubernetes/v1.20.2/large" bs=1 seek=1000 conv=notrunc status=none
expect "setup.sh of a damaged bundle" 3 inside "$tree" bash /root/plain/installer/setup.sh -f /work/cluster.yaml --list-stages
assert "names the file" grep -q 'v1.20.2/large' "$work/err"
assert "the node has no record of acp" "$root/scripts/lab" exec --name "$lab" n1 -- test ! -e /var/lib/acp

say "The launcher"
mkdir -p "$tree/root/shim"
printf '#!/bin/sh\necho aarch64\n' >"$tree/root/shim/uname"
chmod +x "$tree/root/shim/uname"
acp="/odd places/安装 目录/$name/bin/acp"
expect "another machine's architecture" 2 inside "$tree" env PATH=/root/shim:/usr/bin:/bin "$acp" --version
assert "says which there is and what to take" sh -c "grep -q 'carries a runtime for $arch' '$work/err' && grep -q 'linux-arm64' '$work/err'"
expect "through a link to a link" 0 inside "$tree" sh -c "ln -s '$acp' /root/one && ln -s one /root/two && /root/two --version"

say "install.sh"
dir="/odd places/安装 目录/$name"
expect "install" 0 inside "$tree" sh -c "cd / && sh '$dir/install.sh'"
expect "again" 0 inside "$tree" sh "$dir/install.sh"
expect "acp from the path" 0 inside "$tree" env PATH=/usr/local/bin:/usr/bin:/bin acp version
assert "its completion is where bash looks" test -s "$tree/usr/local/share/bash-completion/completions/acp"
assert "its manual page is where man looks" test -s "$tree/usr/local/share/man/man1/acp-setup.1"
assert "man can read it" sh -c "man -l '$tree/usr/local/share/man/man1/acp-setup.1' | grep -q NAME"
expect "the installed one takes itself away" 0 inside "$tree" sh -c 'sh /usr/local/lib/acp/*/install.sh --remove'
assert "and nothing is left" test -z "$(find "$tree/usr/local" -name '*acp*')"
printf 'another' >"$tree/usr/local/bin/acp"
expect "a program of that name that is not acp's" 2 inside "$tree" sh "$dir/install.sh"
assert "is left as it is" grep -qx another "$tree/usr/local/bin/acp"
assert "and nothing was installed" test ! -e "$tree/usr/local/lib/acp"

if [ -n "$leave" ] && [ "$failed" = 0 ]; then
  rm -rf "$leave" && mkdir -p "$leave" && tar -C "$leave" --strip-components 1 -xzf "$work/dist/$archive"
fi
finished
