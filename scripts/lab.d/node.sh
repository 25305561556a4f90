# shellcheck shell=bash disable=SC2153
# One node: its disk, its life. Sourced by scripts/lab.

# node_define NODE NUMBER: what stays the same for the node's whole life, through every reset.
node_define() {
    local dir=$STATE/nodes/$1
    [ ! -e "$dir/address" ] || return 0
    rm -rf --one-file-system "$dir"
    mkdir -p "$dir/keys"
    tr -d - </proc/sys/kernel/random/uuid >"$dir/machine-id"
    ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f "$dir/keys/ssh_host_ed25519_key"
    ssh-keygen -q -t ecdsa -N '' -C "root@$1" -f "$dir/keys/ssh_host_ecdsa_key"
    ssh-keygen -q -t rsa -b 3072 -N '' -C "root@$1" -f "$dir/keys/ssh_host_rsa_key"
    [ "$(lab_family)" != dual ] || lab_address6 $((10 + $2)) >"$dir/address6"
    lab_address $((10 + $2)) >"$dir/address.new"
    mv "$dir/address.new" "$dir/address"
}

node_mount() {
    local dir=$STATE/nodes/$1 base
    base=$(cat "$STATE/base")
    [ -d "$base/usr" ] || die "the base tree $base is gone; lab down, then lab up"
    mkdir -p "$dir/upper" "$dir/work" "$dir/root"
    mountpoint -q "$dir/root" ||
        mount -t overlay "acp-lab-$LAB_NAME-$1" -o "lowerdir=$base,upperdir=$dir/upper,workdir=$dir/work" "$dir/root"
    # discard: what a test has filled and removed again goes back to the machine.
    [ ! -e "$dir/var.img" ] || mountpoint -q "$dir/root/var" || mount -t xfs -o loop,discard "$dir/var.img" "$dir/root/var"
}

# node_unmount [NODE]: everything mounted below the node, or below the whole lab.
node_unmount() {
    local below=$STATE${1:+/nodes/$1} target tries
    for ((tries = 0; tries < 30; tries++)); do
        for target in $(lab_mounts "$below"); do
            umount "$target" 2>/dev/null || true
        done
        [ -n "$(lab_mounts "$below")" ] || return 0
        sleep 0.2
    done
    say "still mounted: $(lab_mounts "$below" | tr '\n' ' ')"
    return 1
}

