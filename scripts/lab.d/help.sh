# shellcheck shell=bash
# The help. Sourced by scripts/lab.

help_text() {
    case ${1:-} in
        up) cat <<'HELP'
lab up [--name L] [--nodes N] [--control-planes N] [--family F] [--var-size SIZE] [--fresh]
Makes the lab, or starts what is missing of it, and returns when every node answers SSH and has booted.
  --nodes N           how many nodes in all (default 2, or as many as there are); more than before adds nodes
  --control-planes N  how many of them `cluster-file` names as control planes (default 1)
  --family F          ipv4 (default), ipv6 (the nodes then have no IPv4 address but loopback's) or dual
  --var-size SIZE     the size of each node's /var, at least 300M (default 8G); it takes room only as it is filled
  --fresh             takes down first what there is of it: what a run that was killed, or this machine's own
                      restart, has left does not become part of the new lab
Example: lab up --name blue --nodes 4 --control-planes 3
HELP
            ;;
        down) cat <<'HELP'
lab down [--name L]
Takes the lab away, also after an `up` that was killed, and looks whether anything is left: exit 1 if so.
Example: lab down --name blue
HELP
            ;;
        ssh) cat <<'HELP'
lab ssh [--name L] [--user U] NODE [CMD...]
A login on the node with the lab's key: root, ops (sudo asks for its password, ops-password) or admin (sudo asks nothing).
Example: lab ssh n1
HELP
            ;;
        exec) cat <<'HELP'
lab exec [--name L] [--user U] [--console] NODE -- CMD...
Runs one command on the node over SSH, its words kept as they are, and ends with its exit status.
  --console  not over SSH but as at the node's own console: works while its network is cut
Example: lab exec n1 -- systemctl is-system-running
HELP
            ;;
        addresses) cat <<'HELP'
lab addresses [--name L]
A line a node: name and address; with --family dual both addresses. They can be reached from inside the lab's network only: see `lab run`.
Example: lab addresses
HELP
            ;;
        poweroff) cat <<'HELP'
lab poweroff [--name L] NODE
Power loss: SIGKILL for every process of the node at once. Its disk stays. (The machine's page cache survives, so this
says nothing about fsync.)
Example: lab poweroff n2
HELP
            ;;
        start) cat <<'HELP'
lab start [--name L] NODE
Boots a node that is off, with the disk that it had.
Example: lab start n2
HELP
            ;;
        reset) cat <<'HELP'
lab reset [--name L] NODE
Back to a clean tree: power off, a new disk and /var, boot. Name, address, host keys and machine id stay; a cut heals.
Example: lab reset n1
HELP
            ;;
        net) cat <<'HELP'
lab net cut|heal [--name L] NODE
cut: every frame from and to the node is dropped without a word (its link stays up), until heal or reset.
Example: lab net cut n2
HELP
            ;;
        cluster-file) cat <<'HELP'
lab cluster-file [--name L]
Prints a cluster file for these nodes.
Example: lab cluster-file >lab.yaml
HELP
            ;;
        run) cat <<'HELP'
lab run [--name L] [--at NODE] -- CMD...
Runs a command of this machine inside the lab's network, where the nodes' addresses can be reached and nothing else.
`lab down` ends it if it still runs.
Example: lab run -- acp check-nodes -f lab.yaml
HELP
            ;;
        snapshot) cat <<'HELP'
lab snapshot [--name L] NODE
Prints the node's state as sorted text, seen from outside: files, units, mounts, links, addresses, routes, rules, sysctls,
cgroups, sockets, processes. Compare two with scripts/snapshot-diff.
Example: lab snapshot n1 >before
HELP
            ;;
        *) cat <<'HELP'
lab COMMAND [--name L] ...
Clean Debian nodes with real systemd, sshd and sudo, in a network of their own without a way out.

  up [--nodes N] [--control-planes N] [--family F] [--var-size SIZE] [--fresh]
                          makes the lab, or starts what is missing of it
  down                    takes it away and looks whether anything is left
  addresses               a line a node: name and address
  ssh NODE [CMD...]       a login on a node
  exec NODE -- CMD...     one command on a node
  run -- CMD...           a command of this machine inside the lab's network
  cluster-file            prints a cluster file for these nodes
  poweroff|start NODE     power loss, and power again
  reset NODE              back to a clean tree
  net cut|heal NODE       drops every frame of a node without a word, and lets them through again
  snapshot NODE           prints the node's state, for scripts/snapshot-diff

--name L (or ACP_LAB) names the lab (default: dev); labs with different names stand side by side.
The base tree is kept in ${ACP_CACHE:-~/.cache/acp}/lab, each lab in /var/lib/acp-lab/NAME.
Needs root, systemd's nspawn, overlay, XFS, loop devices and nftables; missing programs are installed with apt-get.
`lab COMMAND --help` says more. Example: lab up --nodes 2; lab ssh n1; lab down
HELP
            ;;
    esac
}
