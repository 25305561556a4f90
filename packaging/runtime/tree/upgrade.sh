#!/bin/sh
# Brings what this bundle has to a cluster that is there. So far the images alone:
#   bash upgrade.sh --only-sync-image=true -f cluster.yaml [--platform linux/arm64] [--dry-run]
# pushes the images of this bundle into the cluster's registries, by platform, and passes over what they have.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 2

usage() { sed -n '2,4s/^# \{0,1\}//p' "$0"; }

images='' left=$#
while [ "$left" -gt 0 ]; do
  case $1 in
  --only-sync-image | --only-sync-image=true) images=1 ;;
  --only-sync-image=false) images='' ;;
  --only-sync-image=*)
    echo "upgrade.sh: --only-sync-image is true or false, but this is ${1#*=}" >&2
    exit 2
    ;;
  -h | --help)
    usage
    exit 0
    ;;
  *) set -- "$@" "$1" ;;
  esac
  shift
  left=$((left - 1))
done
if [ -z "$images" ]; then
  echo "upgrade.sh: this acp cannot upgrade a cluster yet; nothing was changed." >&2
  usage >&2
  exit 2
fi
exec /bin/sh "$here/bin/acp" sync-images --bundle "$here" --check-bundle "$@"
