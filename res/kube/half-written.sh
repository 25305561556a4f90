# Takes away what kubeadm and the kubelet left empty on a machine that lost its power, or whose disk was full. Neither syncs what it
# writes, so that a file some seconds old may hold nothing afterwards; neither writes one anew that is there; and both refuse one that
# they cannot read (kubeadm 1.20: "failure loading apiserver certificate", kubelet: "unable to load client CA file"). To be run before
# kubeadm goes on. What acp put there is synced, and compared with what it should be.
# usage: sh half-written.sh
set -eu
kubernetes=/etc/kubernetes
kubelet=/var/lib/kubelet/pki

both() { # two files that serve together
  if [ ! -s "$1" ] || [ ! -s "$2" ]; then rm -f "$1" "$2"; fi
}

for name in apiserver apiserver-etcd-client apiserver-kubelet-client front-proxy-client etcd/server etcd/peer etcd/healthcheck-client; do
  both "$kubernetes/pki/$name.crt" "$kubernetes/pki/$name.key"
done
both "$kubelet/kubelet.crt" "$kubelet/kubelet.key"
# by way of a link; kubeadm or the bootstrap makes both again
both "$kubernetes/kubelet.conf" "$kubelet/kubelet-client-current.pem"
for name in "$kubelet/kubelet-server-current.pem" "$kubernetes/pki/ca.crt" "$kubernetes/admin.conf" "$kubernetes/super-admin.conf" \
  "$kubernetes/controller-manager.conf" "$kubernetes/scheduler.conf" "$kubernetes/bootstrap-kubelet.conf"; do
  [ -s "$name" ] || rm -f "$name"
done
