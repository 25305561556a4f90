# New connections to the cluster's address each second while something happens, from outside and from a worker. To be sourced after
# cluster.sh, with $root, $work, $vip and $worker (a node's name) set before they are used, and $work/ca.crt there.
# shellcheck shell=bash disable=SC2154
watchers=()
watch_endpoint() {
  rm -f "$work/stop" "$work"/gap-*
  lab run -- "$root/scripts/e2e.d/watch-endpoint.py" "$vip" 6443 "$work/ca.crt" "$work/stop" "$work/gap-outside" &
  watchers=($!)
  lab run --at "$worker" -- "$root/scripts/e2e.d/watch-endpoint.py" "$vip" 6443 "$work/ca.crt" "$work/stop" "$work/gap-worker" &
  watchers+=($!)
  sleep 3
}
end_watch() { # WHAT [ATTEMPTS]: the longest gap is at most 10 s, of so many attempts at least (10)
  touch "$work/stop"
  wait "${watchers[@]}" || true
  local place
  for place in outside worker; do
    assert "$1, from the $place: $(sed 's/, "failures".*\("longestGap"\)/, \1/' "$work/gap-$place")" python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
sys.exit(0 if r["longestGap"] <= 10 and r["attempts"] >= int(sys.argv[2]) else 1)' "$work/gap-$place" "${2:-10}"
  done
}