# What is mounted below a folder, the last first.
lab_mounts() { awk -v below="$1/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | tac; }

# A clean disk: what the base tree has, and what makes this node this node.
node_make() {
    local dir=$STATE/nodes/$1 root user key address gateways
    [ ! -e "$dir/ready" ] || return 0
    node_unmount "$1"
    rm -rf --one-file-system "$dir/upper" "$dir/work" "$dir/var.img"
    node_mount "$1"
    root=$dir/root
    truncate -s "$(cat "$STATE/var-size")" "$dir/var.img"
    mkfs.xfs -q "$dir/var.img" || die "could not make a /var of $(cat "$STATE/var-size") for $1"
    node_mount "$1"
    cp -a "$(cat "$STATE/base")/var/." "$root/var/"

    printf '%s\n' "$1" >"$root/etc/hostname"
    cat "$dir/machine-id" >"$root/etc/machine-id"
    {
        printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n'
        for address in $(node_addresses "$1" ' '); do printf '%s %s\n' "$address" "$1"; done
    } >"$root/etc/hosts"
    # Nobody listens there, so a question is refused at once and nothing hangs.
    printf 'nameserver %s\n' "$(lab_address 1)" >"$root/etc/resolv.conf"
    gateways=$(lab_address 1)
    [ "$(lab_family)" != dual ] || gateways+=" $(lab_address6 1)"
    {
        printf '[Match]\nName=host0\n\n[Network]\n'
        for address in $(node_addresses "$1" ' '); do printf 'Address=%s/%s\n' "$address" "$(lab_prefix "$address")"; done
        # shellcheck disable=SC2086  # one word a gateway
        printf 'Gateway=%s\n' $gateways
        printf 'IPv6AcceptRA=no\n'
    } >"$root/etc/systemd/network/10-host0.network"
    chmod 0644 "$root/etc/systemd/network/10-host0.network"
    cp "$dir"/keys/* "$root/etc/ssh/"
    chmod 0600 "$root"/etc/ssh/ssh_host_*_key
    key=$(cat "$STATE/id_ed25519.pub")
    for user in root ops admin; do
        local home=$root/home/$user
        [ "$user" != root ] || home=$root/root
        install -d -m 0700 "$home/.ssh"
        printf '%s\n' "$key" >"$home/.ssh/authorized_keys"
        chmod 0600 "$home/.ssh/authorized_keys"
        chown -R --reference="$home" "$home/.ssh"
    done
    : >"$dir/ready"
}

node_runs() { [ -n "$(cgroup_pids "$CGROUP/$1")" ]; }

node_start() {
    local dir=$STATE/nodes/$1
    node_runs "$1" && return 0
    node_make "$1"
    node_mount "$1"
    cgroup_remove "$CGROUP/$1"
    net_port_remove "$1"
    setsid bash "$LAB_LIB/node-run.sh" "$LAB_STATES" "$CGROUP/$1" "$NETNS" "$LAB_NAME-$1" "$1" "$dir/root" \
        </dev/null >"$dir/console.log" 2>&1 &
}

# What nspawn would have tidied up, had it been let.
node_forget() {
    local root=$STATE/nodes/$1/root
    rmdir "/run/systemd/nspawn/propagate/$LAB_NAME-$1" 2>/dev/null || true
    ! mountpoint -q "$root" || rm -f "/run/systemd/nspawn/locks/inode-$(stat -c %d:%i "$root")"
}

# Power loss. The disk stays as it is.
node_poweroff() {
    cgroup_kill "$CGROUP/$1"
    cgroup_remove "$CGROUP/$1"
    [ ! -e "/run/netns/$NETNS" ] || net_port_remove "$1"
    node_forget "$1"
}

# node_wait LIMIT NODE...: until each answers SSH and has finished booting.
node_wait() {
    local limit=$1 node failed='' pids=()
    shift
    for node in "$@"; do
        node_wait_one "$limit" "$node" &
        pids+=($!)
    done
    for node in "${pids[@]}"; do wait "$node" || failed=yes; done
    [ -z "$failed" ]
}

node_wait_one() {
    local end=$((SECONDS + $1)) node=$2 answer state
    while :; do
        net_cut_apply "$node"
        # A node that is cut off cannot answer, which is what was asked for.
        [ ! -e "$STATE/nodes/$node/cut" ] || { say "$node is started; its network is cut"; return 0; }
        if answer=$(node_ssh "$node" root -n -o ConnectTimeout=1 -o BatchMode=yes \
            'systemctl is-system-running --wait; systemctl list-units --failed --plain --no-legend | cut -d" " -f1' 2>&1); then
            state=${answer%%$'\n'*}
            [ "$state" = running ] || say "$node is up, but $state: ${answer//$'\n'/ }"
            return 0
        fi
        if ! node_runs "$node"; then
            answer='its processes have ended'
            break
        fi
        [ "$SECONDS" -lt "$end" ] || break
        sleep 0.3
    done
    say "$node does not answer SSH after $1 s: ${answer##*$'\n'}; the end of its console:"
    tail -n 25 "$STATE/nodes/$node/console.log" >&2
    return 1
}

# node_ssh NODE USER [ssh arguments]
node_ssh() {
    local node=$1 user=$2
    shift 2
    in_lab ssh -F "$STATE/ssh_config" -l "$user" "$(cat "$STATE/nodes/$node/address")" "$@"
}

# The node's own process 1, as the machine sees it: the first of two numbers of which the second is 1.
node_leader() {
    local pid
    for pid in $(cgroup_pids "$CGROUP/$1"); do
        if [ "$(awk '/^NSpid:/ { print NF - 1, $NF }' "/proc/$pid/status" 2>/dev/null)" = '2 1' ]; then
            printf '%s\n' "$pid"
            return 0
        fi
    done
    return 1
}
