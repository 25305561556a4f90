# Looks at a node and changes nothing: one script, one round trip. POSIX sh; runs under dash, bash 4.2
# and busybox. It prints sections:
#   @@ NAME STATUS      STATUS is the exit status of what was run, or absent (there is no such tool),
#   |raw line           missing (there is no such file), unreadable
# Every raw line is marked, so that nothing on the node can look like a section. A process costs more than
# most of what is looked at here, so what the shell can do by itself it does.
# $1 containerd's root folder, $2 login user, $3 address that acp comes from
# shellcheck shell=sh
set -u
LC_ALL=C
export LC_ALL
unset TZ
root=$1 user=$2 client=$3
newline='
'

marked() {
  while IFS= read -r line || [ -n "$line" ]; do
    printf '|%s\n' "$line"
  done
}

head() {
  printf '@@ %s %s\n' "$1" "$2"
}

value() { # NAME VALUE
  head "$1" 0
  printf '|%s\n' "$2"
}

split_at() { # CHARACTER: what stands without quotes is split there, and is no pattern, until split_as_ever
  IFS=$1
  set -f
}
split_as_ever() {
  unset IFS
  set +f
}

lines() { # TEXT: each of its lines that is not empty
  [ -n "$1" ] || return 0
  split_at "$newline"
  # shellcheck disable=SC2086 # a word is a line
  printf '|%s\n' $1
  split_as_ever
}

# Where a program lies, in $found; nothing where there is none.
where() {
  found=
  split_at :
  for directory in $PATH; do
    if [ -f "$directory/$1" ] && [ -x "$directory/$1" ]; then
      found=$directory/$1
      break
    fi
  done
  split_as_ever
}

# A tool that hangs (a dead NFS server, a bus that does not answer) costs 5 s, not the whole probe. Only in a subshell: it takes its
# place, which saves a process each time.
if timeout 5 true >/dev/null 2>&1; then
  bounded() {
    exec timeout 5 "$@"
  }
else
  bounded() {
    exec "$@"
  }
fi

say() { # HOW NAME TOOL ARGUMENT...
  how=$1 name=$2
  shift 2
  if ! command -v "$1" >/dev/null 2>&1; then
    head "$name" absent
    return
  fi
  out=$("$how" "$@" 2>&1 </dev/null)
  head "$name" "$?"
  lines "$out"
}

run() { # NAME TOOL ARGUMENT...
  say bounded "$@"
}

ask() { # NAME TOOL ARGUMENT...: a tool that asks the kernel alone, and cannot hang
  say exec "$@"
}

file() { # NAME PATH
  if [ ! -e "$2" ]; then
    head "$1" missing
  elif [ ! -r "$2" ] || [ -d "$2" ]; then
    head "$1" unreadable
  else
    head "$1" 0
    marked <"$2" 2>/dev/null
  fi
}

ask time date '+%s.%N'
ask timezone date '+%z %Z'
ask kernel uname -r
ask arch uname -m
ask hostname uname -n
hostname=$out
ask uid id -u
file os-release /etc/os-release
file kylin-release /etc/kylin-release
file centos-release /etc/centos-release
ask container systemd-detect-virt -c
file container-mark /run/systemd/container
file cpuinfo-arm /proc/device-tree/model

# Of each kind of line the first is enough: cores of one machine are alike.
if [ -r /proc/cpuinfo ]; then
  cpus=0 seen=' ' kinds=
  while IFS= read -r line; do
    case $line in
      processor*) cpus=$((cpus + 1)) ;;
      'model name'* | 'cpu MHz'* | 'CPU implementer'* | 'CPU part'*)
        key=${line%%:*}
        key=${key%%	*}
        case $seen in
          *"<$key>"*) ;;
          *)
            seen="$seen<$key>"
            kinds=$kinds$line$newline
            ;;
        esac
        ;;
    esac
  done </proc/cpuinfo
  value cpus "$cpus"
  head cpuinfo 0
  lines "$kinds"
else
  value cpus 0
  head cpuinfo missing
fi
file cpu-max-khz /sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq
head governors 0
for path in /sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor; do
  [ ! -r "$path" ] || marked <"$path"
