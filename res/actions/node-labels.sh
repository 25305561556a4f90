# Gives a node its labels, which the kubelet itself may not set (NodeRestriction). Arguments after the word: the node's name
# in Kubernetes, then KEY=VALUE each. Labels that others gave stay.
set -eu
word=$1 node=$2
shift 2
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp

case $word in
observe)
  [ -f "$KUBECONFIG" ] || {
    echo absent
    exit 0
  }
  there=$(kubectl --request-timeout 20s get node "$node" --show-labels --no-headers)
  # the last column: KEY=VALUE,KEY=VALUE
  there=,${there##* },
  have=0 miss=0
  for label in "$@"; do
    case $there in *",$label,"*) have=$((have + 1)) ;; *) miss=$((miss + 1)) ;; esac
  done
  if [ "$miss" = 0 ]; then echo 'done'; elif [ "$have" = 0 ]; then echo absent; else echo partial; fi
  ;;
apply)
  kubectl --request-timeout 20s label --overwrite node "$node" "$@" >&2
  ;;
undo)
  # The Node goes with the cluster.
  ;;
esac
