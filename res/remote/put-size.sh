# Prints how many bytes of an earlier try are there. $1 partial file.
# shellcheck shell=sh
set -eu
if [ -f "$1" ]; then
  wc -c <"$1"
else
  echo 0
fi
