#!/usr/bin/env bash
# Verifying and unpacking, side by side with gpg, openssl, sha256sum and tar in one run: each pair of commands one after the
# other, five times, warm cache; the median's ratio and whether the limit is met. Nothing is printed that was not measured.
#   scripts/bench/trust.sh [--sizes "2 8"] [--keep]      sizes in GiB
# ACP names another acp (its own runtime's bin/acp, say); default scripts/acp with the newest JDK of this machine.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
sizes="2 8" keep=
while [ $# -gt 0 ]; do
  case $1 in
  --sizes) sizes=$2 && shift ;;
  --keep) keep=1 ;;
  *)
    sed -n '2,5p' "$0"
    exit 2
    ;;
  esac
  shift
done
for program in gpg openssl python3 zstd /usr/bin/time; do
  command -v "$program" >/dev/null || {
    echo "trust: $program is missing (apt-get install gnupg openssl python3 zstd time)" >&2
    exit 2
  }
done
if [ -z "${ACP:-}" ]; then
  newest=$(find /usr/lib/jvm -mindepth 1 -maxdepth 1 -type d -name '*2[0-9]*' | sort -V | tail -n 1)
  [ -z "$newest" ] || export JAVA_HOME=$newest
  ACP=$root/scripts/acp
  "$ACP" --version >/dev/null
fi
work=$cache/bench
mkdir -p "$work"
free=$(df -P --block-size=1G "$work" | awk 'NR == 2 {print $4}')
largest=$(tr ' ' '\n' <<<"$sizes" | sort -n | tail -n 1)
[ "$free" -gt $((largest * 5 + 2)) ] || {
  echo "trust: $work has $free GiB free, and $((largest * 5 + 2)) are needed" >&2
  exit 2
}
export ACP_HOME=$work/home GNUPGHOME=$work/gpg
trap '[ -n "$keep" ] || rm -rf "$work"' EXIT
rm -rf "$work"
mkdir -p "$work/gpg"
chmod 0700 "$work/gpg"
gpg --batch -q --passphrase '' --quick-generate-key bench rsa3072 sign never 2>/dev/null
gpg --batch -q --armor --export >"$work/public.asc"
key=(--key "$work/public.asc")
echo "acp: $ACP ${JAVA_HOME:+(JAVA_HOME=$JAVA_HOME)}; $("$ACP" --version); load $(cut -d' ' -f1-3 /proc/loadavg); $(nproc) cores"

timed() { # FILE CMD...: seconds of the command
  local began ended to=$1
  shift
  began=$(date +%s.%N)
  "$@" >/dev/null 2>"$work/err" || {
    echo "trust: $* failed:" >&2
    cat "$work/err" >&2
    exit 1
  }
  ended=$(date +%s.%N)
  awk -v a="$began" -v b="$ended" 'BEGIN {printf "%.3f\n", b - a}' >>"$to"
}
rounds=5
median() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }
ratio() { # NAME SECONDS SECONDS [LIMIT]
  awk -v name="$1" -v a="$2" -v b="$3" -v limit="${4:-}" 'BEGIN {
    verdict = limit == "" ? "" : sprintf("  (limit %.2f: %s)", limit, a / b <= limit ? "met" : "missed")
    printf "%-58s %7.2f s against %7.2f s   ratio %.2f%s\n", name, a, b, a / b, verdict}'
}
against() { # NAME LIMIT OURS THEIRS [BEFORE]: two functions, as often as there are rounds, one after the other
  local name=$1 limit=$2 ours=$3 theirs=$4
  rm -f "$work"/t-*
  for _ in $(seq $rounds); do
    ${5:-true}
    timed "$work/t-ours" "$ours"
    timed "$work/t-theirs" "$theirs"
  done
  ratio "$name" "$(median "$work/t-ours")" "$(median "$work/t-theirs")" "$limit"
}
memory() { # NAME CMD...
  local name=$1
  shift
  /usr/bin/time -f '%M' -o "$work/memory" "$@" >/dev/null 2>&1
  awk -v name="$name" '{printf "%-58s %7.0f MB resident   (limit 256: %s)\n", name, $1 / 1024, $1 / 1024 <= 256 ? "met" : "missed"}' "$work/memory"
}

