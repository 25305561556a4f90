# Makes the first control plane with kubeadm. Arguments after the word: the phases to leave out, comma
# separated, or "-"; the folder of patches that are named by flag, or "-" (also where an older acp recorded none). Done means:
# kubeadm ended well, and its manifests are those that it wrote.
set -eu
word=$1 skip=$2 patches=${3:--}
config=/etc/kubernetes/acp/kubeadm-init.yaml
mark=/var/lib/acp/node/actions/kubeadm-init.mark
manifests=/etc/kubernetes/manifests
# Written before kubeadm is started for the first time: what is there from then on is ours to go on with. It stays when this
# action is taken back and goes with the node's whole record, so that a reset that was cut off does not read as another's cluster.
begun=/var/lib/acp/node/actions/kubeadm-init.begun

# What a cluster that is not ours has left here, if anything; nothing of it is ever taken over.
foreign() {
  for entry in /var/lib/etcd/* /var/lib/etcd/.[!.]* "$manifests"/*.yaml /etc/kubernetes/kubelet.conf; do
    # these two are acp's own, put there before; its recorder refuses another's
    case $entry in /var/lib/etcd/lost+found | "$manifests/keepalived.yaml" | "$manifests/haproxy.yaml") continue ;; esac
    if [ -e "$entry" ] || [ -L "$entry" ]; then
      printf '%s\n' "$entry"
      return 0
    fi
  done
}

case $word in
observe)
  if [ -f "$mark" ]; then
    if sha256sum --check --status "$mark" 2>/dev/null && [ -f /etc/kubernetes/admin.conf ]; then
      echo 'done'
    else
      echo partial
    fi
  elif [ -f "$begun" ]; then
    echo partial
  elif [ -n "$(foreign)" ]; then
    echo "foreign $(foreign) is there, and acp did not make it"
  else
    echo absent
  fi
  ;;
apply)
  mkdir -p "${mark%/*}"
  set -- --config "$config" --skip-token-print
  [ "$skip" = - ] || set -- "$@" --skip-phases "$skip"
  [ "$patches" = - ] || set -- "$@" --experimental-patches "$patches"
  if [ -f "$begun" ] || [ -f "$mark" ]; then
    # What an earlier, broken try left is ours: it is gone on with, and etcd's data stays.
    set -- "$@" --ignore-preflight-errors \
      DirAvailable--var-lib-etcd,FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml,FileAvailable--etc-kubernetes-manifests-kube-controller-manager.yaml,FileAvailable--etc-kubernetes-manifests-kube-scheduler.yaml,FileAvailable--etc-kubernetes-manifests-etcd.yaml,Port-6443,Port-10250,Port-10257,Port-10259,Port-2379,Port-2380
  elif [ -n "$(foreign)" ]; then
    echo "$(foreign) is there, and acp did not make it" >&2
    exit 1
  elif [ -e /var/lib/etcd/lost+found ]; then
    # a file system of its own
    set -- "$@" --ignore-preflight-errors DirAvailable--var-lib-etcd
  fi
  : >"$begun"
  sync
  kubeadm init "$@" </dev/null
  # keepalived's and haproxy's are not kubeadm's, and follow the cluster file
  for file in "$manifests"/*.yaml; do
    case $file in */keepalived.yaml | */haproxy.yaml) ;; *) sha256sum "$file" ;; esac
  done >"$mark.partial"
  sync
  mv "$mark.partial" "$mark"
  sync
  ;;
undo)
  rm -f "$mark"
  ;;
esac
