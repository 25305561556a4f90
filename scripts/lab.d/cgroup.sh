# shellcheck shell=bash
# Control groups of the lab: acp-lab/LAB/NODE in every hierarchy for a node; acp-lab/LAB/_up and _run, in one hierarchy, for the
# commands that work on the lab. Only processes found in these are ever killed. Sourced by scripts/lab and lab.d/node-run.sh.

# The mount point of every hierarchy.
cgroup_hierarchies() { awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts | grep '^/sys/fs/cgroup' | sort -u; }

# One hierarchy in which every process of the lab can be found: the unified one, which can kill a whole group at once.
cgroup_main() {
    if [ -e /sys/fs/cgroup/unified/cgroup.procs ]; then
        echo /sys/fs/cgroup/unified
    elif [ -e /sys/fs/cgroup/cgroup.procs ]; then
        echo /sys/fs/cgroup
    else
        echo /sys/fs/cgroup/systemd
    fi
}

# cgroup_make HIERARCHY GROUP: makes the group and its parents; a new cpuset is unusable until it has processors and memory.
cgroup_make() {
    local path=$1 parent part
    local IFS=/
    for part in $2; do
        parent=$path
        path=$path/$part
        [ -d "$path" ] || mkdir "$path" 2>/dev/null || [ -d "$path" ]
        if [ -e "$path/cpuset.cpus" ] && [ ! -e "$path/cgroup.controllers" ]; then
            [ -n "$(cat "$path/cpuset.cpus")" ] || cat "$parent/cpuset.cpus" >"$path/cpuset.cpus"
            [ -n "$(cat "$path/cpuset.mems")" ] || cat "$parent/cpuset.mems" >"$path/cpuset.mems"
        fi
    done
}

# cgroup_enter_all GROUP PID: in every hierarchy.
cgroup_enter_all() {
    local hierarchy
    for hierarchy in $(cgroup_hierarchies); do
        cgroup_make "$hierarchy" "$1"
        echo "$2" >"$hierarchy/$1/cgroup.procs"
    done
}

# cgroup_enter_main GROUP PID
cgroup_enter_main() {
    local hierarchy
    hierarchy=$(cgroup_main)
    cgroup_make "$hierarchy" "$1"
    echo "$2" >"$hierarchy/$1/cgroup.procs"
}

# Every process in the group and below it, in any hierarchy.
cgroup_pids() {
    local hierarchy
    for hierarchy in $(cgroup_hierarchies); do
        [ -d "$hierarchy/$1" ] || continue
        find "$hierarchy/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true
    done | sort -un
}

# SIGKILL for everything in the group, as when the power goes; waits until nothing is left (20 s at most).
cgroup_kill() {
    local main pids tries
    main=$(cgroup_main)
    [ ! -w "$main/$1/cgroup.kill" ] || echo 1 >"$main/$1/cgroup.kill" 2>/dev/null || true
    for ((tries = 0; tries < 200; tries++)); do
        pids=$(cgroup_pids "$1")
        [ -n "$pids" ] || return 0
        # shellcheck disable=SC2086  # one word a process
        [ "$tries" = 0 ] && [ -w "$main/$1/cgroup.kill" ] || kill -KILL $pids 2>/dev/null || true
        sleep 0.1
    done
    say "processes that do not die: ${pids//$'\n'/ }"
    return 1
}

# Removes the group and those below it, in every hierarchy.
cgroup_remove() {
    local hierarchy tries
    for hierarchy in $(cgroup_hierarchies); do
        for ((tries = 0; tries < 50; tries++)); do
            [ -d "$hierarchy/$1" ] || break
            find "$hierarchy/$1" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
        done
    done
}
