# shellcheck shell=bash
# The commands. Sourced by scripts/lab.

command_up() {
    [ $# = 0 ] || usage "unknown word $1" up
    [[ ${OPT_NODES:-1} =~ ^[1-9][0-9]?$ ]] || usage '--nodes wants a number from 1 to 99' up
    [[ ${OPT_CONTROL_PLANES:-1} =~ ^[1-9][0-9]?$ ]] || usage '--control-planes wants a number from 1 to 99' up
    [[ ${OPT_FAMILY:-ipv4} =~ ^(ipv4|ipv6|dual)$ ]] || usage '--family wants ipv4, ipv6 or dual' up
    [[ ${OPT_VAR_SIZE:-8G} =~ ^[1-9][0-9]*[MGT]$ ]] || usage '--var-size wants a size such as 8G' up
    base_needs
    if [ -n "$OPT_FRESH" ] && [ -n "$(lab_left)" ]; then
        say 'takes down what an earlier run left'
        # a process of its own, since a command takes the lock once
        "$LAB_HERE/lab" --name "$LAB_NAME" down
    fi
    lab_locked up_locked
}

up_locked() {
    local started=$SECONDS have want planes node i fresh=() base
    have=$(lab_nodes | wc -l)
    want=${OPT_NODES:-$((have > 0 ? have : 2))}
    if [ "$want" -lt "$have" ]; then
        say "has $have nodes and keeps them"
        want=$have
    fi
    planes=${OPT_CONTROL_PLANES:-$(cat "$STATE/control-planes" 2>/dev/null || echo 1)}
    [ "$planes" -le "$want" ] || die "$planes control planes do not fit into $want nodes; ask for more --nodes"

    if [ "$have" -gt 0 ] && [ "${OPT_FAMILY:-$(lab_family)}" != "$(lab_family)" ]; then
        die "its nodes have $(lab_family) addresses; take it down before you ask for --family $OPT_FAMILY"
    fi

    base=$(cat "$STATE/base" 2>/dev/null || true)
    [ -d "$base" ] || base=$(base_tree 3>&2)
    mkdir -p "$LAB_STATES"
    install -d -m 0700 "$STATE" "$STATE/nodes"
    printf '%s\n' "$base" >"$STATE/base"
    printf '%s\n' "$planes" >"$STATE/control-planes"
    [ "$have" -gt 0 ] || printf '%s\n' "${OPT_FAMILY:-ipv4}" >"$STATE/family"
    [ -z "$OPT_VAR_SIZE" ] && [ -e "$STATE/var-size" ] || printf '%s\n' "${OPT_VAR_SIZE:-8G}" >"$STATE/var-size"
    up_room $((want - have))
    [ -e "$STATE/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C "lab $LAB_NAME" -f "$STATE/id_ed25519"
    lab_subnet
    net_up
    for ((i = 1; i <= want; i++)); do node_define "n$i" "$i"; done
    up_ssh_files
    for node in $(lab_nodes); do
        node_runs "$node" || fresh+=("$node")
    done
    for node in "${fresh[@]}"; do node_start "$node"; done
    if [ ${#fresh[@]} -gt 0 ]; then
        node_wait 60 "${fresh[@]}" || die 'not every node came up'
    fi
    say "up: $want nodes in $((SECONDS - started)) s"
}

# The images of /var are sparse: a filled one must not fill the machine.
up_room() {
    local size room
    size=$(numfmt --from=iec "$(cat "$STATE/var-size")")
    room=$(df --output=avail -B1 "$STATE" | tail -n 1)
    [ $(($1 * size)) -le "$room" ] ||
        die "$1 more nodes with a /var of $(cat "$STATE/var-size") each do not fit into the $(numfmt --to=iec "$room") free at $STATE; ask for a smaller --var-size"
}

up_ssh_files() {
    local node dir key
    for node in $(lab_nodes); do
        dir=$STATE/nodes/$node
        for key in "$dir"/keys/*.pub; do
            printf '%s,%s %s\n' "$(node_addresses "$node" ,)" "$node" "$(cut -d' ' -f1,2 "$key")"
        done
    done >"$STATE/known_hosts"
    cat >"$STATE/ssh_config" <<CONFIG
IdentityFile $STATE/id_ed25519
IdentitiesOnly yes
UserKnownHostsFile $STATE/known_hosts
GlobalKnownHostsFile /dev/null
StrictHostKeyChecking yes
ConnectTimeout 10
LogLevel ERROR
CONFIG
}

# Derived from names alone, so that it also cleans up after an `up` that was killed anywhere.
command_down() {
    [ $# = 0 ] || usage "unknown word $1" down
    lab_lock
    down_locked 9>&-
}

down_locked() {
    local loop left partial node
    cgroup_kill "$CGROUP" || true
    for node in $(lab_nodes); do node_forget "$node"; done
    node_unmount || true
    for loop in $(lab_loops); do losetup -d "$loop" 2>/dev/null || true; done
    net_down
    cgroup_remove "$CGROUP"
    for partial in $(cgroup_hierarchies); do rmdir "$partial/acp-lab" 2>/dev/null || true; done
    # Never across a mount: what is still mounted is reported below, not deleted.
    if [ -z "$(lab_mounts "$STATE")" ]; then rm -rf --one-file-system "$STATE"; fi
    # Half a base tree of a killed `up`, unless somebody makes one at this moment.
    for partial in "$LAB_CACHE"/base-*.partial; do
        [ -d "$partial" ] || continue
        flock -n "$LAB_CACHE/build.lock" rm -rf --one-file-system "$partial" || true
    done
    left=$(lab_left)
    rm -f "$LAB_LOCK"
    if [ -n "$left" ]; then
        say 'down, but this is left:'
        printf '%s\n' "$left" >&2
        exit 1
    fi
    say 'down: no process, mount, loop device, namespace, cgroup or file left'
}

lab_loops() { losetup -n -l -O NAME,BACK-FILE | awk -v below="$STATE/" 'index($2, below) == 1 { print $1 }'; }

# What is still there of this lab, a line each.
lab_left() {
    local tries path
    # The kernel lets go of a loop device a moment after its unmounting.
    for ((tries = 0; tries < 30; tries++)); do [ -n "$(lab_loops)" ] || break; sleep 0.1; done
    cgroup_pids "$CGROUP" | sed 's/^/process /'
    lab_mounts "$STATE" | sed 's/^/mount /'
    lab_loops | sed 's/^/loop device /'
    [ ! -e "/run/netns/$NETNS" ] || echo "network namespace $NETNS"
    for path in $(cgroup_hierarchies); do [ ! -d "$path/$CGROUP" ] || echo "cgroup $path/$CGROUP"; done
    [ ! -e "$STATE" ] || echo "folder $STATE"
}

command_ssh() {
    local node=${1:-}
    lab_has_node "$node"
    shift
    [ "${1:-}" != -- ] || shift
    cgroup_enter_main "$CGROUP/_run" $$
    node_ssh "$node" "$OPT_USER" "$@"
}

command_exec() {
    local node=${1:-} leader
    lab_has_node "$node"
    shift
    [ "${1:-}" = -- ] || usage "the command stands after '--'" exec
    shift
    [ $# -gt 0 ] || usage 'which command?' exec
    if [ -n "$OPT_CONSOLE" ]; then
        leader=$(node_leader "$node") || die "$node is not running"
        cgroup_enter_all "$CGROUP/$node/console" $$
        nsenter -t "$leader" -m -u -i -n -p -r -w/ env -i HOME=/root USER=root \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
    else
        cgroup_enter_main "$CGROUP/_run" $$
        node_ssh "$node" "$OPT_USER" -T -o BatchMode=yes "$(printf '%q ' "$@")"
    fi
}

command_run() {
    lab_must_exist
    [ "${1:-}" != -- ] || shift
    [ $# -gt 0 ] || usage 'which command?' run
    local leader
    if [ -n "$OPT_AT" ]; then
        lab_has_node "$OPT_AT"
        leader=$(node_leader "$OPT_AT") || die "$OPT_AT is not running"
        cgroup_enter_main "$CGROUP/_run" $$
        exec nsenter -t "$leader" --net "$@"
    fi
    cgroup_enter_main "$CGROUP/_run" $$
    exec nsenter --net="/run/netns/$NETNS" "$@"
}

command_addresses() {
    local node
    lab_must_exist
    for node in $(lab_nodes); do printf '%s %s\n' "$node" "$(node_addresses "$node" ' ')"; done
}

command_poweroff() {
    lab_has_node "${1:-}"
    lab_locked node_poweroff "$1"
}

command_start() {
    lab_has_node "${1:-}"
    lab_locked start_locked "$1"
}

start_locked() {
    node_start "$1"
    node_wait 60 "$1"
}

command_reset() {
    lab_has_node "${1:-}"
    lab_locked reset_locked "$1"
}

reset_locked() {
    local started=$SECONDS
    node_poweroff "$1"
    net_heal "$1"
    rm -f "$STATE/nodes/$1/ready"
    start_locked "$1"
    say "$1 is clean again after $((SECONDS - started)) s"
}

command_net() {
    local what=${1:-}
    case $what in
        cut|heal) ;;
        *) usage 'net wants cut or heal' net ;;
    esac
    lab_has_node "${2:-}"
    lab_locked "net_$what" "$2"
}

command_cluster_file() {
    local node i=0 planes role more pods masks services platform=''
    lab_must_exist
    planes=$(cat "$STATE/control-planes")
    pods=10.3.0.0/16 masks=24 services=10.4.0.0/16
    case $(lab_family) in
        ipv6) pods='"fd00:10:3::/48"' masks=64 services='"fd00:10:4::/112"' ;;
        dual) pods+=', "fd00:10:3::/48"' masks+=', 64' services+=', "fd00:10:4::/112"' ;;
    esac
    [ "$(lab_family)" = ipv4 ] || platform=$'  # With IPv6 the platform needs a name.\n  platform: {address: acp.lab.internal}\n'
    cat <<FILE
# The cluster of the lab '$LAB_NAME', printed by scripts/lab cluster-file. What stands here because it is a lab:
apiVersion: acp.dev/v1
kind: GlobalCluster
metadata: {name: lab-$LAB_NAME}
spec:
  # The newest Kubernetes that can be built from Debian's own packages.
  kubernetes: {version: v1.20.2}
  nodeName: hostname
  # One node's address: the plain lab has no virtual address.
  endpoint: {address: $(yaml_words "$(cat "$STATE/nodes/n1/address")")}
  # hostgw and iptables: this kernel has no ip_vs, geneve or openvswitch, and all nodes share one link.
  network: {mode: hostgw, ipFamily: $(lab_family), podCidr: [$pods], nodeMask: [$masks], serviceCidr: [$services], nic: host0, kubeProxyMode: iptables}
${platform}  registry: {type: platform}
  # A lab node has less memory and disk than the platform asks for.
  capacity: none
  # All nodes share this machine: how long a packet takes says only how busy it is.
  checks: {limits: {round-trip.most-ms: 2000}}
  # The lab's own key, made with it and gone with it.
  ssh: {user: root, port: 22, keyFile: $STATE/id_ed25519}
  nodes:
FILE
    for node in $(lab_nodes); do
        i=$((i + 1)) role=worker more=''
        [ "$i" -gt "$planes" ] || { role=control-plane; more=', deployable: true'; }
        printf '    - {addresses: [%s], role: %s%s}\n' "$(yaml_words "$(node_addresses "$node" ' ')")" "$role" "$more"
    done
}

# Words for a list of YAML: those with a colon in quotes.
yaml_words() {
    local word out=''
    for word in $1; do
        case $word in *:*) word="\"$word\"" ;; esac
        out+="${out:+, }$word"
    done
    printf '%s\n' "$out"
}

command_snapshot() {
    local leader=''
    lab_has_node "${1:-}"
    leader=$(node_leader "$1") || say "$1 is off: files only"
    node_mount "$1"
    python3 "$LAB_LIB/snapshot.py" "$STATE/nodes/$1/root" "$CGROUP/$1" "$leader"
}
