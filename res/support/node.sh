# What a support bundle takes from one node; nothing is changed. Arguments: a mark that no file can hold, the group of parts,
# and how many hours back. Each part begins with a line "MARK NAME" and has an end, in seconds and in bytes, so that a disk that
# hangs costs one part only; "MARK end" ends it. No environment, no command line and no key is taken.
mark=$1 group=$2 hours=$3
node=/var/lib/acp/node

# usage: part NAME BYTES COMMAND...; the last so many bytes of what it says
part() {
  name=$1 most=$2
  shift 2
  printf '\n%s %s\n' "$mark" "$name"
  timeout -k 2 20 "$@" </dev/null 2>&1 | tail -c "$most"
}

# usage: text NAME BYTES FILE...; files one after another
text() {
  name=$1 most=$2
  shift 2
  # shellcheck disable=SC2016 # for the shell that is called
  part "$name" "$most" sh -c 'for f in "$@"; do [ ! -f "$f" ] || { echo "# $f"; cat "$f"; echo; }; done' sh "$@"
}

case $group in
system)
  part system/uname.txt 4096 uname -a
  text system/os-release.txt 16384 /etc/os-release /etc/kylin-release /etc/redhat-release
  # not timedatectl: it starts a service, which leaves folders behind until it ends by itself
  part system/clock.txt 16384 sh -c 'date -u; uptime; ls -l /etc/localtime; chronyc -n tracking || ntpq -pn'
  part system/disks.txt 65536 sh -c 'df -hT; echo; df -hi; echo; lsblk'
  part system/memory.txt 65536 sh -c 'free -m; echo; cat /proc/pressure/* /proc/meminfo'
  part system/mounts.txt 262144 cat /proc/mounts
  part system/network.txt 262144 sh -c 'ip address; echo; ip route show table all; echo; ip neighbour; echo; ss -lntu'
  text system/names.txt 65536 /etc/hosts /etc/resolv.conf /etc/hostname
  # names only: arguments may hold what is nobody's business
  part system/processes.txt 524288 ps -eo pid,ppid,user,stat,etime,rss,comm
  part system/units.txt 262144 sh -c 'systemctl --failed --no-pager; systemctl list-units --all --no-pager --plain; systemctl list-timers --no-pager'
  part system/kernel.txt 524288 dmesg
  part system/packet-filter.txt 1048576 sh -c 'iptables-save; ip6tables-save; ipset list -t'
  part system/modules.txt 65536 cat /proc/modules
  ;;
record)
  part acp/record.txt 1048576 sh "$node/record.sh" list
  text acp/owner.txt 4096 "$node/cluster" "$node/holder"
  part acp/files.txt 262144 sh -c "ls -la $node $node/* /etc/kubernetes /etc/kubernetes/* /var/lib/kubelet /var/lib/kubelet/pki /var/lib/etcd /var/lib/etcd/member/*"
  for file in "$node"/run/*.log "$node"/run/*.status; do
    [ ! -f "$file" ] || text "acp/actions/${file##*/}" 262144 "$file"
  done
  for file in /etc/kubernetes/manifests/*.yaml; do
    [ ! -f "$file" ] || text "manifests/${file##*/}" 65536 "$file"
  done
  text kubelet-config.yaml 65536 /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env
  text containerd.toml 65536 /etc/containerd/config.toml
  ;;
units)
  for unit in kubelet containerd acp-registry; do
    part "units/$unit.status" 16384 systemctl status --no-pager --full "$unit.service"
    part "units/$unit.log" 2097152 journalctl --no-pager --since "-${hours}h" -u "$unit.service"
  done
  part units/acp-actions.log 1048576 journalctl --no-pager --since "-${hours}h" -u 'acp-action-*'
  part units/warnings.log 1048576 journalctl --no-pager --since "-${hours}h" -p warning
  ;;
containers)
  part containers/tasks.txt 131072 ctr -n k8s.io tasks ls
  part containers/list.txt 262144 ctr -n k8s.io containers ls
  part containers/images.txt 262144 ctr -n k8s.io images ls
  # the newest first, so that what comes last is what is left out
  find /var/log/pods -name '*.log' -type f 2>/dev/null | head -n 2000 | while IFS= read -r file; do
    printf '%s %s\n' "$(stat -c %Y "$file" 2>/dev/null || echo 0)" "$file"
  done | sort -rn | head -n 100 | cut -d ' ' -f 2- | while IFS= read -r file; do
    part "containers/${file#/var/log/pods/}" 65536 tail -c 65536 "$file"
  done
  ;;
esac
printf '\n%s end\n' "$mark"
