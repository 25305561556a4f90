#!/bin/sh
# Installs the global cluster from this bundle: acp setup with this folder as its bundle, and every other option as given.
#   bash setup.sh -f cluster.yaml
#   bash setup.sh -f cluster.yaml --network-mode calico
# Works from any folder. The bundle is first checked against its own signed manifest.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 2
exec /bin/sh "$here/bin/acp" setup --bundle "$here" --check-bundle "$@"
