# Every node is Ready, and every pod of Kubernetes and of what acp applied is Running with all its containers ready, or Completed
# (the two checks of the product guide, 001 "验证安装成功"). Other people's pods are theirs: a cluster that works takes a node, whatever
# they do; acp status tells of them. Argument: how many nodes there must be.
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
ours=kube-system
if [ -d /etc/kubernetes/acp/manifests ]; then
  # shellcheck disable=SC2016 # the template's own signs
  ours="$ours $(kubectl --request-timeout 10s get -R -f /etc/kubernetes/acp/manifests \
    -o go-template='{{define "o"}}{{with .metadata.namespace}}{{.}} {{end}}{{if eq .kind "Namespace"}}{{.metadata.name}} {{end}}{{end}}{{if .items}}{{range .items}}{{template "o" .}}{{end}}{{else}}{{template "o" .}}{{end}}' 2>&1)" || {
    printf '%s\n' "$ours"
    exit 1
  }
fi
pods=$(kubectl --request-timeout 10s get pods --all-namespaces --no-headers 2>&1) || {
  printf '%s\n' "$pods"
  exit 1
}
bad="$bad
$(printf '%s\n' "$pods" | awk -v ours=" $ours " '
  !index(ours, " " $1 " ") {next}
  {split($3, r, "/"); seen = 1}
  !($4 == "Completed" || ($4 == "Running" && r[1] == r[2]))
  END {if (!seen) print "no pods of kube-system"}')"
bad=$(printf '%s\n' "$bad" | sed '/^$/d')
[ -z "$bad" ] || {
  printf '%s\n' "$bad"
  exit 1
}
