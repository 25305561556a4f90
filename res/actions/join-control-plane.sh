# Joins a control plane. etcd's part is acp's own: the member is added as a learner, which has no vote, started, and
# promoted when it has caught up; at no point does the cluster need a member that is not there. Every step looks before
# it acts, so that a run after a broken one goes on. Arguments after the word: the node's name in Kubernetes (and etcd),
# its peer URL, the client URLs of the members before it, "status" where kubeadm keeps ClusterStatus or "-", the phases
# of kubeadm join to leave out, comma separated, the folder of patches that are named by flag, or "-".
set -eu
word=$1 name=$2 peer=$3 endpoints=$4 status=$5 skip=$6 patches=$7
config=/etc/kubernetes/acp/kubeadm-join.yaml
etcd_config=/etc/kubernetes/acp/kubeadm-etcd.yaml
manifests=/etc/kubernetes/manifests
pki=/etc/kubernetes/pki/etcd
own=/etc/kubernetes/kubelet.conf
snapshots=/var/lib/acp/node/etcd
mark=/var/lib/acp/node/actions/join-control-plane.mark
# Written before anything is done for the first time; see kubeadm-init.sh.
begun=/var/lib/acp/node/actions/join-control-plane.begun
# That the member has voted: on the machine's disk, and beside the member's data on theirs.
ran=/var/lib/acp/node/actions/join-control-plane.ran
data=/var/lib/etcd/member/acp-voted
export ETCDCTL_API=3

# What a cluster that is not ours has left here, if anything; nothing of it is ever taken over.
foreign() {
  for entry in "$own" /etc/kubernetes/bootstrap-kubelet.conf /var/lib/etcd/* /var/lib/etcd/.[!.]* "$manifests"/*.yaml; do
    case $entry in /var/lib/etcd/lost+found | "$manifests/keepalived.yaml" | "$manifests/haproxy.yaml") continue ;; esac
    if [ -e "$entry" ] || [ -L "$entry" ]; then
      printf '%s\n' "$entry"
      return 0
    fi
  done
}

bootstrapped() {
  [ -s "$own" ] && [ -s /var/lib/kubelet/pki/kubelet-client-current.pem ] && [ -s /var/lib/kubelet/config.yaml ] &&
    [ -s "$manifests/kube-apiserver.yaml" ] && [ -s "$manifests/kube-controller-manager.yaml" ] &&
    [ -s "$manifests/kube-scheduler.yaml" ] && [ -s /var/lib/kubelet/kubeadm-flags.env ]
}

# etcdctl at some URLs. usage: etcd_at URL,URL... WORD...
etcd_at() {
  at=$1
  shift
  timeout 40 etcdctl --endpoints "$at" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" \
    --key "$pki/healthcheck-client.key" --dial-timeout 5s --command-timeout 30s "$@"
}

# This node's member: "ID STATUS LEARNER", or nothing. Lines of member list are: ID, status, name, peer URLs, client URLs, learner.
member() {
  all=$(etcd_at "$endpoints" member list) || return 1
  printf '%s\n' "$all" | awk -F ', ' -v peer="$peer" '$4 == peer {print $1, $2, $6}'
}

# True when the data of the member that ran here are gone, as with a disk that was replaced or is not mounted. The folder member says
# nothing: etcd makes it before it looks at anything, and on the last that joined even a log, with which it cannot go on.
lost() {
  set -- /var/lib/etcd/member/wal/*.wal
  [ -e "$1" ] || return 0
  [ -f "$ran" ] && [ ! -f "$data" ] && ! etcd_at "${peer%:*}:2379" endpoint health >/dev/null 2>&1
}

# Until no etcd runs here, a minute at most.
etcd_ends() {
  tries=0
  while cat /proc/[0-9]*/comm 2>/dev/null | grep -qx etcd; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || {
      echo "etcd still runs here a minute after its manifest was taken away" >&2
      exit 1
    }
    sleep 1
  done
}

# A copy of everything, before the membership changes; of one member, as etcdctl wants it.
snapshot() {
  mkdir -p "$snapshots"
  chmod 0700 "$snapshots"
  file="$snapshots/before-join-of-$name-$(date -u +%Y%m%dT%H%M%SZ).db"
  rest=$endpoints
  while [ -n "$rest" ]; do
    one=${rest%%,*}
    case $rest in *,*) rest=${rest#*,} ;; *) rest= ;; esac
    if etcd_at "$one" snapshot save "$file.partial" >&2; then
      chmod 0600 "$file.partial"
      sync
      mv "$file.partial" "$file"
      return 0
    fi
  done
  echo "no member of etcd gave a snapshot; its membership is left as it is" >&2
  return 1
}

# Makes this node a member, as a learner, unless it is one.
add_member() {
  seen=$(member) || {
    echo "etcd at $endpoints does not tell its members" >&2
    exit 1
  }
  if [ -n "$seen" ] && lost; then
    case $seen in
    *' unstarted '*) ;;
    *)
      # It ran once and its data is gone: as the member it was it would vote on what it no longer knows.
      echo "this node's member lost its data; it is taken out and added anew" >&2
      # a read that needs a majority, as the change of membership will
      etcd_at "$endpoints" get --prefix --limit 1 --keys-only / >/dev/null || {
        echo "etcd at $endpoints has no majority now; its membership, and this node, are left as they are" >&2
        exit 1
      }
      snapshot
      # the kubelet ends what tries to start as it
      rm -f "$manifests/etcd.yaml"
      etcd_at "$endpoints" member remove "${seen%% *}" >&2
      etcd_ends
      rm -rf /var/lib/etcd/member
      rm -f "$ran"
      seen=
      ;;
    esac
  fi
  [ -z "$seen" ] || return 0
  snapshot
  etcd_at "$endpoints" member add "$name" --learner "--peer-urls=$peer" >&2
}

