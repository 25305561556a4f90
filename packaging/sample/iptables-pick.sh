#!/bin/sh
# Stands in an image for iptables until its first use: finds out which variant the node uses (the kubelet leaves a chain in
# it), makes the links point there, and runs what was asked for. Rules in the other variant would be seen by nobody.
set -eu
name=${0##*/}
variant=nft
if ! xtables-nft-multi iptables -S FORWARD >/dev/null 2>&1; then
  variant=legacy        # a kernel without nf_tables
else
  # With IPv6 alone, the kubelet's chain is ip6tables' only. The legacy variant comes last: the kernel makes a table of it when it
  # is asked for it, and nobody can take that away again.
  found=
  for try in nft-iptables nft-ip6tables legacy-iptables legacy-ip6tables; do
    if "xtables-${try%-*}-multi" "${try#*-}-save" -t mangle 2>/dev/null | grep -q '^:KUBE-KUBELET-CANARY'; then
      found=${try%-*}
      break
    fi
  done
  variant=${found:-nft}
fi
for link in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  # On a read-only root it stays as it is and asks every time.
  if ln -sf "xtables-$variant-multi" "/usr/sbin/.$link.new" 2>/dev/null; then mv -f "/usr/sbin/.$link.new" "/usr/sbin/$link"; fi
done
exec "xtables-$variant-multi" "$name" "$@"
