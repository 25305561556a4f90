# shellcheck shell=bash
# The lab's network: a namespace with a bridge, which is all that a node can reach. Sourced by scripts/lab.

# `ip netns exec` mounts a fresh /sys without the cgroup mounts; nsenter does not.
in_lab() { nsenter --net="/run/netns/$NETNS" "$@"; }

net_up() {
    [ -e "/run/netns/$NETNS" ] || ip netns add "$NETNS"
    in_lab true 2>/dev/null || { ip netns del "$NETNS" 2>/dev/null || rm -f "/run/netns/$NETNS"; ip netns add "$NETNS"; }
    in_lab ip link set lo up
    in_lab ip link show br0 >/dev/null 2>&1 || in_lab ip link add br0 type bridge
    # Nothing leads out of here. Forwarding is on only so that the answer is "unreachable" at once and nobody waits.
    # Without a rate limit: the seventh refusal in a row would be left out, and its question hang.
    if [ "$(lab_family)" != ipv6 ]; then
        in_lab ip address replace "$(lab_address4 1)/24" dev br0
        in_lab ip route replace unreachable default
        in_lab sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/icmp_ratelimit'
    fi
    if [ "$(lab_family)" != ipv4 ]; then
        # The address is known to be free, and is wanted at once.
        in_lab ip -6 address replace "$(lab_address6 1)/64" dev br0 nodad
        in_lab ip -6 route replace unreachable default metric 1
        in_lab sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding; echo 0 >/proc/sys/net/ipv6/icmp/ratelimit'
    fi
    in_lab ip link set br0 up
    in_lab nft -f - <<'RULES'
table bridge lab
delete table bridge lab
table bridge lab {
    set cut { type ifname; }
    chain in { type filter hook prerouting priority -300; iifname @cut drop; }
    chain out { type filter hook postrouting priority 300; oifname @cut drop; }
}
RULES
}

net_down() {
    local tries
    for ((tries = 0; tries < 20; tries++)); do
        [ -e "/run/netns/$NETNS" ] || return 0
        ip netns del "$NETNS" 2>/dev/null || { umount "/run/netns/$NETNS" 2>/dev/null || true; rm -f "/run/netns/$NETNS"; }
    done
}

# The node's port on the bridge; nspawn names it after the machine, and cuts a name that is too long but keeps it as another name.
net_port() { in_lab ip -o link show dev "vb-$LAB_NAME-$1" 2>/dev/null | sed -E 's/^[0-9]+: ([^:@]+).*/\1/'; }

# A dead node's port goes some time after its processes.
net_port_remove() {
    local port
    port=$(net_port "$1") || return 0
    [ -z "$port" ] || in_lab ip link del "$port" 2>/dev/null || true
}

# A cut outlives a restart of the node, as a cut cable does.
net_cut_apply() {
    [ -e "$STATE/nodes/$1/cut" ] || return 0
    local port
    port=$(net_port "$1") || return 0
    [ -z "$port" ] || in_lab nft add element bridge lab cut "{ \"$port\" }"
}

net_cut() {
    : >"$STATE/nodes/$1/cut"
    net_cut_apply "$1"
}

net_heal() {
    local port
    rm -f "$STATE/nodes/$1/cut"
    port=$(net_port "$1") || return 0
    [ -z "$port" ] || in_lab nft delete element bridge lab cut "{ \"$port\" }" 2>/dev/null || true
}
