# Installs the packages that a node lacks, from files that are already on it.
# Arguments after the word: the folder of the files, then NAME FILE pairs in an order in which one call
# installs them. What was missing is written down before anything is installed; undo takes away just that.
set -eu
word=$1 folder=$2
shift 2
mine=/var/lib/acp/node/actions/packages.installed
# While dpkg runs, this keeps it from starting services (Debian policy, 9.11.1: "policy-rc.d").
policy=/usr/sbin/policy-rc.d
note='# acp put this here while it installs packages'

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Ours only, also one that a killed run left; another's stays.
free_services() {
  if [ -f "$policy" ] && grep -qxF -e "$note" "$policy"; then rm -f "$policy"; fi
  rm -f "$policy.acp"
}

hold_services() {
  free_services
  if [ -e "$policy" ] || [ -L "$policy" ]; then return 0; fi
  trap free_services EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  printf '#!/bin/sh\n%s\nexit 101\n' "$note" >"$policy.acp"
  chmod 755 "$policy.acp"
  mv "$policy.acp" "$policy"
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
  if [ -f "$policy" ] && grep -qxF -e "$note" "$policy"; then
    # a killed run has left it: apply takes it away
    echo partial
  elif [ "$miss" = 0 ]; then echo 'done'; elif [ "$have" = 0 ]; then echo absent; else echo partial; fi
  ;;
apply)
  export DEBIAN_FRONTEND=noninteractive
  # Nothing may start by itself on a node: acp starts what it wants.
  hold_services
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
  # shellcheck disable=SC2086
  dpkg --install --force-confold $files >&2
  ;;
undo)
  free_services
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
