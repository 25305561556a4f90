# The cluster's virtual address while keepalived is not there to take it away: nothing to do on the way in; on
# the way back the address goes off the interface, where a keepalived that was killed leaves it (keepalived #672).
# Arguments after the word: ADDRESS/PREFIX, the interface.
set -eu
word=$1 address=$2 nic=$3
mark=/var/lib/acp/node/actions/vip.mark
case $word in
observe)
  if [ -f "$mark" ]; then echo 'done'; else echo absent; fi
  ;;
apply)
  mkdir -p "${mark%/*}"
  : >"$mark"
  ;;
undo)
  if ip -o address show dev "$nic" 2>/dev/null | awk -v a="$address" '$4 == a {found = 1} END {exit !found}'; then
    ip address del "$address" dev "$nic"
  fi
  rm -f "$mark"
  ;;
esac
