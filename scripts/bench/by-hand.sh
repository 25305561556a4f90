#!/usr/bin/env bash
# Brings up a cluster from the sample's parts by hand: ssh, kubeadm, kubectl, in the best order known. It proves that the parts
# work, and it is the yardstick that `acp setup` is measured against: the same work (packages, programs, on each control plane a
# registry with mutual TLS that every image goes through, kubeadm, Secrets encrypted in etcd, network, DNS), and no checks, records
# or way back. The nodes must be clean.
#   scripts/lab up --name byhand --nodes 2
#   scripts/bench/by-hand.sh --name byhand --parts "$(packaging/sample/make-parts.sh)" [--control-planes 1] [--vip ADDRESS]
# The first nodes become control planes, the others workers. More than one control plane stand behind a virtual address that
# keepalived holds (--vip, or the subnet's .100). Prints the seconds of each step and, last, the total.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

name='' parts='' control_planes=1 vip='' lab=${ACP_LAB_SCRIPT:-$here/../lab} inside=''
while [ $# -gt 0 ]; do
  case $1 in
    --name) name=$2; shift 2 ;;
    --parts) parts=$2; shift 2 ;;
    --control-planes) control_planes=$2; shift 2 ;;
    --vip) vip=$2; shift 2 ;;
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
[ -n "$inside" ] || exec "$lab" run --name "$name" -- "$here/by-hand.sh" --name "$name" --parts "$parts" --lab "$lab" \
  --control-planes "$control_planes" --vip "$vip" --inside

