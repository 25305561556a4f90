#!/usr/bin/env bash
# Changes each comparison and each answer of the judges (dev.acp.check.*Judges), and of the conditions, kernel versions, ports and
# the support matrix that they ask, by itself, and looks whether EveryCheckTest notices: PIT, restricted to them. Prints each change
# that goes unnoticed and each class's totals, and ends non-zero if any did. Takes some minutes, so no build runs it; the list's
# thresholds are changed in every build (ThresholdMutationTest). Needs the network once, for PIT itself.
#   scripts/mutate-checks.sh [CLASS...]      such as NetworkJudges 'Ports$Port'; without one, all of the profile mutation in pom.xml
set -euo pipefail
cd "$(dirname "$0")/.."
targets=()
for class in "$@"; do
    if [ ! -f "src/main/java/dev/acp/check/${class%%\$*}.java" ]; then
        [ "${class#-}" = "$class" ] && echo "mutate-checks: no class dev.acp.check.$class" >&2
        sed -n '2,6p' "$0" >&2
        exit 2
    fi
    targets+=("dev.acp.check.$class")
done
options=("-Dthreads=$(nproc)")
[ $# = 0 ] || options+=("-DtargetClasses=$(IFS=,; echo "${targets[*]}")")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -f target/pit-reports/mutations.csv
mvn -B -q -Pmutation test-compile org.pitest:pitest-maven:mutationCoverage "${options[@]}" > "$log" 2>&1 || { tail -40 "$log"; exit 1; }
python3 - target/pit-reports/mutations.csv "$@" << 'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1])))
# columns: file, class, mutator, method, line, status, test
classes = {}
for r in rows:
    name = r[1].rsplit(".", 1)[1]
    status = classes.setdefault(name, {})
    status[r[5]] = status.get(r[5], 0) + 1
    if r[5] != "KILLED":
        print("NOT SEEN  %s.%s line %s: %s (%s)" % (name, r[3], r[4], r[2].rsplit(".", 1)[1], r[5]))
for name, status in sorted(classes.items()):
    print("%-20s %3d changes: %s" % (name, sum(status.values()), ", ".join("%s %d" % kv for kv in sorted(status.items()))))
killed = sum(s.get("KILLED", 0) for s in classes.values())
print("mutate-checks: %d changes in %d classes, %d not seen" % (len(rows), len(classes), len(rows) - killed))
# A class in which nothing was changed was not gone through.
without = [c for c in sys.argv[2:] if c not in classes]
if without:
    print("mutate-checks: nothing to change in " + ", ".join(without))
sys.exit(0 if killed == len(rows) and rows and not without else 1)
PY
