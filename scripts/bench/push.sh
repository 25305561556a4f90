#!/usr/bin/env bash
# The sample's images into a registry (distribution 2.8, TLS both ways, loopback): acp's push beside `skopeo copy --all` one image
# after the other, each into an empty registry, interleaved. Acp's three times: in a process of its own, Java's start included; a
# second such push, which has nothing to send; and the push alone as `acp setup` comes to it, in a Java that has just sent a control
# plane's files (320 MiB) over SSH.
#   scripts/bench/push.sh [--rounds 3]      limits: 0.8 of skopeo's time; 2 s for the second push
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=3
[ "${1:-}" != --rounds ] || rounds=$2
command -v skopeo >/dev/null || {
  echo "push: skopeo is missing (apt-get install skopeo)" >&2
  exit 2
}
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-push.XXXXXX")
serving='' pids=()
trap 'kill ${serving:+"$serving"} "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
parts=$("$root/packaging/sample/make-parts.sh" | tail -n 1)
# shellcheck source=scripts/bench/bench.d/java.sh
. "$root/scripts/bench/bench.d/java.sh"
# shellcheck source=scripts/bench/bench.d/sshd.sh
. "$root/scripts/bench/bench.d/sshd.sh"
registry=$(find "$parts/registry" -name registry -type f | head -n 1)
cd "$work"
{
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt
  for one in server client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$one" -keyout $one.key -out $one.csr
    openssl x509 -req -in $one.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out $one.crt \
      -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=IP:127.0.0.1')
  done
} >openssl.log 2>&1
mkdir certs
cp ca.crt certs/ca.crt
cp client.crt certs/client.cert
cp client.key certs/client.key
port=$("$root/scripts/free-port")
mapfile -t images < <(python3 -c 'import json, sys
for m in json.load(open(sys.argv[1]))["manifests"]: print(m["annotations"]["org.opencontainers.image.ref.name"])' "$parts/images/index.json")

empty_registry() {
  [ -z "$serving" ] || { kill "$serving"; wait "$serving" || true; }
  rm -rf store
  printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s", tls: {certificate: %s, key: %s, clientcas: [%s]}}\n' \
    "$work/store" "$port" "$work/server.crt" "$work/server.key" "$work/ca.crt" >config.yml
  "$registry" serve config.yml >registry.log 2>&1 &
  serving=$!
  local tries=0
  until curl -sf -o v2 --cacert ca.crt --cert client.crt --key client.key "https://127.0.0.1:$port/v2/"; do
    [ $((tries += 1)) -lt 100 ] || exit 1
    sleep 0.1
  done
}
must() { # CMD...
  "$@" >out 2>err || {
    cat out err >&2
    exit 1
  }
}
took() { # NAME SECONDS
  printf '%.2f\n' "$2" | tee -a "$1.times" | sed "s|^|  $1  |; s|\$| s  $(tail -n 1 out)|"
}
timed() { # NAME CMD...
  local name=$1 start end
  shift
  start=$(date +%s.%N)
  must "$@"
  end=$(date +%s.%N)
  took "$name" "$(awk -v a="$start" -v b="$end" 'BEGIN {print b - a}')"
}
skopeo_all() {
  local image
  for image in "${images[@]}"; do
    skopeo copy -q --all --dest-cert-dir "$work/certs" "oci:$parts/images:$image" "docker://127.0.0.1:$port/$image"
  done
}
acp_push() { # [FILES-FIRST...]
  "${java[@]}" dev.acp.oci.PushBench "$parts/images" "https://127.0.0.1:$port" ca.crt client.crt client.key "$@"
}
in_setup() { # the last word of what PushBench says is the push's own time
  must acp_push "$work/key" "$work/known_hosts" "$ssh_port" "$work/files" - "$work/node" 127.0.5.1
  took setup "$(sed -n 's/.*, \([0-9]*\) ms to push$/\1/p' out)e-3"
}
mkdir node
head -c 320M /dev/urandom >files
sshd_on 127.0.5.1
echo "load $(cut -d ' ' -f 1-3 /proc/loadavg), $(nproc) cores; ${#images[@]} images, $(du -sm "$parts/images" | cut -f 1) MB"
for _ in $(seq "$rounds"); do
  empty_registry
  timed skopeo skopeo_all
  empty_registry
  timed acp acp_push
  timed again acp_push
  empty_registry
  in_setup
done
median() { sort -n "$1.times" | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
awk -v a="$(median acp)" -v s="$(median skopeo)" -v g="$(median again)" -v w="$(median setup)" 'BEGIN {
  printf "push as setup comes to it %.2f s, skopeo copy --all %.2f s, ratio %.2f (wanted: at most 0.80): %s\n", w, s, w / s, w / s <= 0.8 ? "met" : "MISSED"
  printf "push in a process of its own %.2f s, ratio %.2f (wanted: at most 0.80): %s\n", a, a / s, a / s <= 0.8 ? "met" : "MISSED"
  printf "second push %.2f s (wanted: at most 2): %s\n", g, g <= 2 ? "met" : "MISSED"
  exit !(w / s <= 0.8 && a / s <= 0.8 && g <= 2)}'
