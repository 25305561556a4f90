# Takes a node out of the cluster, from a control plane that stays. Arguments after the word: what, then the leaving node's first
# address, by which Kubernetes and etcd are asked for it, and:
#   drain ADDRESS SECONDS FORCE    no new pods there, and those that are there go elsewhere. FORCE is "yes" (also pods that nobody
#                                  starts anew), "no", or "dead" (the machine does not answer: nothing there is waited for)
#   member ADDRESS                 etcd's member, after a snapshot, and confirmed
#   forget ADDRESS TOKEN           the Node, what the cluster keeps of it besides, and its join token (the part that is no secret)
set -eu
word=$1 what=$2 address=$3
shift 3
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
export ETCDCTL_API=3
case $address in *:*) host="[$address]" ;; *) host=$address ;; esac
pki=/etc/kubernetes/pki/etcd
snapshots=/var/lib/acp/node/etcd
marks=/var/lib/acp/node/actions
k() { kubectl --request-timeout 30s "$@"; }

# The Node's name, or nothing; fails when the cluster does not say.
node_name() {
  seen=$(k get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{range .status.addresses[?(@.type=="InternalIP")]}{" "}{.address}{end}{"\n"}{end}' </dev/null) || return 1
  printf '%s\n' "$seen" | awk -v a="$address" '{for (i = 2; i <= NF; i++) if ($i == a) {print $1; exit}}'
}

# Pods of a node that drain would move: no static ones, no DaemonSet's, none that ended. usage: pods NAME
pods() {
  # shellcheck disable=SC2016 # the template's own signs
  k get pods --all-namespaces --field-selector "spec.nodeName=$1" -o go-template='{{range .items}}{{$keep := false}}{{range .metadata.ownerReferences}}{{if or (eq .kind "DaemonSet") (eq .kind "Node")}}{{$keep = true}}{{end}}{{end}}{{if not (or $keep (eq .status.phase "Succeeded") (eq .status.phase "Failed"))}}{{.metadata.namespace}}/{{.metadata.name}}{{"\n"}}{{end}}{{end}}' </dev/null
}

unschedulable() {
  [ "$(k get node "$1" -o 'jsonpath={.spec.unschedulable}' </dev/null)" = true ]
}

drained() {
  unschedulable "$1" || return 1
  [ "$force" != dead ] || return 0
  left=$(pods "$1") || return 1
  [ -z "$left" ]
}

drain() {
  mark=$marks/drain.$(printf '%s' "$name" | tr -c 'A-Za-z0-9.-' _)
  mkdir -p "$marks"
  if ! unschedulable "$name"; then
    # ours to take back, should the pods not go
    : >"$mark"
    k cordon "$name" >&2
  fi
  if [ "$force" = dead ]; then
    rm -f "$mark"
    return 0
  fi
  set -- --ignore-daemonsets --timeout "${seconds}s"
  # 1.20 has the new name of this option, and warns of the old one
  if kubectl drain --help 2>&1 | grep -q -- --delete-emptydir-data; then
    set -- "$@" --delete-emptydir-data
  else
    set -- "$@" --delete-local-data
  fi
  [ "$force" = no ] || set -- "$@" --force
  if kubectl drain "$name" "$@" </dev/null >&2; then
    rm -f "$mark"
    return 0
  fi
  {
    echo "these pods are still there:"
    pods "$name" | head -n 20
    if [ -f "$mark" ]; then
      k uncordon "$name" && rm -f "$mark"
      echo "the node takes pods again, as before"
    fi
  } >&2
  exit 1
}

# where etcd listens for this node alone: 127.0.0.1 or [::1]
etcd() {
  own=$(sed -n 's/.*--listen-client-urls=\([^,]*\).*/\1/p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null | head -n 1) || own=
  timeout 40 etcdctl --endpoints "${own:-https://127.0.0.1:2379}" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" \
    --key "$pki/healthcheck-client.key" --dial-timeout 5s --command-timeout 30s "$@"
}

# The leaving member's id, or nothing. Lines of member list are: ID, status, name, peer URLs, client URLs, learner.
member() {
  all=$(etcd member list) || return 1
  printf '%s\n' "$all" | awk -F ', ' -v peer="https://$host:2380" '$4 == peer {print $1}'
}

member_out() {
  mkdir -p "$snapshots"
  chmod 0700 "$snapshots"
  file="$snapshots/before-removal-$(date -u +%Y%m%dT%H%M%SZ).db"
  etcd snapshot save "$file.partial" >&2
  chmod 0600 "$file.partial"
  sync
  mv "$file.partial" "$file"
  id=$(member)
  [ -z "$id" ] || etcd member remove "$id" >&2
  tries=0
  # The one that went may have led the others: they choose anew.
  until [ -z "$(member || echo unknown)" ] && etcd endpoint health >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || {
      echo "etcd does not confirm within a minute that the member is out:" >&2
      etcd member list >&2 || true
      exit 1
    }
    sleep 1
  done
}

# ClusterStatus, which kubeadm kept before 1.22, without this address; nothing where it has none.
cluster_status() {
  k -n kube-system get configmap kubeadm-config --ignore-not-found -o 'jsonpath={.data.ClusterStatus}' </dev/null
}
has_status() { cluster_status | grep -qxF -e "    advertiseAddress: $1" -e "    advertiseAddress: '$1'"; }
forget_status() {
  text=$(cluster_status | awk -v a="$address" '
    function flush() {if (!mine) printf "%s", block; block = ""; mine = 0}
    /^  [^ ]/ {flush()}
    /^[^ ]/ {flush()}
    {block = block $0 "\n"}
    $1 == "advertiseAddress:" {value = $2; gsub(/["\047]/, "", value); if (value == a) mine = 1}
    END {flush()}' | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{printf "%s\\n", $0}')
  k -n kube-system patch configmap kubeadm-config --type merge -p "{\"data\":{\"ClusterStatus\":\"$text\"}}" </dev/null >&2
}

token() {
  [ "$token" = - ] || k -n kube-system get secret "bootstrap-token-$token" --ignore-not-found -o name </dev/null
}

forget() {
  if [ -n "$name" ]; then
    k get csr -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.username}{"\n"}{end}' </dev/null |
      awk -v user="system:node:$name" '$2 == user {print $1}' | while read -r csr; do k delete csr "$csr" --ignore-not-found </dev/null >&2; done
    k delete node "$name" --ignore-not-found --wait=false </dev/null >&2
    k -n kube-node-lease delete lease "$name" --ignore-not-found </dev/null >&2
    # nobody is left there to confirm their end
    k delete pods --all-namespaces --field-selector "spec.nodeName=$name" --force --grace-period=0 --wait=false </dev/null >&2
  fi
  if has_status "$address"; then forget_status; fi
  if [ "$token" != - ]; then
    k -n kube-system delete secret "bootstrap-token-$token" --ignore-not-found </dev/null >&2
  fi
}

case $what in
drain) seconds=$1 force=$2 ;;
forget) token=$1 ;;
esac
case $word:$what in
observe:drain)
  name=$(node_name)
  if [ -z "$name" ] || drained "$name"; then echo 'done'; else echo absent; fi
  ;;
observe:member)
  id=$(member)
  if [ -z "$id" ]; then echo 'done'; else echo absent; fi
  ;;
observe:forget)
  name=$(node_name)
  left=$(token)
  if [ -z "$name" ] && [ -z "$left" ] && ! has_status "$address"; then echo 'done'; else echo absent; fi
  ;;
apply:drain)
  name=$(node_name)
  [ -z "$name" ] || drain
  ;;
apply:member) member_out ;;
apply:forget)
  name=$(node_name)
  forget
  ;;
undo:*) ;;
esac
