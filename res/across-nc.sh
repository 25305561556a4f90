# The same as across.pl and across.py for nodes that have neither: with socat, or the nc of OpenBSD or of nmap (ncat).
# Less is seen: round trips and MTU by ping; no VRRP and no IP-in-IP; nc of OpenBSD cannot answer several callers over
# UDP, so its UDP ports count as held. Listeners end with the time given; sockets only, nothing is written.
# $tool; then argv: token self seconds mtu ports(tcp/6443,..) vrrp-or-dash ipip(yes|no) peer=port,port ...
# shellcheck shell=sh
# shellcheck disable=SC2154 # tool: across.sh, where this stands, sets it
ACP_TOKEN=$1 ACP_SELF=$2 seconds=$3 mtu=$4 ports=$5
shift 7
export ACP_TOKEN ACP_SELF
kind=$tool
if [ "$tool" = nc ]; then
  case $(nc -h 2>&1) in
  *Ncat*) kind=ncat ;;
  *OpenBSD*) kind=openbsd ;;
  *) kind= ;;
  esac
fi
# What listens behind a load balancer must tell the caller's own token apart, which is left to perl and python.
if [ -z "$kind" ] || [ "${lb:--}" != - ] || ! command -v timeout >/dev/null 2>&1; then
  echo '@@ across absent'
  echo '@@ end 0'
  exit 0
fi
case $ACP_SELF in *:*) six=6 heads=48 ;; *) six='' heads=28 ;; esac
end=$(($(date +%s) + seconds))
left() {
  l=$((end - $(date +%s)))
  [ "$l" -gt 0 ] || l=1
  echo "$l"
}
over() {
  [ "$(date +%s)" -ge "$end" ]
}
bracketed() {
  case $1 in *:*) printf '[%s]' "$1" ;; *) printf '%s' "$1" ;; esac
}

# What a listener does with one caller: it asks with the token, and gets this node's address.
# shellcheck disable=SC2016,SC2089,SC2090 # the listener's shell evaluates it
ACP_ANSWER='read -r q; case $q in "acp? $ACP_TOKEN "*) printf "acp %s %s%s\n" "$ACP_TOKEN" "$ACP_SELF" "$ACP_PORT" ;; esac'
# shellcheck disable=SC2090 # as above
export ACP_ANSWER

listen() { # tcp|udp NUMBER
  ACP_PORT=
  [ "$1" = tcp ] || ACP_PORT=" $1/$2"
  export ACP_PORT
  # shellcheck disable=SC2016 # the listener's shell expands it
  case $kind.$1 in
  socat.tcp) timeout "$(left)" socat "TCP$six-LISTEN:$2,bind=$(bracketed "$ACP_SELF"),reuseaddr,fork" SYSTEM:'eval \"$ACP_ANSWER\"' ;;
  socat.udp) timeout "$(left)" socat "UDP$six-RECVFROM:$2,bind=$(bracketed "$ACP_SELF"),fork" SYSTEM:'eval \"$ACP_ANSWER\"' ;;
  ncat.tcp) timeout "$(left)" nc -l -k "$ACP_SELF" "$2" --sh-exec 'eval "$ACP_ANSWER"' ;;
  ncat.udp) timeout "$(left)" nc -u -l -k "$ACP_SELF" "$2" --sh-exec 'eval "$ACP_ANSWER"' ;;
  openbsd.tcp)
    # it cannot run a program, so it answers whoever calls, one after the other
    until over; do
      printf 'acp %s %s\n' "$ACP_TOKEN" "$ACP_SELF" | timeout "$(left)" nc -l -N "$ACP_SELF" "$2"
    done
    ;;
  esac >/dev/null 2>&1 </dev/null
}

taken() { # tcp|udp NUMBER: true where a program listens there
  [ "$kind.$1" != openbsd.udp ] || return 0
  case $1 in tcp) flag=-lnt ;; *) flag=-lnu ;; esac
  ss "$flag" 2>/dev/null | while read -r _ _ _ where _; do
    case $where in "$ACP_SELF:$2" | "[$ACP_SELF]:$2" | "*:$2" | "0.0.0.0:$2" | "[::]:$2" | ":::$2") echo yes ;; esac
  done | grep -q yes
}

# One call; prints what came, then how it ended.
call() { # PEER tcp|udp NUMBER
  asks="acp? $ACP_TOKEN $ACP_SELF $2/$3"
  case $kind.$2 in
  socat.tcp) printf '%s\n' "$asks" | timeout 3 socat -t 2 -T 2 - "TCP$six:$(bracketed "$1"):$3,connect-timeout=2,bind=$(bracketed "$ACP_SELF")" ;;
  socat.udp) printf '%s\n' "$asks" | timeout 2 socat -t 1 -T 1 - "UDP$six:$(bracketed "$1"):$3,bind=$(bracketed "$ACP_SELF")" ;;
  ncat.tcp) printf '%s\n' "$asks" | timeout 3 nc -w 2 -s "$ACP_SELF" "$1" "$3" ;;
  ncat.udp) printf '%s\n' "$asks" | timeout 2 nc -u -w 1 -i 1 -s "$ACP_SELF" "$1" "$3" ;;
  openbsd.tcp) printf '%s\n' "$asks" | timeout 3 nc -v -N -w 2 -s "$ACP_SELF" "$1" "$3" ;;
  openbsd.udp) printf '%s\n' "$asks" | timeout 2 nc -u -w 1 -s "$ACP_SELF" "$1" "$3" ;;
  esac 2>&1
}

dial() { # PEER PORT
  state=silent
  until over; do
    came=$(call "$1" "${2%/*}" "${2#*/}")
    case $came in
    *"acp $ACP_TOKEN $1" | *"acp $ACP_TOKEN $1 "*) state=ok && break ;;
    *refused*) [ "$state" = wrong ] || state=refused ;;
    *'timed out'* | *TIMEOUT* | *'No route'* | *unreachable* | '') ;;
    *) state=wrong ;;
    esac
    sleep 0.4 2>/dev/null || sleep 1
  done
  printf '|dial %s %s %s\n' "$1" "$2" "$state"
}

pings() { # PEER
  command -v ping >/dev/null 2>&1 || return 0
  best=
  for ms in $(timeout 5 ping -n -c 3 -i 0.3 -W 1 "$1" 2>/dev/null | sed -n 's/.*time=\([0-9.]*\) ms.*/\1/p'); do
    whole=${ms%%.*}
    part=${ms#"$whole"}
    part=$(printf '%.3s' "${part#.}000")
    micros=$((whole * 1000 + 1$part - 1000))
    if [ -z "$best" ] || [ "$micros" -lt "$best" ]; then best=$micros; fi
  done
  [ -n "$best" ] || return 0
  printf '|trip %s %s\n' "$1" "$best"
  if timeout 5 ping -n -c 3 -i 0.3 -W 1 -M "do" -s "$((mtu - heads))" "$1" >/dev/null 2>&1; then
    printf '|mtu %s %s\n' "$1" "$mtu"
  else
    printf '|mtu %s 0\n' "$1"
  fi
}

echo '@@ across 0'
for port in $(printf '%s' "$ports" | tr ',' ' '); do
  if taken "${port%/*}" "${port#*/}"; then
    printf '|held %s\n' "$port"
  else
    listen "${port%/*}" "${port#*/}" &
  fi
done
for peer; do
  pings "${peer%%=*}" &
  for port in $(printf '%s' "${peer#*=}" | tr ',' ' '); do
    dial "${peer%%=*}" "$port" &
  done
done
wait
echo '@@ end 0'