done
head gpus 0
for path in /sys/bus/pci/devices/*/vendor; do
  [ -r "$path" ] || continue
  IFS= read -r vendor <"$path" || continue
  IFS= read -r class <"${path%vendor}class" || continue
  case $vendor.$class in
    0x10de.0x0300* | 0x10de.0x0302*) printf '|%s\n' "${path%/vendor}" ;;
  esac
done
file memory /proc/meminfo
file cmdline /proc/cmdline
file thp /sys/kernel/mm/transparent_hugepage/enabled
file swaps /proc/swaps
file fstab /etc/fstab
# where xfs is mounted, between spaces
xfs=' '
if [ -r /proc/self/mounts ]; then
  head mounts 0
  while IFS= read -r line || [ -n "$line" ]; do
    printf '|%s\n' "$line"
    case $line in
      *" xfs "*)
        point=${line#* }
        xfs="$xfs${point%% *} "
        ;;
    esac
  done </proc/self/mounts
else
  head mounts missing
fi
file selinux /sys/fs/selinux/enforce
file apparmor /sys/module/apparmor/parameters/enabled
file ufw /etc/ufw/ufw.conf
run tasks-max systemctl show --property=DefaultTasksMax
if command -v systemctl >/dev/null 2>&1; then
  # by pattern: by type systemd looks up the state of every unit first, for a fifth of a second
  out=$(bounded systemctl list-unit-files --no-legend --no-pager '*.swap' firewalld.service 2>&1 </dev/null)
  status=$?
  swaps=
  boot=not-found
  split_at "$newline"
  for line in $out; do
    case $line in
      firewalld.service\ *)
        # name, state, preset
        boot=${line#* }
        boot=${boot#"${boot%%[! ]*}"}
        boot=${boot%% *}
        ;;
      *.swap\ *) swaps=$swaps$line$newline ;;
      *)
        swaps=$swaps$line$newline
        boot=$line
        ;;
    esac
  done
  split_as_ever
  head swap-units "$status"
  lines "$swaps"
  head firewalld-boot "$status"
  lines "$boot"
  # a line each, in this order
  out=$(bounded systemctl is-active firewalld.service chronyd.service chrony.service ntpd.service ntp.service ntpsec.service \
    systemd-timesyncd.service 2>&1 </dev/null)
  status=$?
  head firewalld "$status"
  lines "${out%%"$newline"*}"
  head time-services "$status"
  case $out in *"$newline"*) lines "${out#*"$newline"}" ;; esac
else
  for name in swap-units firewalld-boot firewalld time-services; do head "$name" absent; done
fi
# shellcheck disable=SC3045 # every sh that nodes have knows -c; one that does not says nothing
value core-limit "$(ulimit -c 2>/dev/null)"
file hosts /etc/hosts
file resolv /etc/resolv.conf
file machine-id /etc/machine-id
run own-name getent hosts "$hostname"
head speeds 0
for path in /sys/class/net/*; do
  [ -e "$path/speed" ] || continue
  # A link that is down, and most virtual ones, answer with an error
  if IFS= read -r speed 2>/dev/null <"$path/speed"; then
    printf '|%s %s\n' "${path##*/}" "$speed"
  fi
done
head rp-filters 0
for path in /proc/sys/net/ipv4/conf/*; do
  [ -r "$path/rp_filter" ] || continue
  IFS= read -r filter <"$path/rp_filter" || continue
  printf '|%s %s\n' "${path##*/}" "$filter"
done
file product-uuid /sys/class/dmi/id/product_uuid
file cluster /var/lib/acp/node/cluster
run sshd sshd -T -C "user=$user,host=$client,addr=$client"
ask routes ip route show
ask routes6 ip -6 route show
ask links ip -o link show
ask addresses ip -o addr show
run listeners ss -lntup

# df is asked of all at once; where that does not go, of one after another, so that a dead server costs its own alone.
nearest() { # PATH: the folder above that is there, in $there
  there=$1
  while [ ! -d "$there" ] && [ "$there" != / ]; do
    there=${there%/*}
    there=${there:-/}
  done
}
disks='/ /var/lib /opt /tmp /cpaas/data /cpaas/monitoring /root/cpaas-install'
set --
for path in $disks "$root"; do
  nearest "$path"
  set -- "$@" "$there"
done
wanted=$(($# + 1))
out=$(bounded df -P -k "$@" 2>/dev/null </dev/null) || out=
split_at "$newline"
# shellcheck disable=SC2086 # a word is a line
set -- $out
split_as_ever
[ $# -eq "$wanted" ] || set --
titles=${1-} free=
fourth() { # name, blocks, used, free
  free=${4-}
}
for path in $disks "$root"; do
  if [ $# -gt 1 ]; then
    shift
    out=$1
    head "disk:$path" 0
    printf '|%s\n' "$titles" "$out"
  else
    out=
    nearest "$path"
    run "disk:$path" df -P -k "$there"
    out=${out##*"$newline"}
  fi
  case $out in */*) ;; *) continue ;; esac
  mount=${out##* }
  device=${out%% *}
  if [ "$path" = /tmp ]; then
    split_at ' '
    # shellcheck disable=SC2086 # a word is a column
    fourth $out
    split_as_ever
  fi
  if [ "$path" = "$root" ]; then
    case $xfs in *" $mount "*) run xfs-info xfs_info "$mount" ;; *) head xfs-info missing ;; esac
  fi
  case $device in
    /dev/*) ;;
    *)
      value "block:$path" "$device none"
      continue
      ;;
  esac
  if [ -L "$device" ] && command -v readlink >/dev/null 2>&1; then
    device=$(readlink -f "$device")
  fi
  name=${device##*/}
  spin=unknown
  for queue in "/sys/class/block/$name/queue" "/sys/class/block/$name/../queue"; do
    if [ -r "$queue/rotational" ]; then
      IFS= read -r spin <"$queue/rotational"
      break
    fi
  done
  value "block:$path" "$device $spin"
