# What a support bundle takes from the live cluster, asked on one control plane; nothing is changed, and no Secret is read.
# Arguments: a mark that no object can hold. Parts as in node.sh. Where the API is down, etcd is what is left to ask.
mark=$1
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
export ETCDCTL_API=3
pki=/etc/kubernetes/pki/etcd
# 127.0.0.1 or [::1], by the family of the node's first address
url=$(sed -n 's/.*--listen-client-urls=\([^,]*\).*/\1/p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null)

part() {
  name=$1 most=$2
  shift 2
  printf '\n%s %s\n' "$mark" "$name"
  timeout -k 2 25 "$@" </dev/null 2>&1 | head -c "$most"
}
etcd() {
  name=$1
  shift
  part "cluster/etcd-$name.txt" 65536 etcdctl --endpoints "${url:-https://127.0.0.1:2379}" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" \
    --key "$pki/healthcheck-client.key" --dial-timeout 3s --command-timeout 8s "$@"
}

etcd members member list -w table
etcd health endpoint health --cluster
etcd status endpoint status --cluster -w table
etcd alarms alarm list
part cluster/readyz.txt 65536 kubectl --request-timeout 10s get --raw '/readyz?verbose'
if timeout 12 kubectl --request-timeout 10s get --raw /readyz >/dev/null 2>&1; then
  part cluster/version.txt 16384 kubectl --request-timeout 10s version
  part cluster/overview.txt 524288 kubectl --request-timeout 20s get nodes,pods,services,endpoints,deployments,daemonsets,statefulsets,jobs --all-namespaces -o wide
  part cluster/nodes-described.txt 524288 kubectl --request-timeout 20s describe nodes
  for kind in nodes namespaces pods events services endpoints deployments daemonsets statefulsets replicasets jobs cronjobs \
    persistentvolumes persistentvolumeclaims storageclasses ingresses networkpolicies leases.coordination.k8s.io \
    certificatesigningrequests apiservices validatingwebhookconfigurations mutatingwebhookconfigurations customresourcedefinitions; do
    # events come and go by the thousand; an object list that is cut is no JSON, and is said to be so
    part "cluster/objects/$kind.json" 1048576 kubectl --request-timeout 20s get "$kind" --all-namespaces -o json
  done
  # acp's and kubeadm's own; those of others may hold anything
  part cluster/objects/configmaps-kube-system.json 1048576 kubectl --request-timeout 20s -n kube-system get configmaps -o json
fi
printf '\n%s end\n' "$mark"
