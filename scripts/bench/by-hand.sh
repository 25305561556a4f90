#!/usr/bin/env bash
# Brings up a cluster from the sample's parts by hand: ssh, kubeadm, kubectl, in the best order known. It proves that the parts
# work, and it is the yardstick that `acp setup` is measured against: the same work (packages, programs, a registry with mutual
# TLS that every image goes through, kubeadm, network, DNS), and no checks, records or way back.
#   scripts/lab up --name byhand --nodes 2
#   scripts/bench/by-hand.sh --name byhand --parts "$(packaging/sample/make-parts.sh)"
# The first node becomes the control plane, the others workers. Prints the seconds of each step and, last, the total.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

name='' parts='' lab=${ACP_LAB_SCRIPT:-$here/../lab} inside=''
while [ $# -gt 0 ]; do
  case $1 in
    --name) name=$2; shift 2 ;;
    --parts) parts=$2; shift 2 ;;
    --lab) lab=$2; shift 2 ;;          # another scripts/lab than this tree's
    --inside) inside=yes; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage; exit 2 ;;
  esac
done
if [ -z "$name" ] || [ ! -d "$parts/images" ]; then usage; exit 2; fi
for program in skopeo jq openssl ssh curl; do
  command -v "$program" >/dev/null || die "$program is missing on this machine: apt-get install ${program/#ssh/openssh-client}"
done
# Nodes can be reached from inside the lab's network only: this script goes there itself.
[ -n "$inside" ] || exec "$lab" run --name "$name" -- "$here/by-hand.sh" --name "$name" --parts "$parts" --lab "$lab" --inside

mapfile -t nodes < <("$lab" --name "$name" addresses)
names=() ips=()
for line in "${nodes[@]}"; do read -r one ip <<<"$line"; names+=("$one"); ips+=("$ip"); done
first=${ips[0]}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
state=${ACP_LAB_STATE:-/var/lib/acp-lab}/$name
host=platform.registry                    # a name of images only; containerd is told where it is
kubernetes=$(basename "$parts"/kubernetes/v*)
etcd_tag=$(jq -r '.manifests[].annotations["org.opencontainers.image.ref.name"] | select(startswith("platform/etcd:")) | split(":")[1]' "$parts/images/index.json")
pod_cidr=10.3.0.0/16 service_cidr=10.4.0.0/16 dns=10.4.0.10 domain=cluster.local
export KUBECONFIG=$work/admin.conf

# One connection a node, used again by every later command.
on() { ssh -F "$state/ssh_config" -o ControlMaster=auto -o "ControlPath=$work/%C" -o ControlPersist=60 "root@$1" "${@:2}"; }
kube() { "$parts/kubernetes/$kubernetes/kubectl" "$@"; }

began=$(date +%s.%N) last=$began
step() {
  local now
  now=$(date +%s.%N)
  awk -v a="$last" -v b="$now" -v s="$began" -v what="$*" 'BEGIN { printf "%6.1f s  (at %5.1f)  %s\n", b - a, b - s, what }'
  last=$now
}

make_certificates() {
  cd "$work"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=registry-ca" -keyout ca.key -out ca.crt
  for one in server client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$one" -keyout $one.key -out $one.csr
    openssl x509 -req -in $one.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out $one.crt \
      -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=IP:%s,DNS:%s' "$first" "$host")
  done
}

