# Installs the packages that a node lacks, from files that are already on it.
# Arguments after the word: the folder of the files, then NAME FILE pairs in an order in which one call
# installs them. What was missing is written down before anything is installed; undo takes away just that.
set -eu
word=$1 folder=$2
shift 2
mine=/var/lib/acp/node/actions/packages.installed

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "this acp installs missing packages with dpkg only, and this system has none" >&2
  exit 3
fi

case $word in
observe)
  have=0 miss=0
  while [ $# -gt 0 ]; do
    if is_installed "$1"; then have=$((have + 1)); else miss=$((miss + 1)); fi
    shift 2
  done
  if [ "$miss" = 0 ]; then echo 'done'; elif [ "$have" = 0 ]; then echo absent; else echo partial; fi
  ;;
apply)
  export DEBIAN_FRONTEND=noninteractive
  # A dpkg that was killed leaves packages half configured; that comes first.
  dpkg --configure -a >&2 || true
  mkdir -p "${mine%/*}"
  files=
  names=
  while [ $# -gt 0 ]; do
    if ! is_installed "$1"; then
      names="$names $1"
      files="$files $folder/$2"
    fi
    shift 2
  done
  [ -n "$files" ] || exit 0
  if [ -f "$mine" ]; then old=$(cat "$mine"); else old=; fi
  # shellcheck disable=SC2086
  printf '%s\n' $old $names | sort -u >"$mine.partial"
  mv "$mine.partial" "$mine"
  sync
  # Nothing may start by itself on a node: acp starts what it wants.
  # shellcheck disable=SC2086
  dpkg --install --force-confold $files >&2
  ;;
undo)
  [ -f "$mine" ] || exit 0
  export DEBIAN_FRONTEND=noninteractive
  gone=
  while read -r name; do
    if dpkg-query -W "$name" >/dev/null 2>&1; then gone="$gone $name"; fi
  done <"$mine"
  if [ -n "$gone" ]; then
    # shellcheck disable=SC2086
    dpkg --purge $gone >&2
  fi
  rm -f "$mine"
  ;;
esac
