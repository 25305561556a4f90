# Nothing to do on the way in; on the way back it ends every container and mount of Kubernetes, so that
# containerd can be stopped and its folders removed. Only containerd's namespace k8s.io is touched.
set -eu
word=$1
mark=/var/lib/acp/node/actions/containers.mark

mounts_below() {
  awk -v below="$1" '{gsub(/\\040/, " ", $2)} index($2 "/", below "/") == 1 {print $2}' /proc/mounts | sort -r
}

unmount_below() {
  mounts_below "$1" | while IFS= read -r point; do
    # A volume of a server that is gone hangs a plain umount, and may hang a forced one.
    timeout 20 umount "$point" 2>/dev/null || timeout 20 umount -f "$point" 2>/dev/null || timeout 20 umount -l "$point" || true
  done
}

# A containerd that does not answer must not hold up the way back.
c() {
  timeout 20 ctr "$@"
}

# The numbers of the shims of containerd's namespace k8s.io.
shims_left() {
  for process in /proc/[0-9]*; do
    # NUL between the words; a process may be gone by now
    line=$({ tr '\000' ' ' <"$process/cmdline"; } 2>/dev/null) || continue
    case $line in
    containerd-shim*" -namespace k8s.io "* | */containerd-shim*" -namespace k8s.io "*) printf '%s ' "${process#/proc/}" ;;
    esac
  done
}

case $word in
observe)
  if [ -f "$mark" ]; then echo 'done'; else echo absent; fi
  ;;
apply)
  mkdir -p "${mark%/*}"
  : >"$mark"
  ;;
undo)
  if command -v ctr >/dev/null 2>&1; then
    timeout 60 systemctl start containerd.service 2>/dev/null || true
    tries=0
    until timeout 5 ctr version >/dev/null 2>&1 || [ "$tries" -ge 20 ]; do
      tries=$((tries + 1))
      sleep 0.5
    done
    tries=0
    while tasks=$(c -n k8s.io tasks ls -q 2>/dev/null) && [ -n "$tasks" ] && [ "$tries" -lt 20 ]; do
      printf '%s\n' "$tasks" | while read -r task; do
        c -n k8s.io tasks kill -a -s SIGKILL "$task" 2>/dev/null || true
        c -n k8s.io tasks rm -f "$task" >/dev/null 2>&1 || true
      done
      tries=$((tries + 1))
      sleep 0.3
    done
    c -n k8s.io containers ls -q 2>/dev/null | while read -r container; do
      c -n k8s.io containers rm "$container" >/dev/null 2>&1 || true
    done
  fi
  # A shim whose start or end failed (runc gone at that moment, say) is known to no containerd, and runs on for ever.
  for signal in TERM KILL; do
    shims=$(shims_left)
    [ -n "$shims" ] || break
    # shellcheck disable=SC2086
    kill -s "$signal" $shims 2>/dev/null || true
    tries=0
    while [ -n "$(shims_left)" ] && [ "$tries" -lt 10 ]; do
      tries=$((tries + 1))
      sleep 0.3
    done
  done
  unmount_below /run/containerd
  unmount_below /var/lib/kubelet
  unmount_below /var/lib/containerd
  # Network namespaces of pods: they are files that CRI mounted.
  for space in /run/netns/cni-* /var/run/netns/cni-*; do
    [ -e "$space" ] || continue
    timeout 20 umount -l "$space" 2>/dev/null || true
    rm -f "$space"
  done
  # Kubernetes' cgroups are empty but for what a lost shim left; a cgroup goes with rmdir, the innermost first.
  for top in /sys/fs/cgroup/kubepods* /sys/fs/cgroup/*/kubepods* /sys/fs/cgroup/*/*/kubepods*; do
    [ -d "$top" ] || continue
    find "$top" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | while read -r process; do
      kill -s KILL "$process" 2>/dev/null || true
    done
    sleep 0.2
    find "$top" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  done
  rm -f "$mark"
  ;;
esac
