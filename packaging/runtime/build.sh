#!/usr/bin/env bash
# Makes acp with its own Java runtime: the tool's archive, and the tree that a package takes under "tool:".
#   packaging/runtime/build.sh [--out DIR]                 target/dist/acp-VERSION-linux-amd64.tar.gz, SHA256SUMS, tool/amd64
# Options:
#   --jdk DIR          the JDK whose runtime is shipped, 24 or newer, of this machine's architecture; default: the newest
#                      below /usr/lib/jvm, or JAVA_HOME. Debian's own needs a newer glibc than CentOS 7 has.
#   --arm64-jdk DIR    an arm64 JDK of the very same version, with its jmods: makes the arm64 archive and tool/arm64 too
#   --trust KEY        a public key that this acp trusts by itself (res/keys); again for more
#   --sign KEY         a secret key file: SHA256SUMS.sig beside SHA256SUMS
#   --most-glibc V     the newest glibc that a file may need; default 2.17 (CentOS 7)
# Two builds of one commit with one JDK give the same bytes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# the time of every file: that of every file in a package (TarWriter), for Java's archive is bound to the times of its jars
seconds=1735689600
modules=java.base,java.logging,java.naming,java.security.jgss,jdk.unsupported,jdk.zipfs
out=$root/target/dist jdk='' arm64='' sign='' most=2.17
trust=()
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//'
    exit 0
    ;;
  --out | --jdk | --arm64-jdk | --trust | --sign | --most-glibc)
    [ $# -gt 1 ] || {
      echo "build: $1 wants a value" >&2
      exit 2
    }
    case $1 in
    --out) out=$2 ;;
    --jdk) jdk=$2 ;;
    --arm64-jdk) arm64=$2 ;;
    --trust) trust+=("$2") ;;
    --sign) sign=$2 ;;
    --most-glibc) most=$2 ;;
    esac
    shift
    ;;
  *)
    echo "build: unknown: $1 (see $0 --help)" >&2
    exit 2
    ;;
  esac
  shift
done
fail() {
  printf 'build: %s\n' "$@" >&2
  exit 2
}
say() { echo "build: $*" >&2; }

for program in python3 ssh-keygen /usr/sbin/sshd gpg gzip setarch taskset; do
  command -v "$program" >/dev/null || fail "$program is missing (apt-get install python3 openssh-server gnupg gzip util-linux)"
done
if [ -z "$jdk" ]; then
  for each in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
    if [ -x "$each/bin/jlink" ] && grep -qE '^JAVA_VERSION="(2[4-9]|[3-9][0-9])' "$each/release"; then jdk=$each; fi
  done
  [ -n "$jdk" ] || fail "no JDK 24 or newer below /usr/lib/jvm; name one with --jdk (Temurin's needs no more than glibc 2.17)"
