# Imports the images that must be there before the registry, from one archive on the node.
# Arguments after the word: the archive, then the image names it must give.
set -eu
word=$1 archive=$2
shift 2
case $word in
observe)
  # ctr itself would wait 10 s for a containerd that was not started yet
  [ -S /run/containerd/containerd.sock ] || {
    echo "containerd does not run" >&2
    exit 1
  }
  have=0 miss=0
  all=$(ctr -n k8s.io images ls -q)
  for name in "$@"; do
    if printf '%s\n' "$all" | grep -qxF -- "$name"; then have=$((have + 1)); else miss=$((miss + 1)); fi
  done
  if [ "$miss" = 0 ]; then echo 'done'; elif [ "$have" = 0 ]; then echo absent; else echo partial; fi
  ;;
apply)
  ctr -n k8s.io images import "$archive" >&2
  # containerd below 2.0 does not sync what it unpacks
  sync
  ;;
undo)
  # The images go with containerd's folder.
  ;;
esac
