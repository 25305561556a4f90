# The way out when most of etcd's members are gone for good: this node's member goes on alone, with the data that it has.
# usage: sh etcd-recover.sh --others-are-gone
# It says by that word that no other member will come back with its old data: a machine that does would begin a second cluster
# beside this one. Switch those machines off, or take etcd's data from them, before.
set -eu
manifest=/etc/kubernetes/manifests/etcd.yaml
kept=/etc/kubernetes/acp/etcd.yaml.before-recovery
pki=/etc/kubernetes/pki/etcd
snapshots=/var/lib/acp/node/etcd
# 127.0.0.1 or [::1], by the family of the node's first address; read before the manifest is moved
own=$(sed -n 's/.*--listen-client-urls=\([^,]*\).*/\1/p' "$manifest" "$kept" 2>/dev/null | head -n 1) || own=

umask 077
[ "${1:-}" = --others-are-gone ] || {
  sed -n '2,4p' "$0" >&2
  exit 2
}
etcd() {
  ETCDCTL_API=3 timeout 40 etcdctl --endpoints "${own:-https://127.0.0.1:2379}" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" \
    --key "$pki/healthcheck-client.key" --dial-timeout 3s --command-timeout 30s "$@"
}
# What is running now says with which flags it was started. usage: runs_with yes|no
runs_with() {
  seen=no
  for process in /proc/[0-9]*; do
    read -r name <"$process/comm" 2>/dev/null || continue
    [ "$name" = etcd ] || continue
    seen=without
    if tr '\0' '\n' <"$process/cmdline" 2>/dev/null | grep -qx -- '--force-new-cluster=true'; then seen=with; fi
  done
  [ "$seen" = "$1" ]
}
# usage: wait_for with|without
wait_for() {
  tries=0
  until runs_with "$1" && etcd endpoint health >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 180 ] || {
      echo "etcd did not come up $1 --force-new-cluster within 3 minutes; its manifest from before is $kept" >&2
      exit 1
    }
    sleep 1
  done
}
write() { # from stdin, whole or not at all; the kubelet does not look at names that begin with a dot
  umask 077
  cat >/etc/kubernetes/manifests/.etcd.partial
  sync
  mv /etc/kubernetes/manifests/.etcd.partial "$manifest"
}

if [ ! -f "$kept" ]; then
  if etcd endpoint health >/dev/null 2>&1; then
    echo "etcd answers here: it has its majority, and nothing was changed" >&2
    exit 1
  fi
  grep -q -- '^ *- --initial-cluster=' "$manifest" || {
    echo "$manifest is not the manifest that acp knows; nothing was changed" >&2
    exit 1
  }
  cp -p "$manifest" "$kept.partial"
  sync
  mv "$kept.partial" "$kept"
fi
# What there is, kept before anything is changed. A member that was started anew since the others are gone serves nobody, not even
# for a snapshot; then its files are copied while it is stopped.
if [ ! -f "$kept.copied" ]; then
  mkdir -p "$snapshots"
  chmod 0700 "$snapshots"
  copy=$snapshots/before-recovery-$(date -u +%Y%m%dT%H%M%SZ)
  if etcd snapshot save "$copy.db.partial" >/dev/null 2>&1; then
    sync
    mv "$copy.db.partial" "$copy.db"
    echo "a snapshot from before: $copy.db"
  else
    rm -f "$manifest"
    tries=0
    until runs_with no; do
      tries=$((tries + 1))
      [ "$tries" -lt 90 ] || {
        echo "etcd does not stop within 90 s of its manifest being away; that is kept as $kept" >&2
        exit 1
      }
      sleep 1
    done
    cp -a /var/lib/etcd/member "$copy.member.partial"
    sync
    mv "$copy.member.partial" "$copy.member"
    echo "etcd's files from before: $copy.member"
  fi
  : >"$kept.copied"
  sync
fi
# A second start with it harms nothing: what was cut off here goes on.
sed 's/^\( *\)- --initial-cluster=.*/&\n\1- --force-new-cluster=true/' "$kept" | write
wait_for with
write <"$kept"
wait_for without
rm -f "$kept" "$kept.copied"
etcd member list
echo "etcd goes on with this member alone. Have the other machines reset before they come back, then run acp setup again."
