# Workloads have all their pods. Arguments: KIND NAMESPACE NAME, three a workload.
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
bad=0
while [ $# -gt 0 ]; do
  case $1 in
  DaemonSet)
    counts=$(kubectl --request-timeout 10s -n "$2" get daemonset "$3" \
      -o 'jsonpath={.status.desiredNumberScheduled} {.status.numberReady} {.status.updatedNumberScheduled} {.metadata.generation} {.status.observedGeneration}' 2>&1)
    ;;
  Deployment | StatefulSet)
    counts=$(kubectl --request-timeout 10s -n "$2" get "$1" "$3" \
      -o 'jsonpath={.spec.replicas} {.status.readyReplicas} {.status.updatedReplicas} {.metadata.generation} {.status.observedGeneration}' 2>&1)
    ;;
  *) counts="a kind that is not known" ;;
  esac
  # wanted, ready, updated are the same number above zero, and the controller has seen the newest wish
  printf '%s\n' "$counts" |
    awk 'NF == 5 && $1 > 0 && $1 == $2 && $1 == $3 && $4 == $5 {ok = 1} END {exit ok ? 0 : 1}' || {
    echo "$1 $2/$3: wanted, ready, updated: $counts"
    kubectl --request-timeout 10s -n "$2" get pods -o wide 2>&1 | awk -v n="$3" 'NR == 1 || index($0, n)' | tail -n 6
    bad=1
  }
  shift 3
done
exit $bad