fi
[ -x "$jdk/bin/jlink" ] || fail "$jdk has no bin/jlink"
case $(uname -m) in
x86_64) own=amd64 ;;
aarch64) own=arm64 ;;
*) fail "this machine is $(uname -m); acp is built on amd64 and arm64" ;;
esac
java_version() { sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$1/release"; }
say "JDK $(java_version "$jdk") in $jdk"
if [ -n "$arm64" ]; then
  [ -d "$arm64/jmods" ] || fail "$arm64 has no jmods, and jlink cannot do without them for another architecture" \
    "take the jmods archive of the same Temurin build, and unpack it as $arm64/jmods"
  [ "$(java_version "$arm64")" = "$(java_version "$jdk")" ] || fail "$arm64 is JDK $(java_version "$arm64"), not $(java_version "$jdk")"
fi

"$root/scripts/acp" --version >/dev/null
version=$(sed -n 's#^  <version>\(.*\)</version>#\1#p' "$root/pom.xml" | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
export TZ=UTC LC_ALL=C.UTF-8
unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS

jars() { # acp's jar and its libraries, as the archive of classes wants them
  mkdir -p "$work/in" "$work/java/lib"
  cp "$root/target/acp-$version.jar" "$work/in/acp.jar"
  for key in ${trust[@]+"${trust[@]}"}; do
    grep -q 'PUBLIC KEY BLOCK' "$key" || fail "$key is not an armored public key"
    mkdir -p "$work/keys/res/keys"
    cp "$key" "$work/keys/res/keys/"
  done
  [ ! -d "$work/keys" ] || (cd "$work/keys" && "$jdk/bin/jar" --update --date=2025-01-01T00:00:00Z --file "$work/in/acp.jar" res/keys/*)
  "$jdk/bin/java" -Xlog:disable "$here/PrepareJars.java" "$root/target/lib" "$work/java/lib" $seconds >&2
  "$jdk/bin/java" -Xlog:disable "$here/PrepareJars.java" "$work/in" "$work/java" $seconds >&2
  mkdir "$work/java/legal"
  cp "$root/LICENSE" "$work/java/legal/acp-LICENSE"
  "$here/licences.py" "$root/target/lib" "$work/java/legal"
}

image() { # ARCH [MODULE-PATH]: a Java runtime
  local arch=$1 image=$work/runtime/$1
  mkdir -p "$work/runtime"
  "$jdk/bin/jlink" ${2:+--module-path "$2"} --add-modules $modules --strip-debug --no-header-files --no-man-pages --compress=zip-0 \
    --output "$image"
  # What only starts other programs than acp.
  rm -f "$image"/bin/{keytool,rmiregistry,jrunscript} "$image"/lib/{jexec,jrt-fs.jar,classlist}
  # The providers that are in the image, no others: Java would look for the absent ones among acp's libraries, and load all of
  # Bouncy Castle at each start. A name that could not be resolved is asked for again each time: acp waits for such.
  python3 - "$image/conf/security/java.security" <<'PY'
import re, sys
path = sys.argv[1]
text = open(path, encoding="utf-8").read()
lines = [l for l in text.splitlines() if not re.match(r"security\.provider\.\d+=", l)]
lines = [re.sub(r"^networkaddress\.cache\.negative\.ttl=.*", "networkaddress.cache.negative.ttl=0", l) for l in lines]
lines += [f"security.provider.{i}={name}" for i, name in enumerate(("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE"), 1)]
open(path, "w", encoding="utf-8").write("\n".join(lines) + "\n")
PY
  "$here/elf-needs.py" --most "$most" --arch "$arch" "$image" "$work/java" >&2 ||
    fail "what is named above does not run on glibc $most; take a JDK that does, or say --most-glibc"
}

archive_of_classes() { # for this machine's own runtime alone: another's cannot run here
  local java=$work/runtime/$own/bin/java
  say "training run"
  find "$work/java" -exec touch -h -d @$seconds {} +
  # Five times, and of each line the smallest count of those that have it, if most have it: threads race for a class or two, and two
  # builds are to be equal. A machine that is very busy can still make them differ.
  # Each round keeps to one processor; there are as many at once as there are processors.
  local processors pids=() round
  mapfile -t processors < <(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")')
  for round in 1 2 3 4 5; do
    [ "${#pids[@]}" -lt "${#processors[@]}" ] || {
      wait "${pids[0]}" || fail "a training run failed"
      pids=("${pids[@]:1}")
    }
    taskset -c "${processors[$((round % ${#processors[@]}))]}" "$here/train.sh" "$java" "$work/java/acp.jar" >"$work/trained.$round" &
    pids+=($!)
  done
  for round in "${pids[@]}"; do wait "$round" || fail "a training run failed"; done
  for round in 1 2 3 4 5; do uniq -c "$work/trained.$round" | sed 's/^ *//' >"$work/round.$round"; done
  python3 - "$work"/round.[12345] >"$work/classes" <<'PY'
import collections, sys
counts = collections.defaultdict(list)
for path in sys.argv[1:]:
    for line in open(path, encoding="utf-8"):
        count, name = line.rstrip("\n").split(" ", 1)
        counts[name].append(int(count))
for name in sorted(counts):
    for _ in range(min(counts[name]) if len(counts[name]) > 2 else 0):
        print(name)
PY
  say "$(wc -l <"$work/classes") classes"
  # Without random addresses, a few of which would end up in the file. G1, for only it can write the objects of the heap. By a path
  # that is the same wherever this is built; the JVM compares what follows the part that all jars' paths have in common. In one of
  # some builds one entry more of a constant pool is resolved by then, 21 bytes of the file; why is not known. So it is written until
  # it was the same twice.
  local digest seen=
  for _ in 1 2 3 4 5; do
    rm -f "$work/runtime/$own/acp.jsa"
    (cd "$work/java" && setarch -R "$java" -XX:+UseG1GC -Xlog:disable -Djdk.console=java.base -Xshare:dump \
      "-XX:SharedClassListFile=$work/classes" "-XX:SharedArchiveFile=$work/runtime/$own/acp.jsa" -cp /proc/self/cwd/acp.jar)
    digest=$(sha256sum <"$work/runtime/$own/acp.jsa")
    if [[ $seen == *"$digest"* ]]; then break; fi
    seen+=$digest
  done
  [ "${#seen}" -lt $((5 * ${#digest})) ] || say "no two of five archives of classes were the same: another build will differ from this one"
  [ -s "$work/runtime/$own/acp.jsa" ] || fail "no archive of classes was written"
  chmod 0644 "$work/runtime/$own/acp.jsa"
  # From elsewhere, as at the operator's: the JVM passes over an archive that does not fit in silence.
  mkdir "$work/elsewhere"
  cp -a "$work/runtime" "$work/java" "$work/elsewhere/"
  "$work/elsewhere/runtime/$own/bin/java" -XX:+UseSerialGC -Xshare:on "-XX:SharedArchiveFile=$work/elsewhere/runtime/$own/acp.jsa" \
    -jar "$work/elsewhere/java/acp.jar" --version >"$work/says" 2>&1 || fail "the archive of classes does not fit: $(tail -n 3 "$work/says")"
  rm -rf "$work/elsewhere"
}

tree() { # ARCH DIR: what both the tool and a bundle hold
  mkdir -p "$2/runtime"
  cp -a "$here/tree/bin" "$2/"
  cp -a "$work/runtime/$1" "$2/runtime/"
  cp -a "$here/java.options" "$work/java" "$work/share" "$2/runtime/"
}
settle() { # DIR: the same modes and times on every machine
  find "$1" -type d -exec chmod 0755 {} +
  find "$1" -type f -perm /111 -exec chmod 0755 {} +
  find "$1" -type f ! -perm /111 -exec chmod 0644 {} +
  find "$1" -exec touch -h -d @$seconds {} +
}

pack() { # ARCH
  local arch=$1 name=acp-$version-linux-$1
  rm -rf "$out/tool/$arch"
  mkdir -p "$out/tool"
  tree "$arch" "$out/tool/$arch"
  cp -a "$here/tree/setup.sh" "$here/tree/upgrade.sh" "$out/tool/$arch/"
  settle "$out/tool/$arch"
  tree "$arch" "$work/$name"
  cp -a "$here/install.sh" "$work/$name/"
  sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" "$here/README.txt" >"$work/$name/README.txt"
  settle "$work/$name"
  tar -C "$work" --sort=name --format=ustar --owner=root:0 --group=root:0 --mtime=@$seconds -cf - "$name" | gzip -9n >"$out/.$name.partial"
  mv "$out/.$name.partial" "$out/$name.tar.gz"
  say "$out/$name.tar.gz: $(stat -c %s "$out/$name.tar.gz" | awk '{printf "%.1f MB", $1 / 1e6}')"
}

jars
image $own
[ -z "$arm64" ] || [ $own = arm64 ] || image arm64 "$arm64/jmods"
mkdir -p "$work/share/completion" "$work/share/man"
# The one character set that acp's names are in, for systems that lack it; glibc reads this file since 2.11 in the same form.
charset=
for each in /usr/lib/locale/C.utf8/LC_CTYPE /usr/lib/locale/C.UTF-8/LC_CTYPE; do [ ! -f "$each" ] || charset=$each; done
[ -n "$charset" ] || fail "this system has no locale C.UTF-8 in /usr/lib/locale (Debian: libc-bin)"
mkdir -p "$work/share/locale/C.UTF-8"
cp "$charset" "$work/share/locale/C.UTF-8/LC_CTYPE"
own_acp() { "$work/runtime/$own/bin/java" -Xlog:disable -jar "$work/java/acp.jar" "$@"; }
own_acp completion bash >"$work/share/completion/acp.bash"
own_acp completion zsh >"$work/share/completion/_acp"
own_acp man --out "$work/share/man" >/dev/null
archive_of_classes
pack $own
[ -z "$arm64" ] || [ $own = arm64 ] || pack arm64
(cd "$out" && sha256sum acp-"$version"-linux-*.tar.gz >SHA256SUMS)
if [ -n "$sign" ]; then
  mkdir -m 0700 "$work/gpg"
  gpg --homedir "$work/gpg" --batch -q --import "$sign"
  rm -f "$out/SHA256SUMS.sig"
  gpg --homedir "$work/gpg" --batch -q -o "$out/SHA256SUMS.sig" --detach-sign "$out/SHA256SUMS"
  gpgconf --homedir "$work/gpg" --kill all || true
fi
printf '%s\n' "$out"
