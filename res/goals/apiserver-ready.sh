# The API server of this control plane says that it is ready.
answer=$(kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 10s get --raw '/readyz' 2>&1) || {
  printf '%s\n' "$answer"
  exit 1
}
[ "$answer" = ok ] || {
  printf '%s\n' "$answer"
  exit 1
}
