# Proves that the cluster works for a user: a pod on every node, each reaching every other by its addresses (one of each
# family that the cluster has), a Service by its addresses and by name, exec and logs. It takes its own namespace away again. Arguments after the word: a
# digest of what is verified (nodes' names and versions), the toolbox image, the cluster's domain, how many
# nodes there are, and how many addresses a pod has.
set -eu
word=$1 digest=$2 image=$3 domain=$4 nodes=$5 families=$6
export KUBECONFIG=/etc/kubernetes/admin.conf
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp
space=acp-verify

k() {
  kubectl --request-timeout 20s "$@"
}

# A literal IPv6 address stands in brackets.
in_url() {
  case $1 in *:*) printf '[%s]\n' "$1" ;; *) printf '%s\n' "$1" ;; esac
}

# A digest of the nodes as the cluster knows them: one that was deleted and registered anew has another id.
registered() {
  ids=$(k get nodes -o 'jsonpath={range .items[*]}{.metadata.uid}{"\n"}{end}') || return 1
  printf '%s\n' "$ids" | sort | sha256sum | sed 's/ .*//'
}

case $word in
observe)
  [ -f "$KUBECONFIG" ] || {
    echo absent
    exit 0
  }
  there=$(registered) || exit 1
  seen=$(k -n kube-system get configmap acp-verified --ignore-not-found -o 'jsonpath={.data.digest} {.data.nodes}') || exit 1
  if [ "$seen" = "$digest $there" ]; then echo 'done'; else echo absent; fi
  ;;
apply)
  there=$(registered)
  kubectl delete namespace "$space" --ignore-not-found --timeout 90s >&2
  k apply -f - >&2 <<EOF
apiVersion: v1
kind: Namespace
metadata: {name: $space}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: toolbox, namespace: $space}
spec:
  selector: {matchLabels: {app: toolbox}}
  template:
    metadata: {labels: {app: toolbox}}
    spec:
      terminationGracePeriodSeconds: 0
      tolerations: [{operator: Exists}]
      containers:
        - name: toolbox
          image: "$image"
          command: ["sh", "-c", "mkdir -p /tmp/www && echo \$(hostname) > /tmp/www/index.html && echo ready && exec httpd -f -p 8080 -h /tmp/www"]
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: toolbox, namespace: $space}
spec:
  ipFamilyPolicy: PreferDualStack
  selector: {app: toolbox}
  ports: [{port: 80, targetPort: 8080}]
EOF
  tries=0
  until pods=$(k -n "$space" get pods -l app=toolbox --field-selector status.phase=Running \
    -o 'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].ready} {.status.podIP} {.status.podIPs[*].ip}{"\n"}{end}') &&
    [ "$(printf '%s\n' "$pods" | grep -c ' true ')" = "$nodes" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 120 ] || {
      echo "the verifying pods are not ready on all $nodes nodes:" >&2
      k -n "$space" get pods -o wide >&2
      k -n "$space" get events --field-selector type=Warning --sort-by=.lastTimestamp \
        -o 'jsonpath={range .items[*]}{.involvedObject.name}: {.reason}: {.message}{"\n"}{end}' | tail -n 5 >&2
      # a full disk, say: the kubelet turns pods away until five minutes after there is room again
      k get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{range .spec.taints[*]}{" "}{.key}{end}{"\n"}{end}' |
        sed -n 's/^\([^ ]*\) \(.*node\.kubernetes\.io.*\)/node \1 turns pods away: \2/p' >&2
      exit 1
    }
    sleep 1
  done
  # A Service's name takes a moment to reach the name server and every node's rules.
  asked=$(printf '%s\n' "$pods" | awk '{print $1}')
  addresses=$(printf '%s\n' "$pods" | awk '{for (i = 3; i <= NF; i++) if (!seen[$i]++) print $i}')
  found=$(printf '%s\n' "$addresses" | grep -c .)
  [ "$found" = $((nodes * families)) ] || {
    echo "the verifying pods have $found addresses, wanted $families each:" >&2
    printf '%s\n' "$pods" >&2
    exit 1
  }
  services=$(k -n "$space" get service toolbox -o 'jsonpath={.spec.clusterIP}{"\n"}{range .spec.clusterIPs[*]}{@}{"\n"}{end}' | sort -u)
  [ "$(printf '%s\n' "$services" | grep -c .)" = "$families" ] || {
    echo "the verifying Service has not an address of each family ($families):" >&2
    printf '%s\n' "$services" >&2
    exit 1
  }
  urls=$(for address in $addresses; do printf 'http://%s:8080/\n' "$(in_url "$address")"; done)
  named=$(for host in $services "toolbox.$space.svc.$domain"; do printf 'http://%s/\n' "$(in_url "$host")"; done)
  # One exec a pod: there are as many ways between pods as the square of the nodes. A Service takes its moment; a pod does not.
  # shellcheck disable=SC2016 # the pod's own
  program='
    for url in $1; do
      timeout 5 wget -q -O /dev/null "$url" || { echo "cannot reach the pod at $url"; exit 1; }
    done
    for url in $2; do
      tries=0
      until timeout 5 wget -q -O /dev/null "$url" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 20 ] || { echo "cannot reach the service toolbox as $url"; exit 1; }
        sleep 1
      done
    done'
  for pod in $asked; do
    said=$(timeout 300 kubectl -n "$space" exec "$pod" -- sh -c "$program" sh "$urls" "$named" </dev/null 2>&1) || {
      echo "pod $pod of $space: $said" >&2
      exit 1
    }
    k -n "$space" logs "$pod" | grep -qx ready || {
      echo "no logs from pod $pod" >&2
      exit 1
    }
  done
  kubectl delete namespace "$space" --timeout 90s >&2
  k -n kube-system create configmap acp-verified "--from-literal=digest=$digest" "--from-literal=nodes=$there" \
    --dry-run=client -o yaml | k apply -f - >&2
  ;;
undo) ;;
esac
