# Joins a worker with kubeadm. Arguments after the word: the node's name in Kubernetes, then the phases
# to leave out, comma separated, or "-".
set -eu
word=$1 name=$2 skip=$3
config=/etc/kubernetes/acp/kubeadm-join.yaml
mark=/var/lib/acp/node/actions/kubeadm-join.mark
own=/etc/kubernetes/kubelet.conf
# Written before kubeadm is started for the first time; see kubeadm-init.sh.
begun=/var/lib/acp/node/actions/kubeadm-join.begun

# What a cluster that is not ours has left here, if anything; nothing of it is ever taken over.
foreign() {
  for entry in "$own" /etc/kubernetes/bootstrap-kubelet.conf /var/lib/etcd/* /var/lib/etcd/.[!.]* /etc/kubernetes/manifests/*.yaml; do
    case $entry in /var/lib/etcd/lost+found) continue ;; esac
    if [ -e "$entry" ] || [ -L "$entry" ]; then
      printf '%s\n' "$entry"
      return 0
    fi
  done
}

bootstrapped() {
  [ -s "$own" ] && [ -s /var/lib/kubelet/pki/kubelet-client-current.pem ] && [ -s /var/lib/kubelet/config.yaml ] &&
    [ -s /var/lib/kubelet/kubeadm-flags.env ] && [ -s /etc/kubernetes/pki/ca.crt ]
}

case $word in
observe)
  if [ -f "$mark" ] && bootstrapped; then
    echo 'done'
  elif [ -f "$mark" ] || [ -f "$begun" ]; then
    echo partial
  elif [ -n "$(foreign)" ]; then
    echo "foreign $(foreign) is there, and acp did not make it"
  else
    echo absent
  fi
  ;;
apply)
  mkdir -p "${mark%/*}"
  if [ -f "$begun" ] || [ -f "$mark" ]; then
    again=yes
    sh /etc/kubernetes/acp/half-written.sh
  elif [ -n "$(foreign)" ]; then
    echo "$(foreign) is there, and acp did not make it" >&2
    exit 1
  else
    again=no
    : >"$begun"
    sync
  fi
  if bootstrapped; then
    # kubeadm was ended after the kubelet had its own certificate
    sh /etc/kubernetes/acp/join.sh go-on "$config" "$name"
  else
    set --
    [ "$skip" = - ] || set -- "$@" --skip-phases "$skip"
    [ "$again" = no ] || set -- "$@" --ignore-preflight-errors \
      FileAvailable--etc-kubernetes-kubelet.conf,FileAvailable--etc-kubernetes-bootstrap-kubelet.conf,FileAvailable--etc-kubernetes-pki-ca.crt,Port-10250
    sh /etc/kubernetes/acp/join.sh begin "$config" "$@"
  fi
  sync
  : >"$mark"
  sync
  ;;
undo)
  rm -f "$mark"
  ;;
esac
