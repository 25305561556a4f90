#!/usr/bin/env bash
# On a lab cluster that setup has just installed: a bundle for another architecture is made, signed, unpacked and
# synced, and the platform's own images must stay what the nodes pull.
#   sync-images.sh LAB NODE_NAME REGISTRY_ADDRESS PKI_FOLDER PARTS CLUSTER_FILE SECRET_KEY PUBLIC_KEY
# ACP_HOME is that of the setup. The other architecture's image is the toolbox's, whose configuration says arm64: it is
# pushed and looked at, never run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lab=$1 node=$2 address=$3 pki=$4 parts=$5 cluster=$6 secret=$7 public=$8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/certs"
cp "$pki/registry/ca.crt" "$work/certs/ca.crt"
cp "$pki/registry/acp-client.crt" "$work/certs/client.cert"
cp "$pki/registry/acp-client.key" "$work/certs/client.key"

# the same name as in the platform's own bundle, for arm64
name=$(python3 - "$parts/images" "$work/images" <<'PY'
import hashlib, json, os, shutil, sys
source, target = sys.argv[1:]
entry = next(m for m in json.load(open(f"{source}/index.json"))["manifests"]
             if m["annotations"]["org.opencontainers.image.ref.name"].startswith("platform/toolbox:"))
def blob(digest):
    return f"{source}/blobs/sha256/{digest.split(':')[1]}"
os.makedirs(f"{target}/blobs/sha256")
def put(data):
    digest = hashlib.sha256(data).hexdigest()
    with open(f"{target}/blobs/sha256/{digest}", "wb") as f:
        f.write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}
manifest = json.load(open(blob(entry["digest"])))
config = json.load(open(blob(manifest["config"]["digest"])))
for layer in manifest["layers"]:
    shutil.copy(blob(layer["digest"]), f"{target}/blobs/sha256/")
config["architecture"] = "arm64"
manifest["config"].update(put(json.dumps(config).encode()))
top = put(json.dumps(manifest).encode())
top["mediaType"] = manifest.get("mediaType", "application/vnd.oci.image.manifest.v1+json")
top["annotations"] = {"org.opencontainers.image.ref.name": entry["annotations"]["org.opencontainers.image.ref.name"]}
json.dump({"schemaVersion": 2, "manifests": [top]}, open(f"{target}/index.json", "w"))
open(f"{target}/oci-layout", "w").write('{"imageLayoutVersion": "1.0.0"}')
print(top["annotations"]["org.opencontainers.image.ref.name"])
PY
)
mkdir "$work/kubernetes"
echo none >"$work/kubernetes/none"
cat >"$work/spec.yaml" <<SPEC
apiVersion: acp.dev/v1
kind: PackageSpec
product: acp-other-arch
version: 0.1.0
arch: arm64
acp: {atLeast: 0.1.0, because: ""}
components: [{name: kubernetes, version: v1.20.2, from: kubernetes}]
images: [{from: images}]
SPEC
"$root/scripts/acp" package build "$work/spec.yaml" -o "$work/p.tar" --key "$secret"
"$root/scripts/acp" unpack "$work/p.tar" -C "$work/to" --key "$public"

inside() { "$root/scripts/lab" run --name "$lab" -- "$@"; }
sync=(inside "$root/scripts/acp" sync-images -f "$cluster" --bundle "$work/to" --key "$public" --accept-new-host-keys)
check() { # JSON PYTHON
  python3 -c "import json, sys; r = json.load(open(sys.argv[1])); one = r['registries'][0]; sys.exit(0 if ($2) else 1)" "$1" || {
    echo "not so: $2" >&2
    cat "$1" >&2
    exit 1
  }
}
raw() { inside skopeo inspect --raw --cert-dir "$work/certs" "docker://$address:11443/$name"; }

raw >"$work/before"
before=sha256:$(sha256sum <"$work/before" | cut -d ' ' -f 1)
"${sync[@]}" --dry-run -o json >"$work/dry.json"
check "$work/dry.json" "one['images'][0]['action'] == 'add'"
[ "$(raw | sha256sum)" = "$(sha256sum <"$work/before")" ] || { echo "a dry run changed the registry" >&2 && exit 1; }
"${sync[@]}" -o json >"$work/first.json"
check "$work/first.json" "one['pushed'] == 1 and r['archConstraint']['known'] and not r['archConstraint']['objects']"
raw >"$work/index"
python3 - "$work/index" "$before" <<'PY'
import json, sys
index = {m["platform"]["architecture"]: m["digest"] for m in json.load(open(sys.argv[1]))["manifests"]}
assert index["amd64"] == sys.argv[2] and set(index) == {"amd64", "arm64"}, index
PY
"${sync[@]}" -o json >"$work/second.json"
check "$work/second.json" "one['pushed'] == 0 and one['skipped'] == 1 and one['bytes'] == 0"

# the label, on an object of the platform's kind; this cluster has no such kind of its own
on() { "$root/scripts/lab" exec --name "$lab" "$node" -- "$@"; }
k() { on env KUBECONFIG=/etc/kubernetes/admin.conf HOME=/run/acp kubectl "$@"; }
on sh -c 'cat >/run/acp-kind.yaml' <<'KIND'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: clusters.platform.tkestack.io}
spec:
  group: platform.tkestack.io
  scope: Cluster
  names: {kind: Cluster, singular: cluster, plural: clusters}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
KIND
k apply -f /run/acp-kind.yaml >/dev/null
k wait --for=condition=Established --timeout=30s crd/clusters.platform.tkestack.io >/dev/null
on sh -c 'cat >/run/acp-kind-one.yaml' <<'ONE'
apiVersion: platform.tkestack.io/v1
kind: Cluster
metadata: {name: global, labels: {cpaas.io/node-arch-constraint: amd64}}
ONE
k apply -f /run/acp-kind-one.yaml >/dev/null
"${sync[@]}" -o json >"$work/label.json"
check "$work/label.json" "[(o['object'], o['value']) for o in r['archConstraint']['objects']] == [('cluster.platform.tkestack.io/global', 'amd64')]"
remedy=$(python3 -c "import json, sys; print(json.load(open(sys.argv[1]))['archConstraint']['objects'][0]['remedy'])" "$work/label.json")
# what acp tells the person to run is run, as it stands
read -ra words <<<"$remedy"
k "${words[@]:1}" >/dev/null
"${sync[@]}" -o json >"$work/free.json"
check "$work/free.json" "r['archConstraint']['known'] and not r['archConstraint']['objects']"
k delete crd clusters.platform.tkestack.io >/dev/null
on rm -f /run/acp-kind.yaml /run/acp-kind-one.yaml
echo "sync-images: $name serves amd64 as before and arm64; a second run sent nothing; the label is seen and taken away"
