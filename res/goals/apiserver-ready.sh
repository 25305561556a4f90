# The API server of this control plane says that it is ready.
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
answer=$(kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 10s get --raw '/readyz' 2>&1) || {
  printf '%s\n' "$answer"
  exit 1
}
[ "$answer" = ok ] || {
  printf '%s\n' "$answer"
  exit 1
}
