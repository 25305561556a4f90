#!/usr/bin/env bash
# Every test, in order of cost; ends non-zero when anything failed.
#   scripts/test.sh            all of it (about 42 minutes on 2 cores with a warm cache, as root)
#   scripts/test.sh --quick    without the lab: build, unit tests, shell checks (about 7 minutes)
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
export ACP_CACHE=${ACP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/acp}
quick=
case ${1:-} in
'') ;;
--quick) quick=1 ;;
*)
  sed -n '2,4p' "$0"
  exit 2
  ;;
esac

cat <<EOF
scripts/test.sh: everything that acp promises so far.
  installs (apt, when missing): a JDK, Maven, gnupg, openssh, busybox, dash, tcsh, shellcheck, python3, skopeo, zsh, groff, mandoc, man-db, strace, and what
    scripts/lab and packaging/sample name themselves (debootstrap, systemd-container, xfsprogs, Go, ...)
  takes: about 8 GB below $ACP_CACHE and some GB in /var/lib/acp-lab while the lab is up
  costs: Kubernetes is built once (6 minutes or more on 2 cores)
EOF

began=$SECONDS
results=$(mktemp)
trap 'rm -f "$results"' EXIT
part() { # NAME CMD...
  local name=$1 start=$SECONDS
  shift
  printf '\n##### %s\n' "$name"
  if "$@"; then
    printf 'passed %s\n' "$name" >>"$results"
    printf '##### %s: passed, %d s\n' "$name" $((SECONDS - start))
  else
    printf 'failed %s\n' "$name" >>"$results"
    printf '##### %s: FAILED, %d s\n' "$name" $((SECONDS - start))
  fi
}

needs() {
  local missing=() pair
  for pair in javac:default-jdk-headless mvn:maven gpg:gnupg sshd:openssh-server busybox:busybox dash:dash \
    shellcheck:shellcheck tcsh:tcsh ssh:openssh-client python3:python3 skopeo:skopeo openssl:openssl sudo:sudo \
    zsh:zsh groff:groff-base mandoc:mandoc man:man-db zstd:zstd sq:sq perl:perl strace:strace \
    faketime:faketime debootstrap:debootstrap readelf:binutils; do
    command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "installing: ${missing[*]}"
  [ -n "$(find /var/lib/apt/lists -name '*Packages*' -print -quit 2>/dev/null)" ] || apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
}

shell_checks() {
  local status=0
  # shellcheck disable=SC2046
  shellcheck -x -s sh $(find res -name '*.sh') || status=1
  # shellcheck disable=SC2046
  shellcheck -x $(grep -rlE '^#!.*bash' scripts packaging .ci) || status=1
  return $status
}

part "what this machine lacks" needs
part "shell scripts" shell_checks
part "preprocessing on made-up machines of five families" scripts/test-init.sh
# With the sample's parts there, the tests that run the real kubeadm, containerd and registry must not skip.
[ -n "$quick" ] || part "the sample package's parts" packaging/sample/make-parts.sh
[ -n "$quick" ] || export ACP_REAL=required
part "build and unit tests" mvn -B -ntp verify
if [ -z "$quick" ]; then
  part "tests that need Debian's own registry" mvn -B -ntp test -Dacp.excludedGroups= -Dacp.groups=lab
  part "the lab" scripts/test-lab.sh
  part "acp with its own Java runtime" scripts/test-runtime.sh --leave "$root/target/runtime"
  # what follows runs what is shipped
  [ ! -x target/runtime/bin/acp ] || export ACP_RUNTIME=$root/target/runtime
  part "end to end" scripts/e2e.sh
  part "the recorder, here and on a real node" scripts/test-record.sh --own-lab
  part "containerd 1.4, 1.6, 1.7 and 2.1 pull through the mirrors" scripts/test-containerd.sh
  part "faults planted on nodes" scripts/test-faults.sh
  part "IPv6 alone, and both families" scripts/test-families.sh --short
  part "high availability" scripts/test-ha.sh
fi

printf '\n%d min %d s\n' $(((SECONDS - began) / 60)) $(((SECONDS - began) % 60))
grep '^failed ' "$results"
printf '%d passed, %d failed\n' "$(grep -c '^passed ' "$results")" "$(grep -c '^failed ' "$results")"
! grep -q '^failed ' "$results"
