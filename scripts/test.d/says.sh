# How the long tests speak and count: to be sourced, with $work set. Ends with `finished`.
# shellcheck shell=bash
passed=0 failed=0
began=$SECONDS

say() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - began)); }
ok() {
  passed=$((passed + 1))
  printf 'ok    %4d s  %s\n' $((SECONDS - began)) "$1"
}
bad() {
  failed=$((failed + 1))
  printf 'FAIL  %4d s  %s\n' $((SECONDS - began)) "$1"
}
# assert NAME CMD...: passes when the command does.
assert() {
  local name=$1
  shift
  if "$@"; then ok "$name"; else bad "$name"; fi
}
# expect NAME STATUS CMD...: passes when the command ends with that status; its output stays in $work/out and err, and where
# there is a folder $work/said in a file of its own there.
expect() {
  local name=$1 wanted=$2 status=0
  shift 2
  # shellcheck disable=SC2154 # work is the caller's
  "$@" >"$work/out" 2>"$work/err" || status=$?
  commands=$((${commands:-0} + 1))
  if [ -d "$work/said" ]; then
    cp "$work/out" "$work/said/$commands.out"
    cp "$work/err" "$work/said/$commands.err"
  fi
  if [ "$status" = "$wanted" ]; then
    ok "$name (exit $status)"
  else
    bad "$name: exit $status, wanted $wanted"
    tail -n 15 "$work/out" "$work/err" | sed 's/^/      /'
  fi
}
# needs PROGRAM:PACKAGE...: installs what is missing.
needs() {
  local missing=() pair
  for pair; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "installing: ${missing[*]}"
  [ -n "$(find /var/lib/apt/lists -name '*Packages*' -print -quit 2>/dev/null)" ] || apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "${missing[@]}" >/dev/null
}
finished() {
  printf '\n%d s in all\n%d passed, %d failed\n' $((SECONDS - began)) "$passed" "$failed"
  [ "$failed" = 0 ]
}
