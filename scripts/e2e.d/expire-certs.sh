#!/usr/bin/env bash
# Makes certificates of a lab node end when one likes: signed anew by the cluster's own authorities, with the same key and the
# same names. Nodes share the machine's clock, so that the time itself cannot be moved.
#   expire-certs.sh LAB NODE DAYS all|apiserver|kubelet     DAYS from now; below zero is expired
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lab=$1 node=$2 days=$3 what=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
on() { "$root/scripts/lab" exec --name "$lab" "$node" -- "$@"; }
first() { "$root/scripts/lab" exec --name "$lab" n1 -- "$@"; }
pki=/etc/kubernetes/pki
ends=$(date -u -d "$days days" +%Y%m%d%H%M%SZ)
begins=$(date -u -d "$((days - 400)) days" +%Y%m%d%H%M%SZ)
mkdir "$work/new"
: >"$work/index"
echo 1000 >"$work/serial"
cat >"$work/ca.cnf" <<END
[ca]
default_ca = one
[one]
database = $work/index
new_certs_dir = $work/new
serial = $work/serial
default_md = sha256
policy = any
copy_extensions = copyall
unique_subject = no
[any]
organizationName = optional
commonName = supplied
END

# sign CA NAME: $work/NAME.crt with $work/NAME.key is signed anew. A worker has no authorities: those of n1 are taken.
sign() {
  local ca=$work/ca-${1//\//-}
  [ -f "$ca.key" ] || {
    first cat "$pki/$1.crt" >"$ca.crt"
    first cat "$pki/$1.key" >"$ca.key"
  }
  openssl x509 -x509toreq -copy_extensions copyall -in "$work/$2.crt" -signkey "$work/$2.key" -out "$work/$2.csr" 2>/dev/null
  openssl ca -batch -notext -preserveDN -config "$work/ca.cnf" -cert "$ca.crt" -keyfile "$ca.key" -startdate "$begins" \
    -enddate "$ends" -in "$work/$2.csr" -out "$work/$2.crt" 2>"$work/said" || {
    cat "$work/said" >&2
    exit 1
  }
}

# file CA PATH: a certificate with its key beside it
file() {
  on cat "$2.crt" >"$work/one.crt"
  on cat "$2.key" >"$work/one.key"
  sign "$1" one
  on sh -c "cat >'$2.crt'" <"$work/one.crt"
}

# kubeconfig PATH
kubeconfig() {
  on cat "$1" >"$work/config"
  sed -n 's/^ *client-certificate-data: *//p' "$work/config" | base64 -d >"$work/two.crt"
  sed -n 's/^ *client-key-data: *//p' "$work/config" | base64 -d >"$work/two.key"
  sign ca two
  sed -i "s|^\( *client-certificate-data:\).*|\1 $(base64 -w0 "$work/two.crt")|" "$work/config"
  on sh -c "cat >'$1'" <"$work/config"
}

kubelet() {
  local folder=/var/lib/kubelet/pki
  on cat $folder/kubelet-client-current.pem >"$work/both"
  openssl x509 -in "$work/both" -out "$work/three.crt"
  openssl pkey -in "$work/both" -out "$work/three.key"
  sed '/BEGIN CERTIFICATE/,/END CERTIFICATE/d' "$work/both" >"$work/rest"
  sign ca three
  cat "$work/three.crt" "$work/rest" | on sh -c "cat >$folder/kubelet-client-current.pem"
  # its own authority signs the serving certificate, and is gone: it signs itself
  on cat $folder/kubelet.crt | openssl x509 -out "$work/four.crt"
  on cat $folder/kubelet.key >"$work/four.key"
  openssl x509 -x509toreq -copy_extensions copyall -in "$work/four.crt" -signkey "$work/four.key" -out "$work/four.csr" 2>/dev/null
  openssl ca -batch -notext -preserveDN -config "$work/ca.cnf" -selfsign -keyfile "$work/four.key" -startdate "$begins" -enddate "$ends" \
    -in "$work/four.csr" -out "$work/four.crt" 2>/dev/null
  on sh -c "cat >$folder/kubelet.crt" <"$work/four.crt"
}

case $what in
apiserver) file ca "$pki/apiserver" ;;
kubelet) kubelet ;;
all)
  for name in apiserver apiserver-kubelet-client; do file ca "$pki/$name"; done
  file front-proxy-ca "$pki/front-proxy-client"
  for name in etcd/server etcd/peer etcd/healthcheck-client apiserver-etcd-client; do file etcd/ca "$pki/$name"; done
  for name in admin controller-manager scheduler; do kubeconfig "/etc/kubernetes/$name.conf"; done
  kubelet
  ;;
*)
  sed -n '2,5p' "$0"
  exit 2
  ;;
esac