# The tree that is laid over a node's root: programs, units, containerd's configuration.
make_tree() {
  local tree=$work/tree
  mkdir -p "$tree"/usr/local/{bin,sbin} "$tree"/etc/{systemd/system/kubelet.service.d,containerd/certs.d/$host,acp/registry,sysctl.d} \
    "$tree"/var/lib/acp-debs
  ln "$parts/kubernetes/$kubernetes"/{kubeadm,kubelet,kubectl} "$parts"/containerd/*/* "$parts"/etcdctl/*/* "$tree/usr/local/bin/" 2>/dev/null ||
    cp "$parts/kubernetes/$kubernetes"/{kubeadm,kubelet,kubectl} "$parts"/containerd/*/* "$parts"/etcdctl/*/* "$tree/usr/local/bin/"
  cp "$parts"/runc/*/runc "$tree/usr/local/sbin/"
  cp "$parts"/packages/debian-12/*.deb "$tree/var/lib/acp-debs/"
  cp "$work"/{ca.crt,client.crt,client.key} "$tree/etc/acp/registry/"
  # ip_forward early: kubelet and kube-proxy expect it; bridged packets have to meet iptables.
  printf 'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n' >"$tree/etc/sysctl.d/90-kubernetes.conf"
  cat >"$tree/etc/containerd/certs.d/$host/hosts.toml" <<END
server = "https://$first:11443"
[host."https://$first:11443"]
  capabilities = ["pull", "resolve"]
  ca = "/etc/acp/registry/ca.crt"
  client = [["/etc/acp/registry/client.crt", "/etc/acp/registry/client.key"]]
END
  cat >"$tree/etc/containerd/config.toml" <<END
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$host/platform/pause:3.2"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
END
  cat >"$tree/etc/systemd/system/containerd.service" <<'END'
[Unit]
Description=containerd
After=network.target
[Service]
ExecStart=/usr/local/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNOFILE=1048576
TasksMax=infinity
[Install]
WantedBy=multi-user.target
END
  # Not after network-online.target: starting it by hand pulls in networkd's wait-online, which held a join up for its whole 120 s.
  cat >"$tree/etc/systemd/system/kubelet.service" <<'END'
[Unit]
Description=kubelet
Wants=containerd.service
After=containerd.service
[Service]
ExecStart=/usr/local/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=2
[Install]
WantedBy=multi-user.target
END
  cat >"$tree/etc/systemd/system/kubelet.service.d/10-kubeadm.conf" <<'END'
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
ExecStart=
ExecStart=/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS
END
}

# pause is imported, so that no pod waits for it (and a cold start needs no registry for it).
make_pause() { skopeo copy -q "oci:$parts/images:platform/pause:3.2" "oci-archive:$work/pause.tar:$host/platform/pause:3.2"; }

prepare_node() {
  local ip=$1
  tar -C "$work/tree" --owner=0 --group=0 -cf - . | on "$ip" 'tar -C / --no-same-permissions --no-overwrite-dir -xf - && chmod 0600 /etc/acp/registry/client.key'
  on "$ip" 'set -e
    dpkg -i /var/lib/acp-debs/*.deb >/var/log/by-hand-dpkg.log 2>&1
    sysctl -q -p /etc/sysctl.d/90-kubernetes.conf
    systemctl daemon-reload; systemctl enable -q --now containerd; systemctl enable -q kubelet'
  on "$ip" 'ctr -n k8s.io images import --all-platforms - >/dev/null' <"$work/pause.tar"
}

start_registry() {
  cat >"$work/registry.yml" <<'END'
version: 0.1
log: {accesslog: {disabled: false}, level: info}
storage: {filesystem: {rootdirectory: /var/lib/acp/registry}, delete: {enabled: true}}
http:
  addr: :11443
  tls: {certificate: /etc/acp/registry/server.crt, key: /etc/acp/registry/server.key, clientcas: [/etc/acp/registry/ca.crt]}
END
  cat >"$work/acp-registry.service" <<'END'
[Unit]
Description=registry
Before=kubelet.service
[Service]
ExecStart=/usr/local/bin/registry serve /etc/acp/registry/config.yml
Restart=always
[Install]
WantedBy=multi-user.target
END
  mkdir -p "$work"/reg/{usr/local/bin,etc/acp/registry,etc/systemd/system,var/lib/acp/registry}
  cp "$parts"/registry/*/registry "$work/reg/usr/local/bin/"
  cp "$work"/{ca.crt,server.crt,server.key} "$work/reg/etc/acp/registry/"
  cp "$work/registry.yml" "$work/reg/etc/acp/registry/config.yml"
  cp "$work/acp-registry.service" "$work/reg/etc/systemd/system/"
  tar -C "$work/reg" --owner=0 --group=0 -cf - . | on "$first" 'tar -C / --no-overwrite-dir -xf - && systemctl daemon-reload && systemctl enable -q --now acp-registry'
  local tries=0
  until registry_curl -o "$work/v2" "https://$first:11443/v2/"; do
    [ $((tries += 1)) -lt 100 ] || die "the registry does not answer"
    sleep 0.1
  done
}