done

for module in ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh nf_conntrack nf_conntrack_ipv4 nf_conntrack_ipv6 \
  iptable_nat overlay br_netfilter geneve openvswitch vxlan ipip; do
  if [ -d "/sys/module/$module" ]; then
    value "module:$module" loaded
  elif command -v modprobe >/dev/null 2>&1; then
    # -n: only says whether it could; the module is not loaded
    if modprobe -n -q "$module" >/dev/null 2>&1; then
      value "module:$module" loadable
    else
      value "module:$module" missing
    fi
  else
    head "module:$module" absent
  fi
done

for key in vm.max_map_count vm.overcommit_memory kernel.panic net.ipv4.ip_forward \
  net.ipv4.tcp_tw_recycle net.ipv4.tcp_mtu_probing net.ipv4.conf.all.rp_filter \
  net.ipv4.conf.default.rp_filter net.ipv6.conf.all.forwarding net.ipv6.conf.all.disable_ipv6 \
  net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables fs.may_detach_mounts \
  fs.inotify.max_user_instances fs.inotify.max_user_watches; do
  path=/proc/sys
  rest=$key
  while [ -n "$rest" ]; do
    path=$path/${rest%%.*}
    case $rest in *.*) rest=${rest#*.} ;; *) rest= ;; esac
  done
  file "sysctl:$key" "$path"
done

for path in /var/lib/docker /var/lib/containerd /var/log/pods /var/lib/kubelet/pki /var/lib/etcd /etc/kubernetes/manifests \
  /etc/systemd/system/kubelet.service /etc/kubernetes/kubelet.conf "$root"; do
  kind=missing
  if [ -d "$path" ]; then
    kind=empty
    for entry in "$path"/* "$path"/.[!.]*; do
      case $entry in
        "$path/*" | "$path/.[!.]*" | "$path/lost+found") ;;
        *) kind=full ;;
      esac
    done
  elif [ -e "$path" ] || [ -L "$path" ]; then
    kind="file"
  fi
  value "path:$path" "$kind"
done

for tool in ip ss tar swapoff modprobe sysctl md5sum sha256sum scp sftp systemctl mount conntrack \
  iptables ipset ebtables socat nc bc lvm perl python3 python2 arping ping; do
  where "$tool"
  value "tool:$tool" "$found"
done

head listen-tools 0
for tool in perl python3 python2 python /usr/libexec/platform-python socat nc; do
  if command -v "$tool" >/dev/null 2>&1; then
    printf '|%s\n' "$tool"
  fi
done

# What a hand put beside the packages (001, appendix), and where the runtimes lie.
head local-binaries 0
for path in /usr/local/bin/* /usr/local/sbin/*; do
  case ${path##*/} in
    docker* | containerd* | runc* | podman* | kube* | crictl | ctr | nerdctl | crio* | calicoctl | \
      cni* | flannel* | etcd | etcdctl | k3s* | k0s* | rke2*)
      [ ! -e "$path" ] || printf '|%s\n' "$path"
      ;;
  esac
done
head runtimes 0
for path in /usr/bin /usr/sbin /bin /sbin /usr/local/bin /usr/local/sbin /opt/bin; do
  # /bin is /usr/bin on most systems
  [ ! -L "$path" ] || continue
  for tool in docker containerd runc; do
    [ ! -e "$path/$tool" ] || printf '|%s\n' "$path/$tool"
  done
done

# Less than 1 MiB free is a full one: nothing is written to find that out.
if [ ! -d /tmp ] || [ ! -r /tmp ] || [ ! -w /tmp ] || [ ! -x /tmp ]; then
  value tmp not
else
  case $free in
    '' | *[!0-9]*) value tmp usable ;;
    *) if [ "$free" -lt 1024 ]; then value tmp full; else value tmp usable; fi ;;
  esac
fi

# Names that any of the guide's lists of conflicting packages could mean; Java judges by system.
suspects() { # LIST
  split_at "$newline"
  for line in $1; do
    case $line in
      *docker* | *podman* | *runc* | *containernetworking* | *apptainer* | *kubernetes* | \
        *containerd* | *rootlesskit* | *rkt* | *-hwe-* | *kubeadm* | *kubelet* | *kubectl*)
        printf '|%s\n' "$line"
        ;;
    esac
  done
  split_as_ever
}

if [ -e /var/lib/dpkg/status ]; then
  if command -v dpkg-query >/dev/null 2>&1; then
    # shellcheck disable=SC2016 # dpkg-query's own fields
    out=$(bounded dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null)
    head packages "$?"
    suspects "$out"
  else
    head packages absent
  fi
elif command -v rpm >/dev/null 2>&1; then
  out=$(bounded rpm -qa 2>/dev/null)
  head packages "$?"
  suspects "$out"
else
  head packages absent
fi
if [ -d /var/lib/snapd ]; then
  run snaps snap list
else
  value snaps ''
fi
head end 0
