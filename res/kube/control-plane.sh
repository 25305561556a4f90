# What one control plane knows of itself, where the cluster as a whole may be past asking. Changes nothing. Arguments: the
# cluster's virtual address or "-", this node's own URL of the API, the units that must run. Prints parts, each after a
# line "@@NAME".
vip=$1 url=$2
shift 2
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
record=/var/lib/acp/node/record
pki=/etc/kubernetes/pki/etcd
# 127.0.0.1 or [::1], by the family of the node's first address
own=$(sed -n 's/.*--listen-client-urls=\([^,]*\).*/\1/p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null) || own=
k() {
  kubectl --server "$url" --request-timeout 10s "$@"
}
etcd() {
  ETCDCTL_API=3 timeout 12 etcdctl --endpoints "${own:-https://127.0.0.1:2379}" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" \
    --key "$pki/healthcheck-client.key" --dial-timeout 3s --command-timeout 5s "$@"
}

echo "@@vip"
if [ "$vip" != - ]; then
  if seen=$(ip -o address show 2>/dev/null); then
    printf '%s\n' "$seen" | awk -v a="$vip" '{split($4, p, "/"); if (p[1] == a) found = 1} END {print found ? "holds" : "no"}'
  else
    echo unknown
  fi
fi
echo "@@readyz"
k get --raw /readyz 2>&1
echo
echo "@@units"
for unit in "$@"; do
  state=$(systemctl is-active "$unit" 2>/dev/null) || true
  printf '%s %s\n' "$unit" "${state:-unknown}"
done
echo "@@etcd-members"
etcd member list 2>/dev/null
echo "@@etcd-self"
etcd endpoint status -w json 2>/dev/null
echo
echo "@@etcd-serves"
if etcd endpoint health >/dev/null 2>&1; then echo yes; else echo no; fi
echo "@@encryption"
sha256sum /etc/kubernetes/encryption-provider.conf 2>/dev/null | cut -d ' ' -f 1
# What acp put here and is no more as acp put it; the newest record of a path counts. Of large files only that they are there.
echo "@@drift"
# without them nothing would be found, which is not the same as nothing being there
for tool in awk cut find sha256sum sort; do command -v "$tool" >/dev/null 2>&1 || echo "missing program $tool"; done
if [ -d "$record" ]; then
  cat "$record"/[0-9]*/entry 2>/dev/null | awk '
    $1 == "id" {id = substr($0, 4)}
    $1 == "now" && id ~ /^file:/ {now[substr(id, 6)] = $0}
    END {for (path in now) {n = split(now[path], w, " "); if (w[2] == "file") print w[n], path}}' | sort -k 2 |
    while read -r sum path; do
      if [ ! -f "$path" ]; then
        echo "missing $path"
      elif [ -z "$(find "$path" -size +1024k 2>/dev/null)" ]; then
        [ "$(sha256sum <"$path" | cut -d ' ' -f 1)" = "$sum" ] || echo "changed $path"
      fi
    done
else
  echo "missing $record"
fi
# The components that were applied from here: a line an object, "KIND NAMESPACE/NAME wanted ready updated generation observed".
for folder in /etc/kubernetes/acp/manifests/*/; do
  [ -d "$folder" ] || continue
  folder=${folder%/}
  echo "@@chart ${folder##*/}"
  # shellcheck disable=SC2016 # the template's own signs
  k get -f "$folder" -o go-template='{{define "o"}}{{.kind}} {{or .metadata.namespace "-"}}/{{.metadata.name}} {{if eq .kind "DaemonSet"}}{{or .status.desiredNumberScheduled 0}} {{or .status.numberReady 0}} {{or .status.updatedNumberScheduled 0}}{{else if .status.observedGeneration}}{{or .spec.replicas 0}} {{or .status.readyReplicas 0}} {{or .status.updatedReplicas 0}}{{else}}- - -{{end}} {{or .metadata.generation 0}} {{or .status.observedGeneration 0}}{{"\n"}}{{end}}{{if eq .kind "List"}}{{range .items}}{{template "o" .}}{{end}}{{else}}{{template "o" .}}{{end}}' 2>&1
done
echo "@@end"
