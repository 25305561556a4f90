# A snapshot of this node's etcd, for acp to fetch, before something is taken away. usage: take | drop
# Prints "taken BYTES SHA256", or "none WHY" where no etcd runs; ends with an error where one runs and gives none.
set -eu
folder=/var/lib/acp/node/etcd
file=$folder/leaving.db
pki=/etc/kubernetes/pki/etcd
# 127.0.0.1 or [::1], by the family of the node's first address
own=$(sed -n 's/.*--listen-client-urls=\([^,]*\).*/\1/p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null) || own=
case $1 in
take)
  running=
  for process in /proc/[0-9]*; do
    read -r name <"$process/comm" 2>/dev/null || continue
    [ "$name" != etcd ] || running=yes
  done
  if [ -z "$running" ] || [ ! -d /var/lib/etcd/member ] || [ ! -f "$pki/healthcheck-client.key" ]; then
    echo "none no etcd of Kubernetes runs here"
    exit 0
  fi
  umask 077
  mkdir -p "$folder"
  rm -f "$file"
  # Of this member alone, which needs no majority.
  ETCDCTL_API=3 timeout 540 etcdctl --endpoints "${own:-https://127.0.0.1:2379}" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" \
    --key "$pki/healthcheck-client.key" --dial-timeout 5s --command-timeout 530s snapshot save "$file" >&2
  echo "taken $(wc -c <"$file") $(sha256sum <"$file" | cut -d ' ' -f 1)"
  ;;
drop) rm -f "$file" "$file.part" ;;
*) exit 2 ;;
esac
