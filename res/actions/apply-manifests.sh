# Applies manifests to the cluster. Arguments after the word: a name, a digest of their content, then the
# files. Done means: the cluster says that this content was applied, and every object of it is there.
set -eu
word=$1 name=$2 digest=$3
shift 3
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
note=acp-applied-$name

files() {
  for file in "$@"; do
    printf -- '-f\n%s\n' "$file"
  done
}

case $word in
observe)
  [ -f "$KUBECONFIG" ] || {
    echo absent
    exit 0
  }
  seen=$(kubectl --request-timeout 20s -n kube-system get configmap "$note" \
    --ignore-not-found -o 'jsonpath={.data.digest}')
  if [ "$seen" != "$digest" ]; then
    echo absent
    exit 0
  fi
  # shellcheck disable=SC2046
  if kubectl --request-timeout 20s get $(files "$@") -o name >/dev/null 2>&1; then
    echo 'done'
  else
    echo partial
  fi
  ;;
apply)
  # shellcheck disable=SC2046
  kubectl --request-timeout 60s apply $(files "$@") >&2
  kubectl --request-timeout 20s -n kube-system create configmap "$note" \
    "--from-literal=digest=$digest" --dry-run=client -o yaml |
    kubectl --request-timeout 20s apply -f - >&2
  ;;
undo)
  # The objects go with the cluster.
  ;;
esac
