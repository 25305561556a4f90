# Measures how fast a node's disks write, with dd alone. POSIX sh. It prints, as probe.sh does, a section for each
# path: "@@ bench:PATH STATUS", STATUS 0, absent (no dd or mktemp), full, or unreadable (nothing can be written there);
# lines "|how direct" or "|how dsync", then what dd says of each part: "|big ...", "|many STREAM ...", "|sync ...".
# The file has no name while it is written: however this script ends, nothing is left. It has 256 MiB at most, and is
# written for some 10 seconds, 60 at most.
# $1 seconds for each part, $2... the paths
# shellcheck shell=sh
set -u
LC_ALL=C
export LC_ALL
seconds=$1
shift
umask 077
name=
trap '[ -z "$name" ] || rm -f "$name"' EXIT
trap 'exit 143' HUP INT TERM PIPE

chunk=8 chunks=32 streams='0 1 2 3 4 5 6 7'

head() {
  printf '@@ %s %s\n' "$1" "$2"
}

now() {
  date +%s
}

# A slow disk, or a busy machine, has more time for its first few writes.
begin() {
  until=$(($(now) + seconds))
  last=$((until + 7))
}

goes_on() { # DONE LEAST
  if [ "$1" -lt "$2" ]; then [ "$(now)" -lt "$last" ]; else [ "$(now)" -lt "$until" ]; fi
}

# What dd says at its end: "N bytes (...) copied, S s, R". Its own clock leaves out the start of the program.
told() { # WORD DD-ARGUMENT...
  word=$1
  shift
  said=$(timeout 10 dd "$@" 2>&1 3<&3 4<&4) || return 1
  printf '|%s %s\n' "$word" "${said##*
}"
}

# New blocks one after the other, synced at the end of each chunk.
big() {
  begin
  written=0
  while [ "$written" -lt "$chunks" ] && goes_on "$written" 3; do
    told big if=/proc/self/fd/4 of=/proc/self/fd/3 bs=1M count="$chunk" seek=$((written * chunk)) \
      oflag="$how" conv=notrunc,fsync || return 0
    written=$((written + 1))
  done
}

# Blocks of 4 KiB, eight at a time, in runs of one MiB from places that lie far apart.
many() {
  blocks=$((written * chunk * 256 - 256))
  begin
  for stream in $streams; do
    (
      round=0
      while goes_on "$round" 1; do
        told "many $stream" if=/proc/self/fd/4 of=/proc/self/fd/3 bs=4096 count=256 oflag="$how" conv=notrunc \
          seek=$(((stream * 7919 + round * 10473) % blocks)) || exit 0
        round=$((round + 1))
      done
    ) &
  done
  wait
}

# As etcd writes its log: a little, and then it waits until the disk has it.
sync_each() {
  begin
  round=0
  while [ "$round" -lt 300 ] && goes_on "$round" 100; do
    told sync if=/proc/self/fd/4 of=/proc/self/fd/3 bs=2300 count=1 seek="$round" oflag=dsync conv=notrunc || return 0
    round=$((round + 1))
  done
}

bench() { # PATH
  dir=$1
  while [ ! -d "$dir" ] && [ "$dir" != / ]; do
    dir=${dir%/*}
    dir=${dir:-/}
  done
  for tool in dd mktemp df timeout date rm; do
    command -v "$tool" >/dev/null 2>&1 || { head "bench:$1" absent && return; }
  done
  free=$(df -P -k "$dir" 2>/dev/null | { read -r _ && read -r _ _ _ free _ && echo "$free"; })
  case $free in
    '' | *[!0-9]*) head "bench:$1" unreadable && return ;;
  esac
  [ "$free" -ge 1048576 ] || { head "bench:$1" full && return; }
  # what is written is not zeros: some storage does not write those
  name=$(mktemp "$dir/.acp-disk-bench.XXXXXX" 2>/dev/null) || { name='' && head "bench:$1" unreadable && return; }
  exec 4<>"$name"
  rm -f "$name"
  name=$(mktemp "$dir/.acp-disk-bench.XXXXXX" 2>/dev/null) || { name='' && head "bench:$1" unreadable && return; }
  exec 3<>"$name"
  rm -f "$name"
  name=
  dd if=/dev/urandom of=/proc/self/fd/4 bs=1M count="$chunk" conv=notrunc >/dev/null 2>&1 4<&4 ||
    { head "bench:$1" unreadable && return; }
  how=direct
  timeout 10 dd if=/proc/self/fd/4 of=/proc/self/fd/3 bs=4096 count=1 oflag=direct conv=notrunc >/dev/null 2>&1 3<&3 4<&4 ||
    how=dsync
  head "bench:$1" 0
  printf '|how %s\n|at %s\n' "$how" "$dir"
  big
  # some of it must be there to write about in
  [ "$written" -lt 3 ] || many
  sync_each
  exec 3>&- 4>&-
}

for path; do
  bench "$path"
done
head end 0
