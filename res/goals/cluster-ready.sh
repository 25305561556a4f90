# Every node is Ready, and every pod is Running with all its containers ready, or Completed (the two
# checks of the product guide, 001 "验证安装成功"). Argument: how many nodes there must be.
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
nodes=$(kubectl --request-timeout 10s get nodes --no-headers 2>&1) || {
  printf '%s\n' "$nodes"
  exit 1
}
bad=$(printf '%s\n' "$nodes" | awk '$2 != "Ready" && $2 != "Ready,SchedulingDisabled"')
count=$(printf '%s\n' "$nodes" | grep -c .) || count=no
[ "$count" = "$1" ] || bad="$bad
$count nodes, wanted $1"
pods=$(kubectl --request-timeout 10s get pods --all-namespaces --no-headers 2>&1) || {
  printf '%s\n' "$pods"
  exit 1
}
bad="$bad
$(printf '%s\n' "$pods" | awk '{split($3, r, "/")} !($4 == "Completed" || ($4 == "Running" && r[1] == r[2]))')"
bad=$(printf '%s\n' "$bad" | sed '/^$/d')
[ -z "$bad" ] || {
  printf '%s\n' "$bad"
  exit 1
}
