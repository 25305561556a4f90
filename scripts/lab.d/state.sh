# shellcheck shell=bash
# Where a lab is kept, its lock, and what it has. Sourced by scripts/lab.
#   STATE/{subnet,family,control-planes,base,var-size,id_ed25519,known_hosts,ssh_config}
#   STATE/nodes/NODE/{address,address6,machine-id,keys/,upper/,work/,root/,var.img,console.log,ready,cut}

state_paths() {
    STATE=$LAB_STATES/$LAB_NAME
    NETNS=acp-lab-$LAB_NAME
    CGROUP=acp-lab/$LAB_NAME
    LAB_LOCK=/run/lock/acp-lab-$LAB_NAME.lock
}

# lab_locked FUNCTION...: runs it with the lab's lock held and as a member of the group _up, where a later `down` finds
# whatever a killed command left running. The function's programs do not inherit the lock.
lab_locked() {
    lab_lock
    cgroup_enter_main "$CGROUP/_up" $$
    "$@" 9>&-
}

# The lock file is removed by `down`, hence the look whether the file that we locked is still the one with the name.
lab_lock() {
    local waited=0
    mkdir -p "$(dirname "$LAB_LOCK")"
    while :; do
        exec 9>>"$LAB_LOCK"
        until flock -w 1 9; do
            lab_orphans_end && continue
            [ "$waited" != 0 ] || say 'waits for another command on this lab'
            waited=$((waited + 1))
            [ "$waited" -lt 600 ] || die "another command has held $LAB_LOCK for ten minutes"
        done
        [ "$LAB_LOCK" -ef "/proc/$$/fd/9" ] && break
        exec 9>&-
    done
    lab_orphans_end || true
    printf '%s\n' $$ >"$LAB_LOCK"
}

# Ends what is left of a killed command: members of _up when the command that took the lock is not among them.
lab_orphans_end() {
    local holder procs
    procs=$(cgroup_main)/$CGROUP/_up/cgroup.procs
    [ -s "$procs" ] || [ -n "$(cat "$procs" 2>/dev/null)" ] || return 1
    holder=$(cat "$LAB_LOCK" 2>/dev/null || true)
    if [ -n "$holder" ] && grep -qx "$holder" "$procs"; then
        return 1
    fi
    say 'ends what a killed command left running'
    cgroup_kill "$CGROUP/_up"
}

lab_must_exist() {
    if [ ! -e "$STATE/subnet" ] || [ ! -e "/run/netns/$NETNS" ]; then
        die "there is no such lab; make it with: lab up --name $LAB_NAME"
    fi
}

# The nodes that the lab has, in order.
lab_nodes() {
    local node
    [ -d "$STATE/nodes" ] || return 0
    for node in "$STATE"/nodes/*/address; do
        [ -e "$node" ] || continue
        node=${node%/address}
        printf '%s\n' "${node##*/}"
    done | sort -V
}

lab_has_node() {
    lab_must_exist
    [ -n "${1:-}" ] || usage 'which node?'
    if ! [[ $1 =~ ^n[0-9]+$ && -e $STATE/nodes/$1/address ]]; then
        die "has no node '$1'; it has: $(lab_nodes | tr '\n' ' ')"
    fi
}

# Chooses the third byte of 10.77.X.0/24: from the name, so that it is the same the next time, and the next free one on a clash.
lab_subnet() {
    [ ! -e "$STATE/subnet" ] || return 0
    (
        flock 7
        local x tries other taken
        x=$(($(printf %s "$LAB_NAME" | cksum | cut -d' ' -f1) % 254 + 1))
        for ((tries = 0; tries < 254; tries++)); do
            taken=''
            for other in "$LAB_STATES"/*/subnet; do
                [ "$(cat "$other" 2>/dev/null)" != "$x" ] || taken=yes
            done
            [ -n "$taken" ] || break
            x=$((x % 254 + 1))
        done
        [ -z "$taken" ] || die 'all 254 networks of 10.77.0.0/16 belong to other labs'
        printf '%s\n' "$x" >"$STATE/subnet"
    ) 7>"$LAB_STATES/.subnets.lock"
}

# Which addresses the nodes have: ipv4, ipv6 or dual.
lab_family() { cat "$STATE/family" 2>/dev/null || echo ipv4; }

lab_address4() { printf '10.77.%s.%s\n' "$(cat "$STATE/subnet")" "$1"; }
# The digits of the number are taken as they are, so that n1 is 10.77.X.11 and fd77:acb:X::11.
lab_address6() { printf 'fd77:acb:%s::%s\n' "$(cat "$STATE/subnet")" "$1"; }

# The first address of a machine of the lab; the only one unless the lab has both families.
lab_address() { if [ "$(lab_family)" = ipv6 ]; then lab_address6 "$1"; else lab_address4 "$1"; fi; }

# node_addresses NODE SEPARATOR: all of the node's addresses, the first first.
node_addresses() {
    local dir=$STATE/nodes/$1
    printf '%s' "$(cat "$dir/address")"
    [ ! -e "$dir/address6" ] || printf '%s%s' "$2" "$(cat "$dir/address6")"
}

# lab_prefix ADDRESS: how long the lab's network is in that family.
lab_prefix() { case $1 in *:*) echo 64 ;; *) echo 24 ;; esac; }
