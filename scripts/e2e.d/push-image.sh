#!/usr/bin/env bash
# Pushes an image that no node has ever seen to the platform registry, with skopeo and not with acp: the
# toolbox image with one more layer and a configuration of its own.
# The registry is called by its own name, since the names of images have no room for an IPv6 address.
#   push-image.sh LAB REGISTRY_ADDRESS PKI_FOLDER PARTS REPOSITORY:TAG
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lab=$1 address=$2 pki=$3 parts=$4 name=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v skopeo >/dev/null || apt-get -qq -y --no-install-recommends install skopeo >/dev/null

host=registry.acp.internal
printf '127.0.0.1 localhost\n%s %s\n' "$address" "$host" >"$work/hosts"
mkdir "$work/certs"
cp "$pki/registry/ca.crt" "$work/certs/ca.crt"
cp "$pki/registry/acp-client.crt" "$work/certs/client.cert"
cp "$pki/registry/acp-client.key" "$work/certs/client.key"

python3 - "$parts/images" "$work/layout" "$name" <<'PY'
import gzip, hashlib, io, json, os, shutil, sys, tarfile
source, target, name = sys.argv[1:]
index = json.load(open(f"{source}/index.json"))
entry = next(m for m in index["manifests"]
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
raw = io.BytesIO()
with tarfile.open(fileobj=raw, mode="w") as tar:
    text = name.encode()
    info = tarfile.TarInfo("never-seen")
    info.size = len(text)
    tar.addfile(info, io.BytesIO(text))
layer = put(gzip.compress(raw.getvalue(), mtime=0))
layer["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip"
manifest["layers"].append(layer)
config["rootfs"]["diff_ids"].append("sha256:" + hashlib.sha256(raw.getvalue()).hexdigest())
config.setdefault("config", {}).setdefault("Labels", {})["never-seen"] = name
manifest["config"].update(put(json.dumps(config).encode()))
top = put(json.dumps(manifest).encode())
top["mediaType"] = "application/vnd.oci.image.manifest.v1+json"
top["annotations"] = {"org.opencontainers.image.ref.name": "it"}
json.dump({"schemaVersion": 2, "manifests": [top]}, open(f"{target}/index.json", "w"))
open(f"{target}/oci-layout", "w").write('{"imageLayoutVersion": "1.0.0"}')
PY

# shellcheck disable=SC2016 # for the inner shell
"$root/scripts/lab" run --name "$lab" -- unshare --mount sh -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' sh "$work/hosts" \
  skopeo --insecure-policy copy --quiet \
  --dest-cert-dir "$work/certs" "oci:$work/layout:it" "docker://$host:11443/$name"
