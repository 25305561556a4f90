# This control plane's own API server is ready, and its etcd member is healthy and votes. Arguments: the API
# server's URL, the member's name.
set -eu
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
answer=$(kubectl --kubeconfig /etc/kubernetes/admin.conf --server "$1" --request-timeout 10s get --raw '/readyz' 2>&1) || {
  printf '%s\n' "$answer"
  exit 1
}
[ "$answer" = ok ] || {
  printf '%s\n' "$answer"
  exit 1
}
pki=/etc/kubernetes/pki/etcd
members=$(ETCDCTL_API=3 timeout 15 etcdctl --endpoints https://127.0.0.1:2379 --cacert "$pki/ca.crt" \
  --cert "$pki/healthcheck-client.crt" --key "$pki/healthcheck-client.key" member list 2>&1) || {
  printf '%s\n' "$members"
  exit 1
}
printf '%s\n' "$members" | awk -F ', ' -v name="$2" '$3 == name && $2 == "started" && $6 == "false" {found = 1} END {exit !found}' || {
  echo "etcd's member $2 does not vote yet:"
  printf '%s\n' "$members"
  exit 1
}
