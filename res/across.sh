# The nodes try to reach each other: see res/across.pl, res/across.py and res/across-nc.sh, which acp puts in. Nothing on the
# node is changed: sockets only, gone with the process.
# $1 what to listen with, $2 VIP to look for or -, $3 HOST=ports of a load balancer or -, then the program's own arguments
# shellcheck shell=sh
set -u
tool=$1 vip=$2 lb=$3
shift 3
case ${lb%%=*} in
- | *:*) ;;
*[!0-9.]*)
  # a name, as this node knows it, in the family of its own address
  case $2 in *:*) family=ahostsv6 ;; *) family=ahostsv4 ;; esac
  found=$(getent "$family" "${lb%%=*}" 2>/dev/null </dev/null | awk '$1 !~ /^::ffff:/ {print $1; exit}')
  lb=${found:-?}=${lb#*=}
  ;;
esac
look_for_vip() {
  link=$(ip -o route get "$vip" 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p')
  if ! command -v ip >/dev/null 2>&1 || [ -z "$link" ]; then
    echo '@@ vip absent'
  elif case $vip in *:*) false ;; esac && command -v arping >/dev/null 2>&1; then
    echo '@@ vip 0'
    arping -c 2 -w 2 -I "$link" "$vip" 2>/dev/null </dev/null |
      sed -n 's/.*\[\([0-9A-Fa-f:]\{17\}\)\].*/|\1/p' | sed -n 1p
  elif command -v ping >/dev/null 2>&1; then
    echo '@@ vip 0'
    ping -c 2 -W 1 "$vip" >/dev/null 2>&1 </dev/null
    ip neigh show "$vip" 2>/dev/null | sed -n 's/.*lladdr \([0-9A-Fa-f:]\{17\}\).*/|\1/p' | sed -n 1p
  else
    echo '@@ vip absent'
  fi
}
meet() { # argv: the program's own
  case $tool in
  *perl)
    exec "$tool" - "$lb" "$@" <<'ACP_ACROSS'
#@include across.pl
ACP_ACROSS
    ;;
  socat | nc)
#@include across-nc.sh
    exit 0
    ;;
  esac
  exec "$tool" - "$lb" "$@" <<'ACP_ACROSS'
#@include across.py
ACP_ACROSS
}
# beside each other: the nodes wait for one another's sockets
[ "$vip" != - ] || meet "$@"
exec 3>&1
met=$(
  meet "$@" 3>&- &
  look_for_vip >&3 3>&-
  wait
)
printf '%s\n' "$met"
