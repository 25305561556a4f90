#!/usr/bin/env bash
# Changes each comparison and each answer of the judges (dev.acp.check.*Judges), of the conditions and of the kernel versions by
# itself, and looks whether EveryCheckTest notices: PIT, restricted to them. Prints each change that goes unnoticed, and ends
# non-zero then. Takes long (20 minutes were not enough on 2 busy cores), so no build runs it; the list's thresholds are changed in every build
# (ThresholdMutationTest). Needs the network once, for PIT itself.
#   scripts/mutate-checks.sh
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 0 ] || { sed -n '2,6p' "$0"; exit 2; }
mvn -B -q -Pmutation test-compile org.pitest:pitest-maven:mutationCoverage > /tmp/acp-mutate.$$ 2>&1 || { tail -40 /tmp/acp-mutate.$$; rm -f /tmp/acp-mutate.$$; exit 1; }
rm -f /tmp/acp-mutate.$$
python3 - target/pit-reports/mutations.csv << 'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1])))
# columns: file, class, mutator, method, line, status, test
count = {}
left = []
for r in rows:
    count[r[5]] = count.get(r[5], 0) + 1
    if r[5] != "KILLED":
        left.append(r)
for r in left:
    print("NOT SEEN  %s.%s line %s: %s (%s)" % (r[1].rsplit(".", 1)[1], r[3], r[4], r[2].rsplit(".", 1)[1], r[5]))
print("mutate-checks: %d changes: %s" % (len(rows), ", ".join("%s %d" % kv for kv in sorted(count.items()))))
sys.exit(1 if left else 0)
PY
