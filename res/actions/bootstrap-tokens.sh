# Puts the join tokens of nodes that have not joined yet into the cluster, with a life of two hours; run
# again, it renews those that are about to end. Arguments after the word: the names of the joining nodes.
# /etc/kubernetes/acp/tokens (0600) has a line "ID SECRET" for each, in the same order. No secret stands in
# an argument, in an annotation (kubectl apply keeps one) or in what is printed (kubectl's errors quote its input).
set -eu
word=$1
shift
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
tokens=/etc/kubernetes/acp/tokens

# A Node object alone says little: a node that lost its power before its certificate was on its disk has
# one, too, and needs a token again. A node that is Ready has what it needs.
joined() {
  [ "$(kubectl --request-timeout 20s get node "$1" \
    -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = True ]
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
  [ $# -eq 0 ] || {
    echo "the file of tokens has none for: $*" >&2
    return 1
  }
}

lasts() {
  end=$(kubectl --request-timeout 20s -n kube-system get secret "bootstrap-token-$1" \
    -o 'jsonpath={.data.expiration}' 2>/dev/null </dev/null | base64 -d 2>/dev/null) || return 1
  [ -n "$end" ] && [ "$(date -d "$end" +%s)" -gt $(($(date +%s) + 1200)) ]
}

observe_one() {
  joined "$3" </dev/null || lasts "$1" || echo missing
}

# kubectl VERB with the secret on its standard input, and nothing of what it says.
put() {
  verb=$1
  shift
  put_rc=0
  secret_text "$@" | kubectl --request-timeout 30s "$verb" -f - >/dev/null 2>&1 || put_rc=$?
  return "$put_rc"
}

renew() {
  if joined "$3" </dev/null || lasts "$1"; then return 0; fi
  found=$(kubectl --request-timeout 20s -n kube-system get secret "bootstrap-token-$1" \
    --ignore-not-found -o name 2>/dev/null </dev/null) || {
    echo "kubectl get of the secret bootstrap-token-$1 ended with status $?" >&2
    return 1
  }
  verb=create
  [ -z "$found" ] || verb=replace
  put "$verb" "$@" || {
    echo "kubectl $verb of the secret bootstrap-token-$1 (join of $3) ended with status $put_rc; kubectl's own words are" \
      "left out, for they may quote the token" >&2
    return 1
  }
  echo "the token of $3 is in the cluster for two hours ($verb)" >&2
}

case $word in
observe)
  if [ $# = 0 ]; then
    echo 'done'
  elif [ ! -f "$tokens" ] || [ ! -f "$KUBECONFIG" ]; then
    echo absent
  else
    missing=$(each observe_one "$@") || missing=yes
    if [ -n "$missing" ]; then echo absent; else echo 'done'; fi
  fi
  ;;
apply)
  each renew "$@"
  ;;
undo) ;;
esac
