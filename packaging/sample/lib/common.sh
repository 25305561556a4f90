# shellcheck shell=bash
# What every script of the sample shares: where things are cached, how to say what is going on, how a folder comes to be
# whole or not at all. To be sourced, not run.

sample_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
# shellcheck source=../versions.env
. "$sample_dir/versions.env"

# The environment of the caller must not change what is built.
export LC_ALL=C TZ=UTC
umask 022

# Progress goes to stderr: stdout carries results only.
say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# A short digest over files (their names below the first argument, and their contents) and words on stdin.
# usage: digest_of BASE FILE... < words
digest_of() {
  local base=$1 file
  shift
  {
    for file in "$@"; do printf '%s %s\n' "${file#"$base"/}" "$(sha256sum <"$file")"; done
    cat
  } | sha256sum | cut -c1-12
}

# Runs a command that fills a fresh folder, and shows the folder under its name only when the command has succeeded.
# usage: whole FOLDER COMMAND...      (the command gets the partial folder as its last argument)
whole() {
  local target=$1 partial
  shift
  [ -d "$target" ] && return 0
  mkdir -p "$(dirname "$target")"
  exec 9>"$target.lock"
  flock 9
  if [ ! -d "$target" ]; then
    partial=$target.partial
    rm -rf "$partial"
    mkdir "$partial"
    # Called plainly, never in a condition: there set -e would not hold inside.
    "$@" "$partial"
    mv -T "$partial" "$target"
  fi
  exec 9>&-
  rm -f "$target.lock"
}

# Installs the Debian packages that building wants, if they are missing. The machine's own apt is used for these alone.
# usage: need WHY PACKAGE...
need() {
  local why=$1 missing=() package
  shift
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${missing[*]}: $why"
  [ "$(id -u)" -eq 0 ] || die "these Debian packages are missing: ${missing[*]} ($why); install them, or run as root"
  {
    # The machine's lists may be absent or old; then, and only then, they are fetched.
    apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}" ||
      { apt-get update && apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}"; }
  } >&2 || die "apt-get could not install ${missing[*]}"
}
