# Prints a file. $1 path, $2 the most bytes wanted.
# shellcheck shell=sh
set -eu
if [ ! -f "$1" ]; then
  echo "there is no file $1" >&2
  exit 21
fi
size=$(wc -c <"$1")
if [ "$size" -gt "$2" ]; then
  echo "$1 has $size bytes" >&2
  exit 22
fi
cat "$1"
