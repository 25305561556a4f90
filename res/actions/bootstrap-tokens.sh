# Puts the join tokens of nodes that have not joined yet into the cluster, with a life of two hours; run
# again, it renews those that are about to end. Arguments after the word: the names of the joining nodes.
# /etc/kubernetes/acp/tokens (0600) has a line "ID SECRET" for each, in the same order.
set -eu
word=$1
shift
export KUBECONFIG=/etc/kubernetes/admin.conf
tokens=/etc/kubernetes/acp/tokens

joined() {
  kubectl --request-timeout 20s get node "$1" -o name >/dev/null 2>&1
}

secret_text() {
  cat <<EOF
apiVersion: v1
kind: Secret
metadata: {name: bootstrap-token-$1, namespace: kube-system}
type: bootstrap.kubernetes.io/token
stringData:
  description: "acp: join of $3"
  token-id: "$1"
  token-secret: "$2"
  expiration: "$(date -u -d '+2 hours' +%Y-%m-%dT%H:%M:%SZ)"
  usage-bootstrap-authentication: "true"
  usage-bootstrap-signing: "true"
  auth-extra-groups: system:bootstrappers:kubeadm:default-node-token
---
EOF
}

# Each line of the file beside the node that it is for.
each() {
  do=$1
  shift
  while read -r id secret; do
    [ $# -gt 0 ] || break
    "$do" "$id" "$secret" "$1"
    shift
  done <"$tokens"
  [ $# = 0 ] || {
    echo "$tokens has no line for $*" >&2
    return 1
  }
}

lasts() {
  end=$(kubectl --request-timeout 20s -n kube-system get secret "bootstrap-token-$1" \
    -o 'jsonpath={.data.expiration}' 2>/dev/null | base64 -d 2>/dev/null) || return 1
  [ -n "$end" ] && [ "$(date -d "$end" +%s)" -gt $(($(date +%s) + 1200)) ]
}

observe_one() {
  joined "$3" || lasts "$1" || echo missing
}

text_if_needed() {
  joined "$3" || secret_text "$@"
}

case $word in
observe)
  if [ $# = 0 ]; then
    echo 'done'
  elif [ ! -f "$tokens" ] || [ ! -f "$KUBECONFIG" ]; then
    echo absent
  elif ! missing=$(each observe_one "$@") || [ -n "$missing" ]; then
    echo absent
  else
    echo 'done'
  fi
  ;;
apply)
  each text_if_needed "$@" | kubectl --request-timeout 30s apply -f - >&2
  ;;
undo) ;;
esac
