# Takes files away that a removed node was the only one to use. Arguments after the word: their paths.
set -eu
word=$1
shift
case $word in
observe)
  left=
  for file in "$@"; do [ ! -e "$file" ] || left=yes; done
  if [ -z "$left" ]; then echo 'done'; else echo absent; fi
  ;;
apply) rm -f "$@" ;;
undo) ;;
esac
