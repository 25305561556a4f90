# Pulls images by digest through the registries that containerd knows, and gives them their tags.
# Arguments after the word: NAME DIGEST pairs, NAME being HOST/REPOSITORY:TAG.
set -eu
word=$1
shift

digest_of() {
  ctr -n k8s.io images ls "name==$1" | awk 'NR > 1 {for (i = 1; i <= NF; i++) if ($i ~ /^sha256:/) {print $i; exit}}'
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
      ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$pinned" >/dev/null
      ctr -n k8s.io images tag --force "$pinned" "$1" >/dev/null
    fi
    shift 2
  done
  ;;
undo) ;;
esac
