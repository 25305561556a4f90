# What the tests that run a lab cluster have in common: to be sourced after says.sh, with $root, $lab, $work, and $planes (the
# control planes' names) set before they are used. make_bundle gives $parts, $bundle's folder, the array key, and setup.
# shellcheck shell=bash disable=SC2034,SC2154

lab() {
  local command=$1
  shift
  "$root/scripts/lab" "$command" --name "$lab" "$@"
}
acp() { lab run -- "$root/scripts/acp" "$@"; }
on() {
  local node=$1
  shift
  lab exec "$node" -- "$@"
}
address() { lab addresses | awk -v n="$1" '$1 == n {print $2}'; }
in_url() { case $1 in *:*) printf '[%s]\n' "$1" ;; *) printf '%s\n' "$1" ;; esac; }
until_true() { # LIMIT CMD...: tries each second; false after the limit, in seconds
  local limit=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $limit ] || return 1
    sleep 1
  done
}
judge() { # the oracle, with the registries of these control planes
  local all=() node
  for node in $planes; do all+=(--registry "$(in_url "$(address "$node")"):11443"); done
  "$root/scripts/oracle" --lab "$lab" --parts "$parts" --cluster-file "$work/cluster.yaml" --wait 180 \
    --registry-ca /etc/containerd/acp/ca.crt --registry-cert /etc/containerd/acp/client.crt --registry-key /etc/containerd/acp/client.key "${all[@]}"
}
healthy() { # WHAT: in the end, within three minutes
  local limit=$((SECONDS + 180))
  until judge >"$work/judged" 2>&1; do
    [ $SECONDS -lt $limit ] || {
      bad "the oracle $1"
      grep '^FAIL' "$work/judged" || true
      return 0
    }
    sleep 5
  done
  ok "the oracle $1"
}
# Who the cluster is: the id that the API server gave its first namespace, which a new cluster never has again.
identity() { on n1 env HOME=/run/acp kubectl --kubeconfig /etc/kubernetes/admin.conf get namespace kube-system -o 'jsonpath={.metadata.uid}'; }
make_bundle() {
  local package=$work/acp-sample-0.1.0-amd64.tar
  parts=$("$root/packaging/sample/make-parts.sh" | tail -n 1)
  "$root/packaging/sample/make-key.sh" "$work/key" >/dev/null
  key=(--key "$work/key/public.asc")
  "$root/scripts/acp" package build "$root/samples/sample-package.yaml" --root "$parts" -o "$package" >/dev/null 2>&1
  "$root/scripts/acp" package sign "$package" --key "$work/key/secret.asc" >/dev/null 2>&1
  "$root/scripts/acp" unpack "$package" -C "$work/bundle" "${key[@]}" >/dev/null 2>&1
  rm -f "$package"
  setup=(acp setup -f "$work/cluster.yaml" --bundle "$work/bundle/installer" "${key[@]}" --accept-new-host-keys --yes)
  journal=$ACP_HOME/lab-$lab/journal.jsonl
}
