# Pulls images by digest through the registries that containerd knows, and gives them their tags.
# Arguments after the word: NAME DIGEST pairs, NAME being HOST/REPOSITORY:TAG.
set -eu
word=$1
shift
folder=/etc/containerd/acp

digest_of() {
  ctr -n k8s.io images ls "name==$1" | awk 'NR > 1 {for (i = 1; i <= NF; i++) if ($i ~ /^sha256:/) {print $i; exit}}'
}

# pull NAME@DIGEST; it is then known under that name. ctr reads hosts.toml, which containerd below 1.5 has not: there it asks
# one mirror after the other, by the list that the CRI has.
pull() {
  if [ -d "/etc/containerd/certs.d/${1%%/*}" ]; then
    ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$1" >/dev/null
    return
  fi
  for mirror in $(sed -n 's/^endpoint = \[\(.*\)]$/\1/p' /etc/containerd/config.toml | tr -d '", ' | tr '\t' ' ' | sed 's|https://| |g'); do
    set -- "$1" "$mirror/${1#*/}"
    if ctr -n k8s.io images pull --tlscacert "$folder/ca.crt" --tlscert "$folder/client.crt" --tlskey "$folder/client.key" "$2" >/dev/null; then
      ctr -n k8s.io images tag --force "$2" "$1" >/dev/null
      ctr -n k8s.io images rm "$2" >/dev/null
      return
    fi
  done
  echo "no registry gave $1" >&2
  return 1
}

# An image without its tag was being pulled when the machine's power went, and what containerd below 2.0 unpacked is not synced: it is
# taken away whole, by all its names (the CRI's too), since containerd would not unpack again what it knows. One that has a tag was synced.
forget() { # DIGEST
  names=$(ctr -n k8s.io images ls -q "target.digest==$1")
  for name in $names; do
    case $name in *@sha256:* | sha256:*) ;; *) return 0 ;; esac
  done
  # shellcheck disable=SC2086 # names of images hold no spaces
  [ -z "$names" ] || ctr -n k8s.io images rm --sync $names >/dev/null
}

case $word in
observe)
  have=0 miss=0
  while [ $# -gt 0 ]; do
    if [ "$(digest_of "$1")" = "$2" ]; then have=$((have + 1)); else miss=$((miss + 1)); fi
    shift 2
  done
  if [ "$miss" = 0 ]; then echo 'done'; elif [ "$have" = 0 ]; then echo absent; else echo partial; fi
  ;;
apply)
  while [ $# -gt 0 ]; do
    if [ "$(digest_of "$1")" != "$2" ]; then
      pinned="${1%:*}@$2"
      forget "$2"
      pull "$pinned"
      sync
      ctr -n k8s.io images tag --force "$pinned" "$1" >/dev/null
    fi
    shift 2
  done
  ;;
undo) ;;
esac
