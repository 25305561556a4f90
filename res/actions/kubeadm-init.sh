# Makes the first control plane with kubeadm. Arguments after the word: the phases to leave out, comma
# separated, or "-". Done means: kubeadm ended well, and its manifests are those that it wrote.
set -eu
word=$1 skip=$2
config=/etc/kubernetes/acp/kubeadm-init.yaml
mark=/var/lib/acp/node/actions/kubeadm-init.mark
manifests=/etc/kubernetes/manifests

case $word in
observe)
  if [ -f "$mark" ]; then
    if sha256sum --check --status "$mark" 2>/dev/null && [ -f /etc/kubernetes/admin.conf ]; then
      echo 'done'
    else
      echo partial
    fi
  elif [ -e "$manifests/kube-apiserver.yaml" ] || [ -e /var/lib/etcd/member ] || [ -e /etc/kubernetes/admin.conf ]; then
    echo partial
  else
    echo absent
  fi
  ;;
apply)
  mkdir -p "${mark%/*}"
  set -- --config "$config" --skip-token-print
  [ "$skip" = - ] || set -- "$@" --skip-phases "$skip"
  # What an earlier, broken try left is ours: it is gone on with, and etcd's data stays.
  set -- "$@" --ignore-preflight-errors \
    DirAvailable--var-lib-etcd,FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml,FileAvailable--etc-kubernetes-manifests-kube-controller-manager.yaml,FileAvailable--etc-kubernetes-manifests-kube-scheduler.yaml,FileAvailable--etc-kubernetes-manifests-etcd.yaml,Port-6443,Port-10250,Port-10257,Port-10259,Port-2379,Port-2380
  kubeadm init "$@" </dev/null
  sha256sum "$manifests"/*.yaml >"$mark.partial"
  sync
  mv "$mark.partial" "$mark"
  sync
  ;;
undo)
  rm -f "$mark"
  ;;
esac
