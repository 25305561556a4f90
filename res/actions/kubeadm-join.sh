# Joins a worker with kubeadm. Arguments after the word: the node's name in Kubernetes, then the phases
# to leave out, comma separated, or "-".
set -eu
word=$1 name=$2 skip=$3
config=/etc/kubernetes/acp/kubeadm-join.yaml
mark=/var/lib/acp/node/actions/kubeadm-join.mark
own=/etc/kubernetes/kubelet.conf
# Written before kubeadm is started for the first time; see kubeadm-init.sh.
begun=/var/lib/acp/node/actions/kubeadm-join.begun
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp

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
  [ -s "$own" ] && [ -e /var/lib/kubelet/pki/kubelet-client-current.pem ] && [ -s /var/lib/kubelet/config.yaml ]
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
  elif [ -n "$(foreign)" ]; then
    echo "$(foreign) is there, and acp did not make it" >&2
    exit 1
  else
    again=no
    : >"$begun"
    sync
  fi
  if bootstrapped; then
    # kubeadm was ended after the kubelet had its own certificate: what is left of the join is one note
    # on the node, and kubeadm itself would refuse a node that is there already.
    systemctl restart kubelet.service
    socket=$(sed -n 's/.*criSocket: *"\{0,1\}\([^"]*\)"\{0,1\}.*/\1/p' "$config" | head -n 1)
    kubectl --kubeconfig "$own" --request-timeout 20s annotate --overwrite node "$name" \
      "kubeadm.alpha.kubernetes.io/cri-socket=$socket"
  else
    set --
    [ "$skip" = - ] || set -- "$@" --skip-phases "$skip"
    [ "$again" = no ] || set -- "$@" --ignore-preflight-errors \
      FileAvailable--etc-kubernetes-kubelet.conf,FileAvailable--etc-kubernetes-bootstrap-kubelet.conf,FileAvailable--etc-kubernetes-pki-ca.crt,Port-10250
    sh /etc/kubernetes/acp/join.sh "$config" "$@"
  fi
  : >"$mark"
  sync
  ;;
undo)
  rm -f "$mark"
  ;;
esac
