#!/bin/sh
# Puts acp, with its manual pages and tab completion, on this machine for everybody, or takes it away again.
#   sh install.sh [--prefix /usr/local]             from the folder of acp-VERSION-linux-ARCH
#   sh install.sh --remove [--prefix /usr/local]    takes away what it put there, and nothing else
# Each version has a folder of its own below PREFIX/lib/acp; PREFIX/bin/acp is a link to the one in use.
set -eu

fail() {
  printf 'install.sh: %s\n' "$@" >&2
  exit 2
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
prefix=/usr/local remove=
while [ $# -gt 0 ]; do
  case $1 in
  --prefix)
    [ $# -gt 1 ] || fail "--prefix wants a folder"
    prefix=$2
    shift
    ;;
  --prefix=*) prefix=${1#*=} ;;
  --remove) remove=1 ;;
  -h | --help)
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *) fail "unknown: $1 (see install.sh --help)" ;;
  esac
  shift
done
case $prefix in /*) ;; *) fail "--prefix wants a whole path, but this is $prefix" ;; esac
lib=$prefix/lib/acp
record=$lib/installed

# every file outside $lib that an install made, a line each
taken_away() {
  [ -f "$record" ] || return 0
  while IFS= read -r file; do
    case $file in
    "$prefix"/bin/acp)
      # a link that somebody has turned elsewhere since is theirs
      case $(readlink -- "$file" 2>/dev/null) in "$lib"/*) rm -f -- "$file" ;; esac
      ;;
    "$prefix"/*) rm -f -- "$file" ;;
    esac
  done <"$record"
}

if [ -n "$remove" ]; then
  [ -d "$lib" ] || fail "acp is not installed below $prefix"
  taken_away
  rm -rf -- "$lib"
  echo "acp is gone from $prefix. What it recorded of clusters (/var/lib/acp, /var/log/acp) is left where it is."
  exit 0
fi

if [ ! -f "$here/bin/acp" ] || [ ! -f "$here/runtime/java/acp.jar" ]; then
  fail "$here is not the folder of an unpacked acp-VERSION-linux-ARCH.tar.gz"
fi
version=$("$here/bin/acp" --version) || fail "acp does not run on this machine; nothing was installed"
version=${version#acp }
if [ -e "$prefix/bin/acp" ] || [ -h "$prefix/bin/acp" ]; then
  case $(readlink -- "$prefix/bin/acp" 2>/dev/null) in
  "$lib"/*) ;;
  *) fail "$prefix/bin/acp is there already and was not made by install.sh; it is left as it is" ;;
  esac
fi

umask 022
mkdir -p "$lib" "$prefix/bin"
new=$lib/$version
partial=$lib/.$version.partial
rm -rf -- "$partial"
mkdir "$partial"
# with the times as they are: Java's class-data archive is only good for these
(cd "$here" && tar -cf - bin runtime install.sh) | (cd "$partial" && tar -xof -)
rm -rf -- "$lib/.$version.old"
[ ! -d "$new" ] || mv -- "$new" "$lib/.$version.old"
mv -- "$partial" "$new"
rm -rf -- "$lib/.$version.old"

made=
place() { # FROM TO
  mkdir -p "$(dirname "$2")"
  cp -f -- "$1" "$2"
  made="$made$2
"
}
taken_away
share=$new/runtime/share
place "$share/completion/acp.bash" "$prefix/share/bash-completion/completions/acp"
place "$share/completion/_acp" "$prefix/share/zsh/site-functions/_acp"
for page in "$share"/man/*.1; do place "$page" "$prefix/share/man/man1/${page##*/}"; done
ln -sfn -- "$new/bin/acp" "$prefix/bin/acp.new"
mv -f -- "$prefix/bin/acp.new" "$prefix/bin/acp"
printf '%s%s\n' "$made" "$prefix/bin/acp" >"$record"

echo "acp $version is installed: $prefix/bin/acp"
echo "Look: acp --help, man acp.  Take it away: sh $new/install.sh --remove$([ "$prefix" = /usr/local ] || printf ' --prefix %s' "$prefix")"