registry_curl() { curl -sf --cacert "$work/ca.crt" --cert "$work/client.crt" --key "$work/client.key" "$@"; }

push() {
  skopeo copy -q --dest-cert-dir "$work/certs" "oci:$parts/images:$1" "docker://$first:11443/$1"
}

push_images() (
  mkdir -p "$work/certs"
  cp "$work/ca.crt" "$work/certs/"
  cp "$work/client.crt" "$work/certs/client.cert"
  cp "$work/client.key" "$work/certs/client.key"
  running=0
  # Those that kubeadm waits for come first; three at a time.
  for image in $(jq -r '.manifests[].annotations["org.opencontainers.image.ref.name"]' "$parts/images/index.json"); do
    if [ $((running += 1)) -gt 3 ]; then wait -n; fi
    push "$image" &
  done
  while [ -n "$(jobs -rp)" ]; do wait -n; done
  for image in $(jq -r '.manifests[] | .annotations["org.opencontainers.image.ref.name"] + "@" + .digest' "$parts/images/index.json"); do
    name=${image%@*}
    registry_curl -I -H 'Accept: application/vnd.oci.image.manifest.v1+json' -o /dev/null \
      "https://$first:11443/v2/${name%:*}/manifests/${image#*@}" || die "the registry lacks $image"
  done
)

init_config() {
  cat <<END
apiVersion: kubeadm.k8s.io/v1beta2
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: $first, bindPort: 6443}
nodeRegistration:
  name: ${names[0]}
  criSocket: /run/containerd/containerd.sock
  kubeletExtraArgs: {node-ip: $first, pod-infra-container-image: $host/platform/pause:3.2}
---
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: $kubernetes
controlPlaneEndpoint: $first:6443
imageRepository: $host/platform
etcd: {local: {imageTag: $etcd_tag, dataDir: /var/lib/etcd}}
networking: {podSubnet: $pod_cidr, serviceSubnet: $service_cidr, dnsDomain: $domain}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
clusterDNS: [$dns]
clusterDomain: $domain
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: $pod_cidr
conntrack: {maxPerCore: 0}
END
}

# usage: render MANIFEST
render() {
  local script=$work/render.sed image digest
  {
    while read -r image digest; do
      printf 's|{{image:%s}}|%s/%s@%s|g\n' "$image" "$host" "${image%:*}" "$digest"
    done < <(jq -r '.manifests[] | .annotations["org.opencontainers.image.ref.name"] + " " + .digest' "$parts/images/index.json")
    printf 's|{{clusterDns}}|%s|g\ns|{{clusterDomain}}|%s|g\ns|{{podCidr}}|%s|g\ns|{{serviceCidr}}|%s|g\n' "$dns" "$domain" "$pod_cidr" "$service_cidr"
  } >"$script"
  sed -f "$script" "$1"
}

make_certificates >"$work/openssl.log" 2>&1
make_tree
make_pause
step "certificates, node tree, pause archive (on this machine)"

for ip in "${ips[@]}"; do on "$ip" true; done
declare -A preparing=()
for ip in "${ips[@]}"; do
  prepare_node "$ip" &
  preparing[$ip]=$!
done
start_registry
step "registry on ${names[0]}"
push_images
step "images pushed"
for ip in "${ips[@]}"; do wait "${preparing[$ip]}"; done
step "all nodes prepared: packages, programs, containerd, pause (beside the two above)"

init_config | on "$first" 'umask 077; cat >/etc/kubeadm.yaml; kubeadm init --config /etc/kubeadm.yaml --skip-phases=preflight,addon/coredns >/var/log/by-hand-init.log 2>&1' ||
  { on "$first" 'tail -30 /var/log/by-hand-init.log' >&2; die "kubeadm init failed"; }
on "$first" 'cat /etc/kubernetes/admin.conf' >"$KUBECONFIG"
step "kubeadm init"

render "$parts/network/hostgw/manifest.yaml" | kube apply -f - >"$work/apply.log"
render "$parts/charts/dns/manifest.yaml" | kube apply -f - >>"$work/apply.log"
step "network and DNS applied"