mapfile -t nodes < <("$lab" --name "$name" addresses)
names=() ips=()
for line in "${nodes[@]}"; do read -r one ip <<<"$line"; names+=("$one"); ips+=("$ip"); done
if [ "$control_planes" -lt 1 ] || [ "$control_planes" -gt ${#ips[@]} ]; then die "$control_planes control planes of ${#ips[@]} nodes"; fi
first=${ips[0]}
planes=("${ips[@]:0:control_planes}") workers=("${ips[@]:control_planes}")
[ "$control_planes" = 1 ] || vip=${vip:-${first%.*}.100}
endpoint=${vip:-$first}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
state=${ACP_LAB_STATE:-/var/lib/acp-lab}/$name
host=platform.registry                    # a name of images only; containerd is told where it is
kubernetes=$(basename "$parts"/kubernetes/v*)
jq -r '.manifests[] | .annotations["org.opencontainers.image.ref.name"] + " " + .digest' "$parts/images/index.json" >"$work/images"
image() { awk -v start="platform/$1:" 'index($1, start) == 1 {print $1}' "$work/images"; } # its name and tag
etcd_tag=$(image etcd | cut -d: -f2)
token=$(openssl rand -hex 3).$(openssl rand -hex 8)
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

is_plane() { printf '%s\n' "${planes[@]}" | grep -qxF "$1"; }

make_certificates() {
  local names
  names=DNS:$host$(printf ',IP:%s' "${planes[@]}" ${vip:+"$vip"})
  cd "$work"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=registry-ca" -keyout ca.key -out ca.crt
  for one in server client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$one" -keyout $one.key -out $one.csr
    openssl x509 -req -in $one.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out $one.crt \
      -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=%s' "$names")
  done
}

# The tree that is laid over a node's root: programs, units, containerd's configuration.
make_tree() {
  local tree=$work/tree
  mkdir -p "$tree"/usr/local/{bin,sbin} "$tree"/etc/{systemd/system/kubelet.service.d,containerd,acp/registry,sysctl.d} \
    "$tree"/var/lib/acp-debs
  ln "$parts/kubernetes/$kubernetes"/{kubeadm,kubelet,kubectl} "$parts"/containerd/*/* "$tree/usr/local/bin/" 2>/dev/null ||
    cp "$parts/kubernetes/$kubernetes"/{kubeadm,kubelet,kubectl} "$parts"/containerd/*/* "$tree/usr/local/bin/"
  cp "$parts"/runc/*/runc "$tree/usr/local/sbin/"
  cp "$parts"/packages/debian-12/*.deb "$tree/var/lib/acp-debs/"
  cp "$work"/{ca.crt,client.crt,client.key} "$tree/etc/acp/registry/"
  # ip_forward early: kubelet and kube-proxy expect it; bridged packets have to meet iptables.
  printf 'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n' >"$tree/etc/sysctl.d/90-kubernetes.conf"
  cat >"$tree/etc/containerd/config.toml" <<END
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$host/$(image pause)"
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

# What one node has for itself: the order in which it asks the registries, its own first, then whoever holds the cluster's
# address, then all; on a control plane the key of encryption at rest, keepalived, and a patch that takes from etcd's pod the
# request for disk, for which a kubelet that has just started may turn the pod away (acp does the same).
make_own_tree() {
  local ip=$1 own=$work/own/$1 one mirrors=()
  mkdir -p "$own/etc/containerd/certs.d/$host"
  is_plane "$ip" && mirrors+=("$ip")
  [ -z "$vip" ] || mirrors+=("$vip")
  for one in "${planes[@]}"; do [ "$one" = "$ip" ] || mirrors+=("$one"); done
  {
    printf 'server = "https://%s:11443"\n' "${mirrors[-1]}"
    for one in "${mirrors[@]}"; do
      printf '[host."https://%s:11443"]\n  capabilities = ["pull", "resolve"]\n  ca = "/etc/acp/registry/ca.crt"\n' "$one"
      printf '  client = [["/etc/acp/registry/client.crt", "/etc/acp/registry/client.key"]]\n'
    done
  } >"$own/etc/containerd/certs.d/$host/hosts.toml"
  is_plane "$ip" || return 0
  mkdir -p "$own"/etc/kubernetes/{manifests,patches} "$own"/usr/local/bin
  cp "$parts"/etcdctl/*/* "$own/usr/local/bin/"
  cp "$work/encryption.yaml" "$own/etc/kubernetes/encryption-provider.conf"
  printf '{"spec": {"containers": [{"name": "etcd", "resources": {"requests": {"ephemeral-storage": null}}}]}}\n' \
    >"$own/etc/kubernetes/patches/etcd0+strategic.json"
  [ -z "$vip" ] || make_keepalived "$ip" "$own/etc/kubernetes"
}

make_encryption() (
  umask 077
  cat >"$work/encryption.yaml" <<END
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - secretbox: {keys: [{name: key1, secret: $(openssl rand -base64 32)}]}
      - identity: {}
END
)

# usage: make_keepalived ADDRESS FOLDER. Unicast peers; one whose API server is not ready comes after all that can serve.
make_keepalived() {
  local ip=$1 folder=$2 priority=200 one
  for one in "${planes[@]}"; do
    [ "$one" != "$ip" ] || break
    priority=$((priority - 10))
  done
  cat >"$folder/keepalived.conf" <<END
global_defs {
  script_user root
  enable_script_security
  vrrp_garp_master_refresh 30
}
vrrp_script api_server {
  script "/usr/local/bin/vip-check -timeout 2s -ca /etc/kubernetes/pki/ca.crt -url https://$ip:6443/readyz"
  interval 1
  timeout 3
  fall 2
  rise 2
  init_fail
  weight -100
}
vrrp_instance cluster {
  state BACKUP
  interface host0
  virtual_router_id 51
  priority $priority
  advert_int 1
  unicast_src_ip $ip
  unicast_peer {
$(printf '%s\n' "${planes[@]}" | grep -vxF "$ip" | sed 's/^/    /')
  }
  virtual_ipaddress {
    $vip/32 dev host0
  }
  track_script {
    api_server
  }
}
END
  cat >"$folder/manifests/keepalived.yaml" <<END
apiVersion: v1
kind: Pod
metadata: {name: keepalived, namespace: kube-system}
spec:
  hostNetwork: true
  priorityClassName: system-node-critical
  containers:
    - name: keepalived
      image: $host/$(image keepalived)
      args: [--dont-fork, --log-console, --log-detail, --use-file=/etc/kubernetes/keepalived.conf]
      resources: {requests: {cpu: 10m}}
      securityContext: {capabilities: {drop: [ALL], add: [NET_ADMIN, NET_BROADCAST, NET_RAW, SETGID, SETUID]}}
      volumeMounts:
        - {name: config, mountPath: /etc/kubernetes/keepalived.conf, readOnly: true}
        - {name: ca, mountPath: /etc/kubernetes/pki/ca.crt, readOnly: true}
  volumes:
    - {name: config, hostPath: {path: /etc/kubernetes/keepalived.conf, type: File}}
    - {name: ca, hostPath: {path: /etc/kubernetes/pki/ca.crt, type: File}}
END
}

# pause is imported, so that no pod waits for it (and a cold start needs no registry for it).
make_pause() { skopeo copy -q "oci:$parts/images:$(image pause)" "oci-archive:$work/pause.tar:$host/$(image pause)"; }

prepare_node() {
  local ip=$1
  tar -C "$work/tree" --owner=0 --group=0 -cf - . -C "$work/own/$ip" . | on "$ip" 'tar -C / --no-same-permissions --no-overwrite-dir -xf - && chmod 0600 /etc/acp/registry/client.key'
  on "$ip" 'set -e
    dpkg -i /var/lib/acp-debs/*.deb >/var/log/by-hand-dpkg.log 2>&1
    sysctl -q -p /etc/sysctl.d/90-kubernetes.conf
    systemctl daemon-reload; systemctl enable -q --now containerd; systemctl enable -q kubelet'
  on "$ip" 'ctr -n k8s.io images import --all-platforms - >/dev/null' <"$work/pause.tar"
}

make_registry() {
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
  # as skopeo wants them
  mkdir -p "$work/certs"
  cp "$work"/{ca.crt,client.key} "$work/certs/"
  cp "$work/client.crt" "$work/certs/client.cert"
}

# usage: start_registry ADDRESS
start_registry() {
  tar -C "$work/reg" --owner=0 --group=0 -cf - . | on "$1" 'tar -C / --no-overwrite-dir -xf - && systemctl daemon-reload && systemctl enable -q --now acp-registry'
  local tries=0
  until registry_curl -o /dev/null "https://$1:11443/v2/"; do
    [ $((tries += 1)) -lt 100 ] || die "the registry of $1 does not answer"
    sleep 0.1
  done
}

registry_curl() { curl -sf --cacert "$work/ca.crt" --cert "$work/client.crt" --key "$work/client.key" "$@"; }

# usage: push_images ADDRESS. Those that kubeadm waits for come first; three at a time; then every one is asked for.
push_images() (
  running=0
  while read -r image _; do
    if [ $((running += 1)) -gt 3 ]; then wait -n; fi
    skopeo copy -q --dest-cert-dir "$work/certs" "oci:$parts/images:$image" "docker://$1:11443/$image" </dev/null &
  done <"$work/images"
  while [ -n "$(jobs -rp)" ]; do wait -n; done
  while read -r image digest; do
    registry_curl -I -H 'Accept: application/vnd.oci.image.manifest.v1+json' -o /dev/null \
      "https://$1:11443/v2/${image%:*}/manifests/$digest" || die "the registry of $1 lacks $image"
  done <"$work/images"
)

# usage: pull_images ADDRESS NAME...; by digest, through the registries that the node's containerd knows, then tagged.
pull_images() {
  local ip=$1 one
  for one in "${@:2}"; do grep -F "$(image "$one") " "$work/images"; done |
    on "$ip" "set -e
      while read -r image digest; do
        pinned=$host/\${image%:*}@\$digest
        ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d \$pinned </dev/null
        ctr -n k8s.io images tag --force \$pinned $host/\$image
      done >/var/log/by-hand-pull.log 2>&1" || die "$ip cannot pull images: see /var/log/by-hand-pull.log there"
}

node_name() { # ADDRESS
  local i=0
  until [ "${ips[$i]}" = "$1" ]; do i=$((i + 1)); done
  printf '%s\n' "${names[$i]}"
}

registration() { # ADDRESS: of one node
  cat <<END
nodeRegistration:
  name: $(node_name "$1")
  criSocket: /run/containerd/containerd.sock
  taints: []
  kubeletExtraArgs: {node-ip: $1, pod-infra-container-image: $host/$(image pause)}
END
}

init_config() { # ADDRESS
  cat <<END
apiVersion: kubeadm.k8s.io/v1beta2
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: $1, bindPort: 6443}
bootstrapTokens: [{token: $token, ttl: 1h0m0s}]
$(registration "$1")
---
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: $kubernetes
controlPlaneEndpoint: $endpoint:6443
imageRepository: $host/platform
etcd: {local: {imageTag: $etcd_tag, dataDir: /var/lib/etcd}}
apiServer:
  certSANs: [$(printf '%s, ' "${planes[@]}")$endpoint, localhost, 127.0.0.1]
  extraArgs: {encryption-provider-config: /etc/kubernetes/encryption-provider.conf}
  extraVolumes:
    - name: encryption-provider
      hostPath: /etc/kubernetes/encryption-provider.conf
      mountPath: /etc/kubernetes/encryption-provider.conf
      readOnly: true
      pathType: File
networking: {podSubnet: $pod_cidr, serviceSubnet: $service_cidr, dnsDomain: $domain}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
clusterDNS: [$dns]
clusterDomain: $domain
# Without it, 1.20 tells only after up to a minute that static pods are ready (kubernetes issue #95140); acp sets the same.
syncFrequency: 10s
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: $pod_cidr
conntrack: {maxPerCore: 0}
END
}

# How a joining node finds the cluster: by the token, as soon as the controller manager has signed cluster-info for it, up to 18 s
# after init; before that by a file with the CA in it, where kubeadm waits 5 s before it asks at all.
discovery() {
  if kube -n kube-public get configmap cluster-info -o json | jq -e --arg id "${token%.*}" '.data["jws-kubeconfig-" + $id]' >/dev/null; then
    printf '{bootstrapToken: {token: %s, apiServerEndpoint: "%s:6443", caCertHashes: ["%s"]}}\n' "$token" "$endpoint" "$ca_hash"
  else
    printf '{file: {kubeConfigPath: /etc/kubernetes/discovery.conf}, tlsBootstrapToken: %s}\n' "$token"
  fi
}

join_config() { # ADDRESS
  cat <<END
apiVersion: kubeadm.k8s.io/v1beta2
kind: JoinConfiguration
discovery: $(discovery)
$(registration "$1")
END
  ! is_plane "$1" || printf 'controlPlane: {localAPIEndpoint: {advertiseAddress: %s, bindPort: 6443}}\n' "$1"
}

# usage: join ADDRESS [PHASE-TO-SKIP]
join() {
  on "$1" 'umask 077; mkdir -p /etc/kubernetes; cat >/etc/kubernetes/discovery.conf' <"$work/discovery.conf"
  join_config "$1" | on "$1" "umask 077; cat >/etc/kubeadm.yaml
    kubeadm join -v5 --config /etc/kubeadm.yaml --skip-phases=preflight${2:+,$2} >/var/log/by-hand-join.log 2>&1" ||
    { on "$1" 'tail -30 /var/log/by-hand-join.log' >&2; die "kubeadm join of $1 failed"; }
}

# usage: etcd ADDRESS WORD...; etcdctl on a control plane, asking its own member.
etcd() {
  on "$1" "cd /etc/kubernetes/pki/etcd && ETCDCTL_API=3 etcdctl --endpoints https://$1:2379 --cacert ca.crt \
    --cert healthcheck-client.crt --key healthcheck-client.key ${*:2}" >"$work/etcd.log" 2>&1
}

# usage: until_etcd ADDRESS WORD...; until etcd does so, for half a minute.
until_etcd() {
  local tries=0
  until etcd "$@"; do
    [ $((tries += 1)) -lt 100 ] || { cat "$work/etcd.log" >&2; die "etcd: ${*:2}"; }
    sleep 0.3
  done
}

# A control plane gets the authorities' keys, and its etcd joins as a learner, as with acp: with kubeadm 1.20's own way the cluster
# of one waits for the second member's vote, the API server drops every watch, and once the controller manager then saw no new
# Service for minutes. Ends when the member votes and answers; then the next may join.
join_plane() {
  local name id cluster
  name=$(node_name "$1")
  until_etcd "$first" member add "$name" --learner "--peer-urls=https://$1:2380"
  id=$(awk '$1 == "Member" {print $2}' "$work/etcd.log")
  cluster=$(sed -n 's/^ETCD_INITIAL_CLUSTER="\(.*\)"$/\1/p' "$work/etcd.log")
  on "$1" 'umask 077; mkdir -p /etc/kubernetes/pki; tar -C /etc/kubernetes/pki -xf -' <"$work/authorities.tar"
  init_config "$1" | on "$1" "set -e
    umask 077; cat >/etc/kubeadm-etcd.yaml
    kubeadm init phase etcd local --config /etc/kubeadm-etcd.yaml --experimental-patches /etc/kubernetes/patches >/var/log/by-hand-etcd.log 2>&1
    sed -i 's|--initial-cluster=.*|--initial-cluster=$cluster\n    - --initial-cluster-state=existing|' /etc/kubernetes/manifests/etcd.yaml"
  join "$1" control-plane-join/etcd
  until_etcd "$first" member promote "$id"
  until_etcd "$1" endpoint health
}

# usage: render MANIFEST
render() {
  local script=$work/render.sed image digest
  {
    while read -r image digest; do
      printf 's|{{image:%s}}|%s/%s@%s|g\n' "$image" "$host" "${image%:*}" "$digest"
    done <"$work/images"
    printf 's|{{clusterDns}}|%s|g\ns|{{clusterDomain}}|%s|g\ns|{{podCidr}}|%s|g\ns|{{serviceCidr}}|%s|g\n' "$dns" "$domain" "$pod_cidr" "$service_cidr"
  } >"$script"
  sed -f "$script" "$1"
}

make_certificates >"$work/openssl.log" 2>&1
make_encryption
make_tree
for ip in "${ips[@]}"; do make_own_tree "$ip"; done
make_registry
make_pause
step "certificates, node trees, pause archive (on this machine)"

# usage: bring ADDRESS IMAGE...; all of a node's own up to kubeadm.
bring() {
  local preparing
  prepare_node "$1" &
  preparing=$!
  if is_plane "$1"; then
    start_registry "$1"
    push_images "$1"
  fi
  wait "$preparing"
  pull_images "$@"
}

# Kubernetes starts as soon as the first node can; what the others need is brought to them beside that. (With all at once, init
# of five nodes on two cores ended some 8 s later.)
static=(kube-apiserver kube-controller-manager kube-scheduler etcd ${vip:+keepalived})
for ip in "${ips[@]}"; do on "$ip" true; done
bring "$first" "${static[@]}"
step "${names[0]}: packages, programs, containerd, pause, registry, every image pushed, the control plane's pulled"
declare -A bringing=()
for ip in "${ips[@]:1}"; do
  wanted=(kube-proxy hostgw)
  ! is_plane "$ip" || wanted=("${static[@]}" "${wanted[@]}")
  bring "$ip" "${wanted[@]}" &
  bringing[$ip]=$!
done
init_config "$first" | on "$first" 'umask 077; cat >/etc/kubeadm.yaml
  kubeadm init --config /etc/kubeadm.yaml --skip-phases=preflight,addon/coredns --experimental-patches /etc/kubernetes/patches >/var/log/by-hand-init.log 2>&1' ||
  { on "$first" 'tail -30 /var/log/by-hand-init.log' >&2; die "kubeadm init failed"; }
on "$first" 'cat /etc/kubernetes/admin.conf' >"$KUBECONFIG"
step "kubeadm init (the others get beside it what ${names[0]} got before)"

kube config view --raw -o json |
  jq '{apiVersion: "v1", kind: "Config", users: [], contexts: [], clusters: [.clusters[0] | .name = ""]}' >"$work/discovery.conf"
ca_hash=sha256:$(kube config view --raw -o json | jq -r '.clusters[0].cluster["certificate-authority-data"]' | base64 -d |
  openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1)
on "$first" 'tar -C /etc/kubernetes/pki -cf - ca.crt ca.key sa.key sa.pub front-proxy-ca.crt front-proxy-ca.key etcd/ca.crt etcd/ca.key' >"$work/authorities.tar"
apply_all() {
  render "$parts/network/hostgw/manifest.yaml" | kube apply -f - >"$work/apply.log"
  render "$parts/charts/dns/manifest.yaml" | kube apply -f - >>"$work/apply.log"
}
apply_all &
joining=($!)
for ip in "${workers[@]}"; do
  wait "${bringing[$ip]}"
  join "$ip" &
  joining+=($!)
done
for ip in "${planes[@]:1}"; do
  wait "${bringing[$ip]}"
  join_plane "$ip"
  step "control plane $ip joined, its member of etcd healthy"
done
for one in "${joining[@]}"; do wait "$one"; done
step "network and DNS applied, workers joined (beside other control planes' joins)"

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
          image: $host/$(image toolbox)
          command: ["sh", "-c", "mkdir -p /tmp/www && hostname > /tmp/www/index.html && echo ready && exec httpd -f -p 8080 -h /tmp/www"]
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: toolbox}
spec: {selector: {app: toolbox}, ports: [{port: 80, targetPort: 8080}]}
END
  kube -n by-hand-verify rollout status daemonset/toolbox --timeout=120s >/dev/null
  local pod address tries
  for pod in $(kube -n by-hand-verify get pods -o name); do
    for address in $(kube -n by-hand-verify get pods -o jsonpath='{.items[*].status.podIP}'); do
      kube -n by-hand-verify exec "$pod" -- timeout 5 wget -q -O /dev/null "http://$address:8080/" || die "$pod does not reach $address"
    done
    tries=0
    until kube -n by-hand-verify exec "$pod" -- timeout 5 wget -q -O /dev/null http://toolbox.by-hand-verify.svc.$domain/ 2>/dev/null; do
      [ $((tries += 1)) -lt 20 ] || die "$pod does not reach the Service by its name"
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
