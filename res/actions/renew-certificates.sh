# Renews what kubeadm made on one control plane, and restarts what reads it, one after another. Works with the API down
# and everything expired. Nothing of it ever takes a manifest away, so that a power loss at any point leaves a control plane
# that starts by itself. Arguments after the word: a name for what is kept of before; the node's name in Kubernetes; the URL of
# its API server; "wait" to see each part healthy before the next is restarted, or "blind" where etcd cannot be healthy before
# other nodes are renewed as well; then PATH DIGEST pairs: files that must hold something else than these.
set -eu
word=$1 id=$2 name=$3 server=$4 how=$5
shift 5
certs=/var/lib/acp/node/certs
kept=$certs/before-$id
unfinished=$certs/unfinished
snapshots=/var/lib/acp/node/etcd
kubernetes=/etc/kubernetes
pki=$kubernetes/pki/etcd
admin=/root/.kube/config
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
export ETCDCTL_API=3

renewed() {
  while [ $# -gt 0 ]; do
    [ -f "$1" ] || return 1
    seen=$(sha256sum <"$1")
    [ "${seen%% *}" != "$2" ] || return 1
    shift 2
  done
}

etcd() {
  # 127.0.0.1 or [::1], by the family of the node's first address
  url=$(sed -n 's/.*--listen-client-urls=\([^,]*\).*/\1/p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null) || url=''
  timeout 60 etcdctl --endpoints "${url:-https://127.0.0.1:2379}" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" \
    --key "$pki/healthcheck-client.key" --dial-timeout 5s --command-timeout 50s "$@"
}

# A copy of all that etcd holds. usage: snapshot FILE
snapshot() {
  etcd snapshot save "$1.partial" >&2 || return 1
  chmod 0600 "$1.partial"
  sync
  mv "$1.partial" "$1"
}

# The files themselves, where no etcd gives a snapshot: one that runs may be in the middle of a write.
cold_copy() {
  [ -d /var/lib/etcd/member ] || return 1
  rm -rf "$1.partial"
  cp -a /var/lib/etcd/member "$1.partial"
  sync
  mv "$1.partial" "$1"
  echo "etcd gave no snapshot; its files are copied to $1" >&2
}

# The container of a static pod that runs now, if any. usage: container POD
container() {
  timeout 20 ctr -n k8s.io containers ls -q \
    "labels.\"io.kubernetes.container.name\"==$1,labels.\"io.kubernetes.pod.namespace\"==kube-system,labels.\"io.kubernetes.pod.name\"==$1-$name" |
    while read -r one; do
      if timeout 20 ctr -n k8s.io tasks ls | awk -v id="$one" '$1 == id && $3 == "RUNNING" {found = 1} END {exit !found}'; then
        echo "$one"
      fi
    done | head -n 1
}

# Ends a static pod's container; the kubelet starts the next one, which reads the new files. One that is another already, such
# as one that had lost the API server meanwhile, has read them. usage: restart POD
restart() {
  before=$(sed -n "s/^$1 //p" "$unfinished")
  now=$(container "$1")
  if [ -n "$now" ] && [ "$now" = "$before" ]; then
    timeout 20 ctr -n k8s.io tasks kill -s SIGTERM "$before" >&2 || true
  fi
  tries=0
  until now=$(container "$1") && [ -n "$now" ] && [ "$now" != "$before" ]; do
    tries=$((tries + 1))
    if [ "$tries" = 60 ] && [ -n "$before" ]; then
      timeout 20 ctr -n k8s.io tasks kill -s SIGKILL "$before" >&2 || true
    fi
    if [ "$tries" -ge 120 ]; then
      [ "$how" = wait ] || return 0
      echo "the kubelet did not start $1 anew within 2 minutes" >&2
      exit 1
    fi
    sleep 1
  done
}

# usage: healthy WHAT COMMAND...; a minute and a half for it to come true
healthy() {
  [ "$how" = wait ] || return 0
  what=$1
  shift
  tries=0
  until said=$("$@" 2>&1); do
    tries=$((tries + 1))
    [ "$tries" -lt 90 ] || {
      printf '%s is not healthy with its new certificates: %s\n' "$what" "$said" >&2
      exit 1
    }
    sleep 1
  done
}

ready() {
  [ "$(timeout 15 kubectl --kubeconfig "$kubernetes/admin.conf" --server "$server" --request-timeout 10s get --raw /readyz)" = ok ]
}

case $word in
observe)
  if [ -e "$unfinished" ]; then
    echo partial
  elif renewed "$@"; then
    echo 'done'
  else
    echo absent
  fi
  ;;
apply)
  config=$kubernetes/acp/kubeadm-init.yaml
  [ -f "$config" ] || config=$kubernetes/acp/kubeadm-etcd.yaml
  [ -f "$config" ] || {
    echo "there is no configuration of kubeadm here that acp wrote" >&2
    exit 1
  }
  mkdir -p "$certs" "$snapshots" "$HOME"
  chmod 0700 "$certs" "$snapshots"
  if [ ! -d "$kept" ]; then
    rm -rf "$kept.partial"
    mkdir -m 0700 "$kept.partial"
    cp -a "$kubernetes/pki" "$kubernetes"/*.conf "$kept.partial/"
    [ ! -f "$admin" ] || cp -a "$admin" "$kept.partial/root-kube-config"
    sync
    mv "$kept.partial" "$kept"
  fi
  file=$snapshots/before-renewal-$id
  # With everything expired etcd takes nobody's word before its certificates are new; it reads them at each handshake.
  [ -e "$file.db" ] || snapshot "$file.db" || true
  # which containers run by the old files: the others need no end
  for pod in etcd kube-apiserver kube-controller-manager kube-scheduler; do
    printf '%s %s\n' "$pod" "$(container "$pod")"
  done >"$unfinished.partial"
  mv "$unfinished.partial" "$unfinished"
  sync
  kubeadm certs renew all --config "$config" </dev/null >&2
  # what its owner copied from admin.conf is a copy of it again, also of one that an earlier renewal, cut off, made old
  for old in "$certs"/before-*/admin.conf; do
    if [ -f "$admin" ] && cmp -s "$admin" "$old"; then cat "$kubernetes/admin.conf" >"$admin"; fi
  done
  [ -e "$file.db" ] || [ -e "$file.files" ] || snapshot "$file.db" || cold_copy "$file.files" || {
    echo "etcd could not be copied; nothing was restarted" >&2
    exit 1
  }
  if [ "$how" = blind ]; then
    # it may have given up on containers for minutes; a new kubelet tries each at once
    systemctl restart kubelet.service
  fi
  restart etcd
  healthy etcd etcd endpoint health
  restart kube-apiserver
  healthy "the API server" ready
  restart kube-controller-manager
  restart kube-scheduler
  rm -f "$unfinished"
  sync
  ;;
undo)
  # the cluster's keys go with the cluster
  rm -f "$unfinished"
  ;;
esac
