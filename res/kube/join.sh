# kubeadm join by a configuration that finds the cluster through a file. There kubeadm asks for the cluster only when 5 s have passed, or
# its limit where that is shorter (1.20, app/discovery/file: wait.Poll). So the limit is a second at first; where nobody answered by
# then nothing was done yet, and kubeadm is run again with the limit of the configuration.
# usage: sh join.sh CONFIGURATION ARGUMENT...
set -eu
config=$1
shift
trap 'rm -f "$config.soon" "$config.said"' EXIT
umask 077
sed 's/^\(  timeout: \)"5m0s"$/\1"1s"/' "$config" >"$config.soon"
rc=0
kubeadm join --config "$config.soon" "$@" </dev/null 2>"$config.said" || rc=$?
cat "$config.said" >&2
if [ "$rc" = 0 ] || ! grep -q 'ConfigMap after timeout of' "$config.said"; then exit "$rc"; fi
kubeadm join --config "$config" "$@" </dev/null
