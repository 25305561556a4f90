#!/usr/bin/env bash
# Builds every image of the sample into one OCI layout. usage: make-images.sh KUBERNETES-FOLDER GO-PROGRAMS WORK-FOLDER LAYOUT
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/apt.sh
. "$sample_dir/lib/apt.sh"
# shellcheck source=lib/rootfs.sh
. "$sample_dir/lib/rootfs.sh"
# shellcheck source=lib/oci.sh
. "$sample_dir/lib/oci.sh"

kubernetes=$1 programs=$2 work=$3
layout_start "$4"
apt_ready
mkdir -p "$work"

# A layer of one program at a path. usage: program_layer NAME FILE PATH
program_layer() {
  install -D -m 0755 "$2" "$work/$1/$3"
  layer "$work/$1"
}

# busybox: the shell of the images that need one, and all of the toolbox. The dynamic one, as libc is there anyway.
# (Its wget -T dies of a segmentation fault in Debian 12; use timeout.)
busybox_layer() {
  local root=$work/busybox tree=$work/tree-busybox applet
  unpack "$tree" busybox
  take "$tree" "$root" "$work/libc" bin/busybox
  "$tree/bin/busybox" --list-full >"$work/applets"
  while read -r applet; do
    [ "$applet" = bin/busybox ] && continue
    mkdir -p "$root/$(dirname "$applet")"
    ln -s /bin/busybox "$root/$applet"
  done <"$work/applets"
  mkdir -p "$root/etc" "$root/tmp" "$root/root" "$root/var/www"
  chmod 1777 "$root/tmp"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  layer "$root"
}

# libc and its loader, below everything that is linked dynamically.
libc_layer() {
  local root=$work/libc tree=$work/tree-net
  take "$tree" "$root" "" lib64/ld-linux-x86-64.so.2 lib/x86_64-linux-gnu/lib{c.so.6,m.so.6,resolv.so.2,pthread.so.0,dl.so.2}
  layer "$root"
}

# What kube-proxy and hostgw want of a system: iptables in both variants, conntrack, ipset, modprobe.
net_layer() {
  local root=$work/net tree=$work/tree-net name file extensions
  take "$tree" "$root" "$work/libc $work/busybox" usr/sbin/xtables-nft-multi usr/sbin/xtables-legacy-multi usr/sbin/conntrack \
    usr/sbin/ipset bin/kmod
  extensions=$(cd "$tree" && find usr/lib/x86_64-linux-gnu/xtables -type f -name '*.so' | sort)
  # shellcheck disable=SC2086 # a list of words
  take "$tree" "$root" "$work/libc" $extensions
  while IFS= read -r file; do
    mkdir -p "$root/$(dirname "$file")"
    cp -P "$tree/$file" "$root/$file"
  done < <(cd "$tree" && find usr/lib/x86_64-linux-gnu/xtables -type l)
  mkdir -p "$root/sbin"
  ln -sf ../bin/kmod "$root/sbin/modprobe"
  install -D -m 0755 "$sample_dir/iptables-pick.sh" "$root/usr/sbin/iptables-pick"
  for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -s iptables-pick "$root/usr/sbin/$name"
  done
  for file in protocols services; do
    [ -e "$tree/etc/$file" ] && install -D -m 0644 "$tree/etc/$file" "$root/etc/$file"
  done
  mkdir -p "$root/run" "$root/var/run"
  layer "$root"
}

etcd_layer() {
  local root=$work/etcd tree=$work/tree-etcd
  unpack "$tree" "etcd-server=$ETCD_DEB" "etcd-client=$ETCD_DEB"
  take "$tree" "$root" "$work/libc" usr/bin/etcd usr/bin/etcdctl
  mkdir -p "$root/usr/local/bin"
  mv "$root"/usr/bin/etcd* "$root/usr/local/bin/"
  rmdir "$root/usr/bin"
  layer "$root"
}

