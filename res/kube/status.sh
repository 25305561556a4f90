# What the cluster says of itself, read on a control plane. Argument: this node's own URL of the API, asked where the cluster's
# address does not answer. Prints parts, each after a line "@@NAME".
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
server=
k() {
  kubectl ${server:+--server "$server"} --request-timeout 15s "$@"
}
echo "@@readyz"
answer=$(k get --raw /readyz 2>&1) || server=${1:-}
printf '%s\n' "$answer"
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
echo "@@end"
