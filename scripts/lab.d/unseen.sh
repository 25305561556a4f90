#!/usr/bin/env bash
# Runs a command in a mount namespace without what the labs have mounted: unseen.sh STATES KEEP CMD... (KEEP: a folder whose
# mounts stay, or empty). Whoever copies the machine's mounts pins them: a node (nspawn keeps the copy, out of sight) would hold
# the disk of another node, or of another lab, long after that one is reset or taken down.
set -euo pipefail

if [ "$1" != --inside ]; then
    # slave: what `ip netns` unmounts later still goes here too.
    exec unshare --mount --propagation slave bash "$0" --inside "$@"
fi
states=$2 keep=$3
shift 3
awk -v below="$states/" -v keep="$keep" \
    'index($5, below) == 1 && (keep == "" || ($5 != keep && index($5, keep "/") != 1)) { print $5 }' /proc/self/mountinfo |
    tac | while read -r target; do umount "$target" || umount --lazy "$target"; done
exec "$@"
