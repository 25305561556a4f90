#!/bin/sh
# Cleans a machine that was taken out of its cluster while it did not answer: acp wrote this then. Run it on that machine as root,
# before it is on the network again: its kubelet still has a certificate and would come back. It takes back exactly what acp put
# there, by the record that the machine keeps; a machine without one, or of another cluster, is left alone. Safe to run again.
set -eu
cluster=@CLUSTER@ node=@NODE@
record=/var/lib/acp/node

[ "$(id -u)" = 0 ] || {
  echo "run this as root on $node" >&2
  exit 2
}
[ -s "$record/cluster" ] || {
  echo "acp keeps no record here: there is nothing to clean"
  exit 0
}
[ "$(cat "$record/cluster")" = "$cluster" ] || {
  echo "this machine belongs to the cluster $(cat "$record/cluster"), not to $cluster; it is left alone" >&2
  exit 6
}
exec sh "$record/record.sh" undo