# etcd's static pod: kubeadm's own, with the members that there are.
etcd_manifest() {
  file=$manifests/etcd.yaml
  if [ -f "$file" ] && grep -q -- '--initial-cluster-state=existing' "$file"; then return 0; fi
  cluster=$(etcd_at "$endpoints" member list | awk -F ', ' -v peer="$peer" -v name="$name" '
    $4 == peer {list = list sep name "=" $4; sep = ","; next}
    $2 == "started" {list = list sep $3 "=" $4; sep = ","}
    END {print list}')
  case $cluster in
  *"=https://"*",$name=$peer"* | *"$name=$peer,"*"=https://"*) ;;
  *)
    echo "etcd's list of members is not one to join: ${cluster:-empty}" >&2
    exit 1
    ;;
  esac
  set --
  [ "$patches" = - ] || set -- --experimental-patches "$patches"
  kubeadm init phase etcd local --config "$etcd_config" "$@" >&2
  awk -v cluster="$cluster" '
    /- --initial-cluster=/ {sub(/--initial-cluster=.*/, "--initial-cluster=" cluster); print
      sub(/--initial-cluster=.*/, "--initial-cluster-state=existing")}
    {print}' "$file" >/etc/kubernetes/acp/etcd.yaml.partial
  grep -q -- '--initial-cluster-state=existing' /etc/kubernetes/acp/etcd.yaml.partial || {
    echo "kubeadm wrote a manifest of etcd in which acp does not find --initial-cluster" >&2
    exit 1
  }
  chmod 0600 /etc/kubernetes/acp/etcd.yaml.partial
  sync
  mv /etc/kubernetes/acp/etcd.yaml.partial "$file"
}

join() {
  if bootstrapped; then
    # kubeadm was ended after the kubelet had its own certificate; what is left are notes in the cluster. By init's phases, which do the
    # same with admin.conf; join's would read the cluster's configuration with the token, which may have ended by now.
    sh /etc/kubernetes/acp/join.sh go-on "$config" "$name" >&2
    [ "$status" != status ] || kubeadm init phase upload-config kubeadm --config "$etcd_config" >&2
    kubeadm init phase mark-control-plane --config "$etcd_config" >&2
    return 0
  fi
  set --
  [ "$patches" = - ] || set -- --experimental-patches "$patches"
  # What is there already is acp's own: its keepalived, its etcd, and what a broken try left. check-etcd would ask this node's own
  # member too, which runs only once the kubelet does; acp has just asked the others.
  sh /etc/kubernetes/acp/join.sh begin "$config" "$@" --skip-phases "$skip,check-etcd" --ignore-preflight-errors \
    DirAvailable--etc-kubernetes-manifests,DirAvailable--var-lib-etcd,FileAvailable--etc-kubernetes-manifests-etcd.yaml,FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml,FileAvailable--etc-kubernetes-manifests-kube-controller-manager.yaml,FileAvailable--etc-kubernetes-manifests-kube-scheduler.yaml,FileAvailable--etc-kubernetes-kubelet.conf,FileAvailable--etc-kubernetes-bootstrap-kubelet.conf,FileAvailable--etc-kubernetes-pki-ca.crt,Port-6443,Port-10250,Port-10257,Port-10259,Port-2379,Port-2380 \
    >&2
}

promote() {
  tries=0
  while :; do
    seen=$(member) || seen=
    case $seen in
    *' started false') return 0 ;;
    *' started true') said=$(etcd_at "$endpoints" member promote "${seen%% *}" 2>&1) || true ;;
    '') said="etcd at $endpoints does not tell its members" ;;
    *) said="this node's etcd has not started yet" ;;
    esac
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || {
      echo "etcd's new member did not come to vote within 5 minutes; etcd's last word: $said" >&2
      exit 1
    }
    sleep 1
  done
}

case $word in
observe)
  if [ -f "$mark" ] && bootstrapped && [ -f "$manifests/etcd.yaml" ] && ! lost; then
    # Whether it still is a member only etcd knows; when nobody answers, the mark counts.
    seen=$(member 2>/dev/null) || seen='- - false'
    case $seen in
    *' false') echo 'done' ;;
    *) echo partial ;;
    esac
  elif [ -f "$mark" ] || [ -f "$begun" ]; then
    echo partial
  elif [ -n "$(foreign)" ]; then
    echo "foreign $(foreign) is there, and acp did not make it"
  else
    echo absent
  fi
  ;;
apply)
  mkdir -p "${mark%/*}"
  if [ ! -f "$begun" ] && [ ! -f "$mark" ]; then
    [ -z "$(foreign)" ] || {
      echo "$(foreign) is there, and acp did not make it" >&2
      exit 1
    }
    : >"$begun"
    sync
  else
    sh /etc/kubernetes/acp/half-written.sh
  fi
  # The authorities are here already, so that nobody has to be asked; join's own phase for it looks for the cluster first, where kubeadm
  # (seen with 1.20, app/discovery/file) waits 5 s before it asks at all.
  kubeadm init phase certs all --config "$etcd_config" >&2
  sync
  add_member
  etcd_manifest
  join
  # before its vote counts
  sync
  promote
  : >"$data"
  sync
  : >"$ran"
  : >"$mark"
  sync
  ;;
undo)
  # Membership is taken out by what removes the node, or goes with the whole cluster.
  rm -f "$mark"
  ;;
esac
