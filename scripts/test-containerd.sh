#!/usr/bin/env bash
# Four generations of containerd pull through the mirrors: Debian's 1.4 (bullseye), 1.6 (bookworm), 1.7 (trixie), 2.1 (sid), each
# really started with its own libc in a private tree and network, with the configuration that acp writes for it (the golden files
# of ContainerdConfigTest, byte for byte). Through the CRI, as the kubelet pulls: all registries up; the first refusing; the first
# silent; an external one with a password; and acp's own action pull-images.sh. Ends with "N passed, N failed".
#   scripts/test-containerd.sh [GENERATION...]      1.4, 1.6, 1.7, 2.1; default all
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
golden=$root/src/test/resources/golden/containerd
# generation, Debian suite, the golden files' version
generations='1.4 bullseye v1.4.13
1.6 bookworm v1.6.20
1.7 trixie v1.7.24
2.1 sid v2.1.1'
wanted=("$@")
[ $# -gt 0 ] || mapfile -t wanted < <(awk '{print $1}' <<<"$generations")
for one in "${wanted[@]}"; do
  awk '{print $1}' <<<"$generations" | grep -qx -- "$one" || {
    sed -n '2,6p' "$0"
    exit 2
  }
done
for program in skopeo openssl python3 perl curl unshare nft; do
  command -v "$program" >/dev/null || {
    echo "test-containerd: $program is missing (apt-get install skopeo openssl python3 perl curl util-linux nftables)" >&2
    exit 2
  }
done
curl --version | grep -q HTTP2 || {
  echo "test-containerd: curl here cannot speak HTTP/2, which the CRI is" >&2
  exit 2
}
began=$SECONDS
work=$(mktemp -d "${TMPDIR:-/var/tmp}/acp-containerd.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT

# The mirror that this machine's own apt uses for its Debian.
# shellcheck disable=SC2016  # apt's own variables
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | awk '$2 == "bookworm" && $3 == "main" {print $1; exit}')
[ -n "$mirror" ] || {
  echo "test-containerd: apt on this machine knows no mirror of Debian bookworm main" >&2
  exit 2
}

# A tree with one suite's containerd, runc and what they load; kept in the cache, looked at anew once a day.
tree() { # GENERATION SUITE: prints its path
  local generation=$1 suite=$2 at=$cache/containerd/$2 deb
  mkdir -p "$at"/{lists/partial,cache/archives/partial,debs}
  : >"$at/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$at/sources.list"
  local options=(-qq -o "Dir::Etc::SourceList=$at/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$at/lists"
    -o "Dir::State::status=$at/status" -o "Dir::Cache=$at/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none
    -o Acquire::Retries=3)
  if [ -z "$(find "$at/fetched" -mmin -1440 2>/dev/null)" ]; then
    rm -rf "$at/new"
    mkdir -p "$at/new"
    # set -e does not hold in here
    if apt-get "${options[@]}" update >&2 && (cd "$at/new" && apt-get "${options[@]}" download containerd runc libc6 libseccomp2 >&2) &&
      compgen -G "$at/new/containerd_$generation.*" >/dev/null; then
      rm -rf "$at/debs" "$at/tree"
      mv "$at/new" "$at/debs"
      touch "$at/fetched"
    else
      echo "Debian $suite gave $(cd "$at/new" && echo *) and no containerd $generation now; what the cache has of it serves" >&2
    fi
  fi
  compgen -G "$at/debs/containerd_$generation.*" >/dev/null || {
    echo "Debian $suite offers $(cd "$at/debs" && echo containerd_*), wanted $generation" >&2
    return 1
  }
  if [ ! -d "$at/tree" ]; then
    rm -rf "$at/partial"
    mkdir -p "$at/partial"/usr/{lib,lib64,bin,sbin} "$at/partial"/{dev,proc,sys,run,tmp,etc}
    # every suite in the merged form, whichever its packages have
    for deb in lib lib64 bin sbin; do ln -s "usr/$deb" "$at/partial/$deb"; done
    for deb in "$at"/debs/*.deb; do
      dpkg-deb --fsys-tarfile "$deb" | tar -xf - --keep-directory-symlink -C "$at/partial"
    done
    mv "$at/partial" "$at/tree"
  fi
  printf '%s\n' "$at/tree"
}

certificates() {
  cd "$work"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt
  local one
  for one in server client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$one" -keyout $one.key -out $one.csr
    openssl x509 -req -in $one.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out $one.crt -extfile <(
      printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=IP:10.0.0.11,IP:10.0.0.12,IP:fd00::100,DNS:r.example.com,IP:127.0.0.1'
    )
  done
}

# The images, in a registry's folder that every later registry only reads.
fill() {
  mkdir -p "$work/storage" "$work/certs"
  cp "$work/ca.crt" "$work/certs/ca.crt"
  printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s", tls: {certificate: %s, key: %s}}\n' \
    "$work/storage" 11999 "$work/server.crt" "$work/server.key" >"$work/fill.yml"
  "$registry" serve "$work/fill.yml" >"$work/fill.log" 2>&1 &
  local pid=$! tries=0 image
  until curl -sf --cacert "$work/ca.crt" -o "$work/v2" https://127.0.0.1:11999/v2/; do
    [ $((tries += 1)) -lt 100 ] || return 1
    sleep 0.1
  done
  for image in "platform/pause:3.2 platform/pause:3.9" "platform/toolbox:0.1.0 platform/first:1" "platform/toolbox:0.1.0 platform/second:1" \
    "platform/toolbox:0.1.0 platform/third:1" "platform/toolbox:0.1.0 platform/fourth:1"; do
    skopeo copy -q --dest-cert-dir "$work/certs" "oci:$parts/images:${image% *}" "docker://127.0.0.1:11999/${image#* }"
  done
  skopeo inspect --cert-dir "$work/certs" --format '{{.Digest}}' docker://127.0.0.1:11999/platform/fourth:1 >"$work/digest"
  kill "$pid"
  wait "$pid" || true
}

parts=$("$root/packaging/sample/make-parts.sh" | tail -n 1)
registry=$(find "$parts/registry" -name registry -type f | head -n 1)
certificates >"$work/openssl.log" 2>&1
# the user and the password of ContainerdConfigTest, as bcrypt
# shellcheck disable=SC2016
perl -e 'print "acp:", crypt(q(a"b\c), q($2y$05$abcdefghijklmnopqrstuu)), "\n"' >"$work/htpasswd"
fill

run() { # GENERATION SUITE VERSION: in namespaces of its own
  local generation=$1 suite=$2 version=$3 tree
  tree=$(tree "$generation" "$suite") || {
    echo "FAIL  containerd $generation: Debian $suite does not give it"
    return 0
  }
  # --kill-child: whatever was started in there ends with it
  unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private \
    "$root/scripts/containerd.d/generation.sh" "$generation" "$version" "$tree" "$work" "$registry" "$golden" "$root/res/actions/pull-images.sh"
}
declare -A at=()
while read -r generation suite version; do
  printf '%s\n' "${wanted[@]}" | grep -qx -- "$generation" || continue
  run "$generation" "$suite" "$version" >"$work/out-$generation" 2>"$work/err-$generation" &
  at[$generation]=$!
done <<<"$generations"
for generation in "${wanted[@]}"; do
  wait "${at[$generation]}" || echo "FAIL  containerd $generation: the test itself ended with $?" >>"$work/out-$generation"
  printf '\n== containerd %s\n' "$generation"
  cat "$work/out-$generation"
  if grep -q '^FAIL' "$work/out-$generation" || ! grep -q '^ok' "$work/out-$generation"; then
    tail -n 15 "$work/err-$generation" | sed 's/^/      /'
  fi
done
passed=$(cat "$work"/out-* | grep -c '^ok' || true)
failed=$(cat "$work"/out-* | grep -c '^FAIL' || true)
printf '\n%s passed, %s failed, %d s\n' "$passed" "$failed" $((SECONDS - began))
# six judgements at least of each: one that says nothing has failed, too
[ "$failed" = 0 ] && [ "$passed" -ge $((6 * ${#wanted[@]})) ]