token=$(on "$first" 'kubeadm token create --ttl 1h 2>/dev/null')
# Discovery by file, with the CA in it: with a token the join would wait until the controller manager has signed cluster-info
# for that very token, which took 18 s right after init.
kube config view --raw -o json |
  jq '{apiVersion: "v1", kind: "Config", users: [], contexts: [], clusters: [.clusters[0] | .name = ""]}' >"$work/discovery.conf"
joining=()
for i in "${!ips[@]}"; do
  [ "$i" -gt 0 ] || continue
  on "${ips[$i]}" 'umask 077; mkdir -p /etc/kubernetes; cat >/etc/kubernetes/discovery.conf' <"$work/discovery.conf"
  on "${ips[$i]}" 'umask 077; cat >/etc/kubeadm.yaml; kubeadm join -v5 --config /etc/kubeadm.yaml --skip-phases=preflight >/var/log/by-hand-join.log 2>&1' <<END &
apiVersion: kubeadm.k8s.io/v1beta2
kind: JoinConfiguration
discovery: {file: {kubeConfigPath: /etc/kubernetes/discovery.conf}, tlsBootstrapToken: $token}
nodeRegistration:
  name: ${names[$i]}
  criSocket: /run/containerd/containerd.sock
  kubeletExtraArgs: {node-ip: ${ips[$i]}, pod-infra-container-image: $host/platform/pause:3.2}
END
  joining+=($!)
done
for one in "${joining[@]}"; do wait "$one" || die "kubeadm join failed: see /var/log/by-hand-join.log on the nodes"; done
step "workers joined"

kube wait --for=condition=Ready node --all --timeout=300s >/dev/null
step "all nodes Ready"
kube -n kube-system rollout status daemonset/hostgw --timeout=300s >/dev/null
kube -n kube-system rollout status daemonset/kube-proxy --timeout=300s >/dev/null
kube -n kube-system rollout status deployment/dns --timeout=300s >/dev/null
until [ -z "$(kube get pods -A --no-headers | awk '$4 != "Running" && $4 != "Completed"')" ]; do sleep 0.2; done
step "all pods Running; network, kube-proxy and DNS ready"
kube -n kube-system wait --for=condition=Ready pod --all --timeout=300s >/dev/null
step "every pod told as ready (the product guide's check)"
# The proof that acp setup ends with, by the same means: pods on all nodes, each other by address, a Service by name, exec, logs.
prove() {
  kube create namespace by-hand-verify >/dev/null
  kube -n by-hand-verify apply -f - >/dev/null <<END
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: toolbox}
spec:
  selector: {matchLabels: {app: toolbox}}
  template:
    metadata: {labels: {app: toolbox}}
    spec:
      terminationGracePeriodSeconds: 0
      tolerations: [{operator: Exists}]
      containers:
        - name: toolbox
          image: $host/platform/toolbox:0.1.0
          command: ["sh", "-c", "mkdir -p /tmp/www && hostname > /tmp/www/index.html && echo ready && exec httpd -f -p 8080 -h /tmp/www"]
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: toolbox}
spec: {selector: {app: toolbox}, ports: [{port: 80, targetPort: 8080}]}
END
  kube -n by-hand-verify rollout status daemonset/toolbox --timeout=120s >/dev/null
  local pod address
  for pod in $(kube -n by-hand-verify get pods -o name); do
    for address in $(kube -n by-hand-verify get pods -o jsonpath='{.items[*].status.podIP}'); do
      kube -n by-hand-verify exec "$pod" -- timeout 5 wget -q -O /dev/null "http://$address:8080/" || die "$pod does not reach $address"
    done
    for _ in $(seq 20); do
      kube -n by-hand-verify exec "$pod" -- timeout 5 wget -q -O /dev/null http://toolbox.by-hand-verify.svc.$domain/ 2>/dev/null && break
      sleep 0.5
    done
    kube -n by-hand-verify logs "$pod" | grep -qx ready || die "no logs of $pod"
  done
  kube delete namespace by-hand-verify >/dev/null
}
prove
step "proved: cross-node, Service by name, exec, logs"
total=$(awk -v a="$began" -v b="$last" 'BEGIN { printf "total %.1f s", b - a }')
kube get nodes -o wide
kube get pods -A -o wide
printf '%s\n' "$total"
