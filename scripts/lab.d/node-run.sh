#!/usr/bin/env bash
# Runs one node until it is powered off: node-run.sh STATES GROUP NETNS MACHINE HOSTNAME ROOT. Started by scripts/lab.
set -euo pipefail

say() { printf 'node-run: %s\n' "$*"; }

run() {
    local here states=$1 group=$2 netns=$3 machine=$4 hostname=$5 root=$6 status
    here=$(dirname "$0")
    # shellcheck source=scripts/lab.d/cgroup.sh
    . "$here/cgroup.sh"
    cgroup_enter_all "$group" $$
    export SYSTEMD_NSPAWN_USE_CGNS=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=1
    # /tmp on the disk, as Debian 12 has it.
    export SYSTEMD_NSPAWN_TMPFS_TMP=0
    while :; do
        status=0
        # @keyring: runc makes a session key for each container. /dev/kmsg: kubelet reads it.
        "$here/unseen.sh" "$states" "$root" nsenter --net="/run/netns/$netns" systemd-nspawn --quiet --register=no --keep-unit \
            --link-journal=no --resolv-conf=off --timezone=off --capability=all --private-users=no --network-bridge=br0 --bind=/dev/kmsg \
            --system-call-filter='@keyring bpf perf_event_open' --machine="$machine" --hostname="$hostname" \
            --directory="$root" --boot || status=$?
        # 133: the node asked for a restart.
        [ "$status" = 133 ] || exit "$status"
        say 'restarts'
        sleep 0.5
    done
}

run "$@"
exit $?
