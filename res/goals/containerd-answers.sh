# containerd answers on its socket, and has its CRI plugin: without it (it fails alone, such as when no inotify instance is
# left) containerd runs on, and the kubelet says "unknown service runtime.v1alpha2.RuntimeService".
set -eu
timeout 10 ctr version >/dev/null
plugins=$(timeout 10 ctr plugins ls)
state=$(printf '%s\n' "$plugins" | awk '$2 == "cri" {print $NF; exit}')
[ "$state" = ok ] || {
  echo "containerd runs, but its CRI plugin, which the kubelet needs, is: ${state:-missing}"
  journalctl -u containerd.service --no-pager 2>/dev/null | grep -i 'plugin.*cri\|cri.*plugin' | tail -n 3 || true
  exit 1
}
