# This node is Ready, asked with its own certificate. Argument: its name in Kubernetes.
ready=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout 10s get node "$1" \
  -o 'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.reason}: {.message}{end}' 2>&1)
case $ready in
'True '*) exit 0 ;;
esac
printf '%s\n' "$ready"
exit 1
