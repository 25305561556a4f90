# What the cluster says of itself, read on a control plane. Prints parts, each after a line "@@NAME".
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
k() {
  kubectl --request-timeout 15s "$@"
}
echo "@@readyz"
k get --raw /readyz 2>&1
echo
echo "@@version"
k version -o json 2>/dev/null
echo
echo "@@nodes"
k get nodes -o json 2>/dev/null
echo
echo "@@pods"
k get pods --all-namespaces -o json 2>/dev/null
echo
echo "@@applied"
k -n kube-system get configmaps -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}' 2>/dev/null | sed -n 's/^acp-applied-//p'
echo "@@etcd"
tool=$(command -v etcdctl 2>/dev/null || true)
if [ -n "$tool" ]; then
  # 127.0.0.1 or [::1], by the family of the node's first address
  own=$(sed -n 's/.*--listen-client-urls=\([^,]*\).*/\1/p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null)
  ETCDCTL_API=3 "$tool" --command-timeout 10s --endpoints "${own:-https://127.0.0.1:2379}" \
    --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt \
    --key /etc/kubernetes/pki/etcd/server.key endpoint health --cluster -w json 2>/dev/null
fi
echo
echo "@@end"