# ext4 without a journal goes round the inodes that were freed in the last minutes, one by one: seconds in which nothing is
# measured but that. So of what is not needed any more only the large files go at once.
away() { # FOLDER...
  local folder
  for folder in "$@"; do
    [ -d "$folder" ] || continue
    find "$folder" -type f -size +1M -delete
    mv "$folder" "$(mktemp -d "$work/away.XXXXXX")/"
  done
}
spec() { # GIB: parts of that size, half of them incompressible, many small files and a few large ones
  python3 - "$work/parts" "$1" <<'PY'
import os, random, sys
folder, total = sys.argv[1], int(float(sys.argv[2]) * (1 << 30))
r = random.Random(1)
os.makedirs(f"{folder}/large/1", exist_ok=True)
os.makedirs(f"{folder}/small/1", exist_ok=True)
text = b"".join(b"line %d of a manifest: value %d\n" % (i, r.randrange(1000)) for i in range(40000))
for i in range(4000):
    with open(f"{folder}/small/1/f{i:05}", "wb") as f:
        f.write(r.randbytes(8192) if i % 2 else (text[i * 7:] + text)[:8192])
left = total - 4000 * 8192
for i in range(6):
    size = left // 6
    with open(f"{folder}/large/1/f{i}", "wb") as f:
        while size > 0:
            block = r.randbytes(1 << 20) if i % 2 else (text * 2)[i:i + (1 << 20)]
            f.write(block[:size])
            size -= len(block)
PY
  cat >"$work/spec.yaml" <<END
apiVersion: acp.dev/v1
kind: PackageSpec
product: bench
version: 1.0.0
arch: amd64
acp: {atLeast: 0.1.0, because: "a benchmark"}
components:
  - {name: large, version: "1", from: large/1}
  - {name: small, version: "1", from: small/1}
END
}

for gib in $sizes; do
  echo
  echo "== $gib GiB"
  away "$work/parts" "$work/to" "$work/x"
  rm -f "$work"/p.*
  spec "$gib"
  p=$work/p.tar
  "$ACP" package build "$work/spec.yaml" --root "$work/parts" -o "$p" >/dev/null 2>&1
  away "$work/parts"
  # the manifest inside is signed by acp; the file's own signature below is gpg's
  gpg --batch -q --armor --export-secret-keys >"$work/secret.asc"
  "$ACP" package sign "$p" --key "$work/secret.asc" >/dev/null 2>&1
  for hash in SHA256 SHA512; do
    rm -f "$p.sig"
    gpg --batch -q --digest-algo $hash -o "$p.sig" --detach-sign "$p"
    lower=$(tr '[:upper:]' '[:lower:]' <<<$hash)
    verify() { "$ACP" verify-package "$p" "${key[@]}"; }
    gpg_verify() { gpg --batch -q --verify "$p.sig" "$p"; }
    dgst() { openssl dgst "-$lower" "$p"; }
    verify >/dev/null 2>&1
    against "verify-package, $hash, against gpg --verify" 0.5 verify gpg_verify
    gpg=$(median "$work/t-theirs")
    against "verify-package, $hash, against openssl dgst" 1.2 verify dgst
    # the hash alone, by openssl: what no program that hashes as fast goes below
    ratio "  for comparison: openssl dgst, $hash, against gpg" "$(median "$work/t-theirs")" "$gpg"
  done
  rm -f "$p.sig"
  gpg --batch -q --digest-algo SHA256 -o "$p.sig" --detach-sign "$p"
  unpack() { "$ACP" unpack "$p" -C "$work/to" "${key[@]}"; }
  gpg_tar() { gpg --batch -q --verify "$p.sig" "$p" && mkdir -p "$work/x" && tar -xf "$p" -C "$work/x"; }
  fresh() {
    away "$work/to" "$work/x"
    sync
  }
  against "unpack against gpg --verify, tar -xf" 0.5 unpack gpg_tar fresh
  memory "verify-package" "$ACP" verify-package "$p" "${key[@]}"
  fresh
  memory "unpack" "$ACP" unpack "$p" -C "$work/to" "${key[@]}"
  (cd "$work/to/installer" && find . -type f ! -name 'manifest.yaml*' -print0 | xargs -0 sha256sum >"$work/sums")
  bundle() { "$ACP" verify-package "$work/to" "${key[@]}"; }
  sums() { (cd "$work/to/installer" && sha256sum --quiet -c "$work/sums"); }
  against "verify-package DIR against sha256sum -c" 0.7 bundle sums
  memory "verify-package DIR" "$ACP" verify-package "$work/to" "${key[@]}"
  rm -f "$work"/t-*
  for _ in $(seq $rounds); do timed "$work/t-inspect" "$ACP" package inspect "$p"; done
  awk -v a="$(median "$work/t-inspect")" 'BEGIN {printf "%-58s %7.2f s   (limit 0.50: %s)\n", "package inspect", a, a <= 0.5 ? "met" : "missed"}'
  away "$work/to"
  zstd -q -3 -T0 "$p" -o "$work/p.tar.zst"
  rm -f "$p" "$p.sig"
  z=$work/p.tar.zst
  gpg --batch -q --digest-algo SHA256 -o "$z.sig" --detach-sign "$z"
  zunpack() { "$ACP" unpack "$z" -C "$work/to" "${key[@]}"; }
  gpg_ztar() { gpg --batch -q --verify "$z.sig" "$z" && mkdir -p "$work/x" && tar --zstd -xf "$z" -C "$work/x"; }
  against "unpack of .tar.zst against gpg --verify, tar --zstd -xf" 0.6 zunpack gpg_ztar fresh
  fresh
  memory "unpack of .tar.zst" "$ACP" unpack "$z" -C "$work/to" "${key[@]}"
  echo "load at the end $(cut -d' ' -f1-3 /proc/loadavg)"
done
