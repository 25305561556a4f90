# What somebody else put on a node before acp came: firewall rules, a chain, a set, a CNI file, a container. To be sourced after
# says.sh, with $root, $lab, $work and on() set.
# shellcheck shell=bash disable=SC2154
in_net_of() { # NODE CMD...: a program of this machine in the node's network
  local node=$1
  shift
  "$root/scripts/lab" run --name "$lab" --at "$node" -- "$@"
}
plant_foreign() { # NODE
  needs iptables:iptables ipset:ipset
  in_net_of "$1" iptables -N FOREIGN
  in_net_of "$1" iptables -A FOREIGN -s 198.51.100.7 -j DROP
  in_net_of "$1" iptables -A INPUT -j FOREIGN
  in_net_of "$1" ipset create foreign hash:ip
  in_net_of "$1" ipset add foreign 198.51.100.9
  on "$1" mkdir -p /etc/cni/net.d /opt/foreign
  on "$1" sh -c 'cat >/etc/cni/net.d/99-foreign.conflist' <<<'{"cniVersion": "0.3.1", "name": "foreign", "plugins": [{"type": "loopback"}]}'
  # a container of another runtime: namespaces of its own, in a unit of its own
  on "$1" systemd-run --quiet --unit foreign-container unshare --mount --pid --net --uts --ipc --fork --mount-proc sleep infinity
  on "$1" systemctl show -P MainPID foreign-container >"$work/foreign-$1"
}
foreign_stands() { # NODE: the very same ones
  in_net_of "$1" iptables -S | grep -qx -- '-A FOREIGN -s 198.51.100.7/32 -j DROP' &&
    in_net_of "$1" iptables -S INPUT | grep -qx -- '-A INPUT -j FOREIGN' &&
    in_net_of "$1" ipset test foreign 198.51.100.9 2>/dev/null &&
    on "$1" grep -q '"foreign"' /etc/cni/net.d/99-foreign.conflist &&
    [ "$(on "$1" systemctl show -P MainPID foreign-container)" = "$(cat "$work/foreign-$1")" ]
}
