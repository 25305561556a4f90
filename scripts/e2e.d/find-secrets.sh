#!/usr/bin/env bash
# Looks for the secrets of a run in everything that the run wrote or showed; exit 1 when one is found.
#   find-secrets.sh WORK
# WORK/planted holds the run's private keys and decisions.json, copied before they were taken away; further
# secrets stand in WORK/sudo-*. Searched: logs, journals, errors, the process samples and the nodes' logs.
set -euo pipefail
work=$1
needles=$(mktemp)
trap 'rm -f "$needles"' EXIT
# the third line of a private key is enough to know it again
find "$work/planted" -name '*.key' -exec sed -n 3p {} \; >"$needles"
# shellcheck disable=SC2129
python3 - "$work/planted/decisions.json" >>"$needles" <<'EOF'
import json, re, sys
def walk(value):
    if isinstance(value, dict):
        for v in value.values():
            walk(v)
    elif isinstance(value, list):
        for v in value:
            walk(v)
    elif isinstance(value, str):
        token = re.fullmatch(r"[a-z0-9]{6}\.([a-z0-9]{16})", value)
        if token:
            print(token.group(1))
walk(json.load(open(sys.argv[1])))
EOF
cat "$work"/sudo-* >>"$needles"
sed -i '/^.\{0,7\}$/d' "$needles"
count=$(wc -l <"$needles")
[ "$count" -ge 6 ] || {
  echo "only $count secrets to look for: the search would prove nothing"
  exit 1
}
# The search itself must be able to find: a file that holds one of them, as a log might.
control=$work/control.log
printf 'a line with %s in it\n' "$(tail -n 1 "$needles")" >"$control"
grep -qaFf "$needles" "$control" || {
  echo "the search does not find what is there"
  exit 1
}
rm -f "$control"
found=0
while IFS= read -r file; do
  if grep -qaFf "$needles" "$file"; then
    echo "a secret stands in $file:"
    grep -aFof "$needles" "$file" | sort | uniq -c | sed 's/\(.\{16\}\).*/\1.../' | head -n 3
    found=1
  fi
done < <(find "$work" /var/log/acp "$work/home" -type f \
  \( -name '*.log' -o -name '*.jsonl' -o -name out -o -name err -o -name processes -o -name '*.json' \) \
  -not -path "*/planted/*" -not -name decisions.json 2>/dev/null | sort -u)
echo "looked for $count secrets"
exit "$found"
