#!/usr/bin/env bash
# Looks for the secrets of a run in everything that the run wrote or showed; exit 1 when one is found.
#   find-secrets.sh WORK
# WORK/planted holds the private keys and decisions.json of each cluster, copied before they were taken away;
# further secrets stand in WORK/sudo-*. Searched: everything that acp said (WORK/said), logs, journals, the process
# samples (WORK/processes), and what the nodes logged (WORK/nodes).
set -euo pipefail
work=$1
needles=$(mktemp)
trap 'rm -f "$needles"' EXIT
# the third line of a private key is enough to know it again
find "$work/planted" -name '*.key' -exec sed -n 3p {} \; >"$needles"
# shellcheck disable=SC2129
find "$work/planted" -name decisions.json -exec python3 -c '
import json, re, sys
for file in sys.argv[1:]:
    for value in json.load(open(file))["secrets"].values():
        # of the file for encryption at rest only the key: its other lines, such as "resources:", stand in every cluster
        keys = re.findall(r"^ *secret: (\S{40,})$", value, re.M)
        if "\n" in value and not keys:
            sys.exit("a secret of several lines without a key in it")
        print("\n".join(keys or [value.split(".")[-1]]))' {} + >>"$needles"
cat "$work"/sudo-* >>"$needles"
sed -i '/^.\{0,7\}$/d' "$needles"
count=$(wc -l <"$needles")
[ "$count" -ge 12 ] || {
  echo "only $count secrets to look for: the search would prove nothing"
  exit 1
}
# The search itself must be able to find: a file that holds one of them, as a log might.
control=$work/said/control.log
printf 'a line with %s in it\n' "$(tail -n 1 "$needles")" >"$control"
grep -qaFf "$needles" "$control" || {
  echo "the search does not find what is there"
  exit 1
}
rm -f "$control"
grep -qaF a-canary-for-the-sampler "$work/processes" || {
  echo "the process samples lack what must be in them"
  exit 1
}
if [ -z "$(find "$work/nodes" -size +10k -print -quit)" ] || [ -z "$(ls "$work/said")" ]; then
  echo "there is nothing of the nodes or of acp to search in"
  exit 1
fi
found=0
while IFS= read -r file; do
  if grep -qaFf "$needles" "$file"; then
    echo "a secret stands in $file:"
    grep -aFof "$needles" "$file" | sort | uniq -c | sed 's/\(.\{16\}\).*/\1.../' | head -n 3
    found=1
  fi
done < <(find "$work/said" "$work/nodes" "$work/home" /var/log/acp "$work/processes" "$work/setup.log" -type f \
  -not -name '*.key' -not -name decisions.json -not -path '*/etcd/before-*/encryption-provider.conf' 2>/dev/null | sort -u)
# Where they belong, only root may read them.
open=$(find "$work/home" -type f \( -name '*.key' -o -name decisions.json -o -path '*/etcd/before-*' \) -not -perm 0600)
[ -z "$open" ] || {
  printf 'others may read %s\n' "$open"
  found=1
}
echo "looked for $count secrets"
exit "$found"
