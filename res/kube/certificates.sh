# Every certificate of this node, and never a key. Argument: the cluster's address. Prints parts, each after a line
# "@@KIND DIGEST PATH" with the certificate, where DIGEST is the whole file's; lines "@@clock SECONDS", "@@renewing"
# (a renewal is under way here), "@@unfinished" (one was cut off) and "@@holder" (the cluster's address is here) say more of the node; "@@end" ends it.
pki=/etc/kubernetes/pki

# usage: part KIND PATH; a file that is not there is passed over
part() {
  [ -f "$2" ] || return 0
  digest=$(sha256sum <"$2") || return 0
  if [ "$1" = kubeconfig ]; then
    # one that names a file instead has its certificate listed by itself
    text=$(sed -n 's/^ *client-certificate-data: *//p' "$2" | head -n 1 | base64 -d 2>/dev/null)
    [ -n "$text" ] || return 0
  else
    text=$(awk '/-----BEGIN CERTIFICATE-----/ {on = 1} on {print} /-----END CERTIFICATE-----/ && on {exit}' "$2")
  fi
  printf '@@%s %s %s\n%s\n' "$1" "${digest%% *}" "$2" "$text"
}

printf '@@clock %s\n' "$(date +%s)"
case $(systemctl is-active acp-action-renew-certificates.service 2>/dev/null) in
active | activating | deactivating) echo '@@renewing' ;;
esac
[ ! -e /var/lib/acp/node/certs/unfinished ] || echo '@@unfinished'
# The address stands in ip's output as "inet ADDRESS/PREFIX".
! ip -o address show 2>/dev/null | grep -qF " $1/" || echo '@@holder'
for file in "$pki/ca.crt" "$pki/front-proxy-ca.crt" "$pki/etcd/ca.crt" /etc/containerd/acp/ca.crt; do
  part authority "$file"
done
for file in "$pki/etcd/server.crt" "$pki/etcd/peer.crt" "$pki/etcd/healthcheck-client.crt"; do
  part etcd "$file"
done
for file in "$pki/apiserver-etcd-client.crt" "$pki/apiserver.crt" "$pki/apiserver-kubelet-client.crt" "$pki/front-proxy-client.crt"; do
  part kubeadm "$file"
done
for file in admin super-admin controller-manager scheduler; do
  part kubeconfig "/etc/kubernetes/$file.conf"
done
part kubeconfig /root/.kube/config
part kubelet-client /var/lib/kubelet/pki/kubelet-client-current.pem
part kubelet-server /var/lib/kubelet/pki/kubelet.crt
part kubelet-rotated /var/lib/kubelet/pki/kubelet-server-current.pem
part registry /etc/acp-registry/tls.crt
part registry-client /etc/containerd/acp/client.crt
echo '@@end'
