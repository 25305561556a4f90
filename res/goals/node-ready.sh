# This node is Ready, asked with its own certificate. Argument: its name in Kubernetes.
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
ready=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout 10s get node "$1" \
  -o 'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.reason}: {.message}{end}' 2>&1)
case $ready in
'True '*) exit 0 ;;
esac
printf '%s\n' "$ready"
exit 1
