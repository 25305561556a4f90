# This control plane's own API server is ready, its etcd member is healthy and votes, its pods of the cluster's
# address run with the configuration of now, and that address answers. Arguments: the API server's URL, the node's name in
# Kubernetes and etcd, then NAME=DIGEST for each such pod (keepalived, haproxy), NAME= for one of any configuration.
set -eu
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
export KUBECONFIG=/etc/kubernetes/admin.conf

# usage: ready WHERE KUBECTL-OPTION...
ready() {
  where=$1
  shift
  answer=$(kubectl "$@" --request-timeout 10s get --raw '/readyz' 2>&1) || {
    # of its thirty checks what does not hold
    why=$(printf '%s\n' "$answer" | sed -n 's/.*\(\[-\][^\\]*\).*/\1/p' | head -n 1)
    printf '%s: %s\n' "$where" "${why:-$answer}"
    exit 1
  }
  [ "$answer" = ok ] || {
    printf '%s: %s\n' "$where" "$answer"
    exit 1
  }
}

ready "this node's API server" --server "$1"
pki=/etc/kubernetes/pki/etcd
# etcd listens on the node's own address, of whatever family; on which loopback depends on it.
members=$(ETCDCTL_API=3 timeout 15 etcdctl --endpoints "${1%:*}:2379" --cacert "$pki/ca.crt" \
  --cert "$pki/healthcheck-client.crt" --key "$pki/healthcheck-client.key" member list 2>&1) || {
  printf '%s\n' "$members"
  exit 1
}
printf '%s\n' "$members" | awk -F ', ' -v name="$2" '$3 == name && $2 == "started" && $6 == "false" {found = 1} END {exit !found}' || {
  echo "etcd's member $2 does not vote yet:"
  printf '%s\n' "$members"
  exit 1
}
server=$1 node=$2
shift 2
for part in "$@"; do
  # The kubelet starts it anew when its configuration changed; until then, this node's claim to the address is the old one.
  pod=$(kubectl --server "$server" --request-timeout 10s -n kube-system get pod "${part%%=*}-$node" \
    -o 'jsonpath={.metadata.annotations.acp\.dev/config} {.status.containerStatuses[0].ready}' 2>&1) || {
    printf '%s\n' "$pod"
    exit 1
  }
  [ "$pod" = "${part#*=} true" ] || {
    echo "${part%%=*} of this node is not known as ready with its newest configuration yet: $pod"
    exit 1
  }
done
ready "the cluster's address"
