# The API server answers at the cluster's address, asked from this node. Arguments: its URL, the cluster's authority
# (a certificate, which is no secret). Everybody may ask for /readyz.
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to. Told of nobody, it would ask who one is; the API server
# knows nobody by a password and takes whoever comes with one for anybody.
export HOME=/run/acp
answer=$(kubectl --kubeconfig /dev/null --server "$1" --certificate-authority /dev/fd/3 --username nobody --password none \
  --request-timeout 5s get --raw /readyz 2>&1 </dev/null 3<<CA
$2
CA
)
[ "$answer" = ok ] || {
  printf '%s: %s\n' "$1" "$answer"
  exit 1
}
