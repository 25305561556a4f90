# Makes the first control plane with kubeadm. Arguments after the word: the phases to leave out, comma
# separated, or "-"; the folder of patches that are named by flag, or "-" (also where an older acp recorded none); behind an external
# load balancer also the URLs of this machine's API server and of the balancer. Done means: kubeadm ended well, and its manifests are
# those that it wrote.
set -eu
word=$1 skip=$2 patches=${3:--} own=${4:--} balancer=${5:--}
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

answer() { # URL: what an API server says to anybody (res/goals/balancer-serves.sh says why with a password)
  HOME=/run/acp timeout 10 kubectl --kubeconfig /dev/null --server "$1" --certificate-authority /etc/kubernetes/pki/ca.crt \
    --username nobody --password none --request-timeout 5s get --raw /readyz 2>&1 </dev/null || true
}
# kubeadm waits for the API server at the load balancer, in the end says that "a control plane component may have crashed", and never
# names the balancer. Once this machine's own API server has answered for a minute, and the balancer not: prints why and ends kubeadm.
watch_balancer() { # PID
  since=
  while sleep 2; do
    if [ "$(answer "$own")" != ok ]; then
      since=
      continue
    fi
    through=$(answer "$balancer")
    [ "$through" != ok ] || return 0
    now=$(date +%s)
    since=${since:-$now}
    [ $((now - since)) -ge 60 ] || continue
    cat <<END
The API server of this machine answers at $own, but for a minute not through the load balancer, asked from this machine:
$balancer: $through
Let the load balancer forward this port to the control planes, and send a control plane's packets back to it.
END
    kill "$1"
    return 0
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
    sh /etc/kubernetes/acp/half-written.sh
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
  if [ "$balancer" = - ]; then
    kubeadm init "$@" </dev/null
  else
    why=${mark%.mark}.balancer
    kubeadm init "$@" </dev/null &
    kubeadm=$!
    watch_balancer "$kubeadm" >"$why" &
    watcher=$!
    status=0
    wait "$kubeadm" || status=$?
    kill "$watcher" 2>/dev/null || true
    if [ "$status" != 0 ] && [ -s "$why" ]; then
      cat "$why" >&2
      status=1
    fi
    rm -f "$why"
    [ "$status" = 0 ] || exit "$status"
  fi
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
