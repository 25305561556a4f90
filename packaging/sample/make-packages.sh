#!/usr/bin/env bash
# Collects the Debian packages that kubelet, kubeadm and kube-proxy want of a host and a freshly made one may lack, with all
# that they depend on, except what every Debian with systemd and sshd has. usage: make-packages.sh FOLDER
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/apt.sh
. "$sample_dir/lib/apt.sh"

into=$1
mkdir -p "$into"
apt_ready

# Who wants it, and the package. ebtables comes with iptables in Debian 12.
wanted=(
  kubelet:iptables kubelet:conntrack kubelet:ethtool kubelet:socat kubeadm:iproute2 kubelet:kmod kube-proxy:ipset acp:procps acp:nftables
)

# What is there on any machine that acp reaches: the essential and required packages, systemd and sshd. From an empty status,
# apt brings exactly these and what they depend on.
mapfile -t required < <(apt-cache "${apt_options[@]}" dumpavail |
  awk '/^Package: / { name = $2 } (/^Essential: yes/ || /^Priority: required/) && !seen[name]++ { print name }')
base=("${required[@]}" apt systemd systemd-sysv dbus openssh-server)
apt_closure "${base[@]}" | cut -d' ' -f1 | sort >"$into/.base"
[ "$(wc -l <"$into/.base")" -gt 50 ] || die "the list of packages of a fresh Debian is too short to be true"

names=()
for one in "${wanted[@]}"; do names+=("${one#*:}"); done
# Each wanted package under the program that wants it, then the libraries under the package that brings them in.
{
  for one in "${wanted[@]}"; do printf '%s %s\n' "${one%%:*}" "${one#*:}"; done
  for one in "${wanted[@]}"; do apt_closure "${one#*:}" | sed -e "s/^/${one#*:} /" -e 's/ [^ ]*$//'; done
} >"$into/.wanted"
# Inst lines come in an order in which the packages can be configured one after another.
apt_closure "${base[@]}" "${names[@]}" |
  awk 'NR == FNR { base[$1] = 1; next } !($1 in base)' "$into/.base" - >"$into/.more"

{
  echo "# Debian packages for nodes, in an order in which dpkg -i can take them in one call. Only missing ones are to be installed."
  echo "packages:"
  while read -r package version; do
    deb=$(apt_deb "$package" "$version")
    cp "$deb" "$into/"
    # The wanted package itself, or for a library the first one whose closure holds it.
    by=$(awk -v name="$package" '$2 == name { print $1; exit }' "$into/.wanted")
    printf '  - {name: %s, version: "%s", file: "%s", wantedBy: %s}\n' "$package" "$version" "$(basename "$deb")" "$by"
  done <"$into/.more"
} >"$into/packages.yaml"
rm -f "$into/.base" "$into/.more" "$into/.wanted"
say "packages for nodes: $(grep -c 'name:' "$into/packages.yaml")"