# keepalived for a VIP, with the program that it asks whether this node's API server can serve.
keepalived_layer() {
  local root=$work/keepalived tree=$work/tree-keepalived
  unpack "$tree" "keepalived=$KEEPALIVED_DEB"
  take "$tree" "$root" "$work/libc" usr/sbin/keepalived
  install -D -m 0755 "$programs/vip-check" "$root/usr/local/bin/vip-check"
  mkdir -p "$root/etc/keepalived" "$root/run" "$root/tmp"
  printf 'root:x:0:0:root:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\n' >"$root/etc/group"
  layer "$root"
}

# haproxy for a VIP, where it is asked for; it needs no user of its own, and no rights.
haproxy_layer() {
  local root=$work/haproxy tree=$work/tree-haproxy
  apt_pinned haproxy "$HAPROXY_DEB"
  unpack "$tree" "haproxy=$HAPROXY_DEB"
  take "$tree" "$root" "$work/libc" usr/sbin/haproxy
  mkdir -p "$root/etc" "$root/run" "$root/tmp"
  printf 'root:x:0:0:root:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  layer "$root"
}

dns_layer() {
  local root=$work/dns tree=$work/tree-dns
  unpack "$tree" dnsmasq-base
  take "$tree" "$root" "$work/libc" usr/sbin/dnsmasq
  install -D -m 0755 "$programs/dns-feeder" "$root/usr/local/bin/dns-feeder"
  mkdir -p "$root/etc" "$root/run/dns"
  # dnsmasq looks up its user even when it is not root.
  printf 'root:x:0:0:root:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  layer "$root"
}

hostgw_layer() {
  local root=$work/hostgw tree=$work/tree-cni plugin
  unpack "$tree" "containernetworking-plugins=$CNI_PLUGINS_DEB"
  for plugin in bridge host-local loopback portmap; do
    # The plugins run on the node, so they are taken as they are and must find its libc.
    install -D -m 0755 "$tree/usr/lib/cni/$plugin" "$root/plugins/$plugin"
  done
  install -D -m 0755 "$programs/hostgw" "$root/usr/local/bin/hostgw"
  layer "$root"
}

say "unpacking what the images are made of"
unpack "$work/tree-net" iptables conntrack ipset kmod netbase libc6
libc_layer
busybox_layer
net_layer
etcd_layer
keepalived_layer
haproxy_layer
dns_layer
hostgw_layer
for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
  program_layer "$program" "$kubernetes/bin/$program" "usr/local/bin/$program"
done
program_layer pause "$kubernetes/bin/pause" pause

# shellcheck disable=SC2153 # from versions.env
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  image "platform/$program:$KUBERNETES" "{\"Entrypoint\":[\"/usr/local/bin/$program\"]}" "$work/$program"
done
image "platform/kube-proxy:$KUBERNETES" '{"Cmd":["/usr/local/bin/kube-proxy"]}' "$work"/{libc,busybox,net,kube-proxy}
image "platform/etcd:$ETCD_TAG" '{"Cmd":["etcd"]}' "$work"/{libc,etcd}
image "platform/keepalived:$KEEPALIVED_TAG" '{"Entrypoint":["/usr/sbin/keepalived"]}' "$work"/{libc,keepalived}
image "platform/haproxy:$HAPROXY_TAG" '{"Entrypoint":["/usr/sbin/haproxy"],"User":"65534:65534"}' "$work"/{libc,haproxy}
image "platform/pause:$PAUSE_TAG" '{"Entrypoint":["/pause"],"User":"65535:65535"}' "$work/pause"
image "platform/hostgw:$HOSTGW_TAG" '{"Entrypoint":["/usr/local/bin/hostgw"]}' "$work"/{libc,busybox,net,hostgw}
image "platform/dns:$DNS_TAG" '{"Entrypoint":["/usr/local/bin/dns-feeder"],"User":"65534:65534"}' "$work"/{libc,dns}
image "platform/toolbox:$TOOLBOX_TAG" '{"Cmd":["/bin/sh"]}' "$work"/{libc,busybox}
layout_finish
