#!/usr/bin/env bash
# Fuzzes what reads hostile input (every *FuzzTest), guided by coverage, each for so many seconds, and says what was found.
#   scripts/fuzz.sh [SECONDS] [TARGET...]      60 seconds each, and all of them, unless told; TARGET such as Signature or Tar
# What it learns stays below ~/.cache/acp/fuzz (ACP_CACHE moves it) and is where the next run begins. An input that breaks
# something lies in target/fuzz/TARGET afterwards; copied to src/test/resources/.../TARGETFuzzTestInputs it is a test from then on.
# Exit code 0: nothing found; 1: something was found, or a target did not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}/fuzz
case ${1:-} in
-h | --help)
  sed -n '2,6s/^# //p' "$0"
  exit 0
  ;;
esac
seconds=60
if [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then
  seconds=$1
  shift
fi

cd "$root"
mapfile -t all < <(find src/test/java -name '*FuzzTest.java' | LC_ALL=C sort)
chosen=()
for source in "${all[@]}"; do
  name=$(basename "$source" FuzzTest.java)
  if [ $# -eq 0 ] || [[ " $* " == *" $name "* ]]; then
    chosen+=("$source")
  fi
done
if [ ${#chosen[@]} -eq 0 ] || { [ $# -gt 0 ] && [ ${#chosen[@]} -ne $# ]; }; then
  echo "fuzz: seen: $*; wanted some of: $(basename -as FuzzTest.java "${all[@]}" | tr '\n' ' ')" >&2
  exit 2
fi

echo "fuzz: compiling ..." >&2
mkdir -p target/fuzz "$cache"
mvn -B -q -Dspotless.check.skip=true test-compile \
  org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
  -Dmdep.outputFile=target/fuzz/classpath -Dmdep.includeScope=test >target/fuzz/build.log 2>&1 || {
  tail -n 20 target/fuzz/build.log >&2
  exit 1
}
classes=target/test-classes:target/classes:$(cat target/fuzz/classpath)

found=0
printf '%-12s %10s %10s %8s  %s\n' target inputs per-second covered result
for source in "${chosen[@]}"; do
  name=$(basename "$source" FuzzTest.java)
  class=${source#src/test/java/}
  class=${class%.java}
  out=target/fuzz/$name
  rm -rf "$out"
  mkdir -p "$out" "$cache/$name"
  code=0
  # -Xmx: memory without a bound is a finding
  java -Xmx512m -XX:+UseSerialGC -Djava.awt.headless=true -cp "$classes" com.code_intelligence.jazzer.Jazzer \
    --target_class="${class//\//.}" \
    --instrumentation_includes='dev.acp.**:org.bouncycastle.bcpg.**:org.bouncycastle.openpgp.**:io.airlift.**:org.yaml.snakeyaml.**' \
    --reproducer_path="$out" "-artifact_prefix=$out/" "-max_total_time=$seconds" -timeout=60 -rss_limit_mb=1500 -max_len=20000 \
    -print_final_stats=1 "$cache/$name" "src/test/resources/${class}Inputs" >"$out/log" 2>&1 || code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/log" | tail -n 1)
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$out/log" | tail -n 1)
  covered=$(grep -oE 'cov: [0-9]+' "$out/log" | tail -n 1 | tr -dc 0-9 || true)
  result="nothing found"
  if [ "$code" -eq 0 ] && [ "${covered:-0}" -eq 0 ]; then
    found=1
    result="did not run: nothing was guided by coverage, see $out/log"
  elif [ "$code" -ne 0 ] || [ -z "$runs" ]; then
    found=1
    input=$(find "$out" -type f \( -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' \) -print -quit)
    said=$(grep -m 1 -E '^== Java Exception|^== Java Assertion|ERROR: libFuzzer' "$out/log" || tail -n 1 "$out/log")
    result="exit code $code: ${said:-said nothing} ${input:+($input)}, see $out/log"
  fi
  printf '%-12s %10s %10s %8s  %s\n' "$name" "${runs:-0}" "${rate:-0}" "${covered:-0}" "$result"
done
exit "$found"
