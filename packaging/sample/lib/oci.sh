# shellcheck shell=bash
# Writing an OCI image layout with tar, gzip, sha256sum and jq: the same inputs give the same digests. To be sourced after common.sh.

# usage: layout_start FOLDER
layout_start() {
  layout=$1
  mkdir -p "$layout/blobs/sha256"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  printf '[]' >"$layout/.images"
}

# Moves a file among the blobs under its digest and prints the digest (hex).
blob() {
  local digest
  digest=$(sha256sum <"$1" | cut -d' ' -f1)
  mv "$1" "$layout/blobs/sha256/$digest"
  chmod 0644 "$layout/blobs/sha256/$digest"
  printf '%s\n' "$digest"
}

# Makes a layer of a folder: sorted, owned by root, one fixed time. What it is goes to FOLDER.layer.
# usage: layer FOLDER
layer() {
  local folder=$1 file=$layout/.layer diff digest size
  tar -C "$folder" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu -cf "$file" .
  diff=$(sha256sum <"$file" | cut -d' ' -f1)
  gzip -n -6 -f "$file"
  size=$(stat -c %s "$file.gz")
  digest=$(blob "$file.gz")
  jq -nc --arg diff "sha256:$diff" --arg digest "sha256:$digest" --argjson size "$size" \
    '{diff: $diff, descriptor: {mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: $digest, size: $size}}' >"$folder.layer"
}

# Adds an image. usage: image NAME:TAG CONFIG-JSON LAYER-FOLDER...   (CONFIG-JSON: Entrypoint, Cmd, User, ...)
image() {
  local name=$1 config=$2 created folder file=$layout/.json digest size
  shift 2
  created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  for folder in "$@"; do cat "$folder.layer"; done | jq -sc . >"$layout/.layers"
  jq -cS --arg created "$created" --arg arch "$SAMPLE_ARCH" --argjson config "$config" '
    {created: $created, architecture: $arch, os: "linux", rootfs: {type: "layers", diff_ids: map(.diff)},
     config: ({Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], WorkingDir: "/"} + $config),
     history: map({created: $created, created_by: "packaging/sample"})}' "$layout/.layers" >"$file"
  size=$(stat -c %s "$file")
  digest=$(blob "$file")
  jq -cS --arg digest "sha256:$digest" --argjson size "$size" '
    {schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
     config: {mediaType: "application/vnd.oci.image.config.v1+json", digest: $digest, size: $size},
     layers: map(.descriptor)}' "$layout/.layers" >"$file"
  size=$(stat -c %s "$file")
  digest=$(blob "$file")
  jq -c --arg name "$name" --arg digest "sha256:$digest" --argjson size "$size" --arg arch "$SAMPLE_ARCH" '
    . + [{mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
          platform: {architecture: $arch, os: "linux"}, annotations: {"org.opencontainers.image.ref.name": $name}}]' \
    "$layout/.images" >"$layout/.images.new"
  mv "$layout/.images.new" "$layout/.images"
  say "image $name  sha256:${digest:0:12}"
}

layout_finish() {
  jq -S '{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: .}' "$layout/.images" >"$layout/index.json"
  rm -f "$layout"/.images "$layout"/.layers
}
