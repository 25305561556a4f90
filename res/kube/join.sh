# kubeadm join, and going on with one that was cut off.
# usage: sh join.sh begin CONFIGURATION ARGUMENT...    the arguments are kubeadm's
#        sh join.sh go-on CONFIGURATION NODE           once the kubelet has its own certificate
set -eu
word=$1 config=$2
shift 2
# kubectl keeps a cache in HOME; root's own folder is not acp's to write to.
export HOME=/run/acp

# A configuration that finds the cluster through a file: there kubeadm asks for the cluster only when 5 s have passed, or its limit where
# that is shorter (1.20, app/discovery/file: wait.Poll). So the limit is a second at first; where nobody answered by then nothing was
# done yet, and kubeadm is run again with the limit of the configuration.
# And where this machine was in the cluster a moment ago, as before a loss of power that left its kubelet's files empty, the cluster
# takes it for Ready until it has not heard of it for 40 s (--node-monitor-grace-period), and kubeadm refuses the name. One that stays
# Ready is another machine's.
begin() {
  trap 'rm -f "$config.soon" "$config.said"' EXIT
  umask 077
  sed 's/^\(  timeout: \)"5m0s"$/\1"1s"/' "$config" >"$config.soon"
  with=$config.soon
  tries=0
  while :; do
    rc=0
    kubeadm join --config "$with" "$@" </dev/null 2>"$config.said" || rc=$?
    cat "$config.said" >&2
    if [ "$rc" != 0 ] && [ "$with" != "$config" ] && grep -q 'ConfigMap after timeout of' "$config.said"; then
      with=$config
    elif [ "$rc" != 0 ] && [ "$tries" -lt 12 ] && grep -q 'status "Ready" already exists' "$config.said"; then
      if [ "$tries" = 0 ]; then
        echo "a node of this name was heard of a moment ago; it may be this machine before its start: kubeadm is run up to 12 times more, 5 s apart" >&2
        # kubeadm came as far as to write these
        set -- "$@" --ignore-preflight-errors FileAvailable--etc-kubernetes-bootstrap-kubelet.conf,FileAvailable--etc-kubernetes-pki-ca.crt
      fi
      tries=$((tries + 1))
      sleep 5
    else
      exit "$rc"
    fi
  done
}

# What kubeadm has left to do then (1.20, cmd/phases/join/kubelet.go) is a note on the node, for which it waits two minutes: between
# its certificate and its registration a kubelet takes seconds, more when the machine has just started. kubeadm itself would refuse
# a node that is there already. The bootstrap configuration holds the token and has served.
go_on() { # NODE
  kubernetes=${config%/acp/*}
  systemctl restart kubelet.service
  socket=$(sed -n 's/.*criSocket: *"\{0,1\}\([^"]*\)"\{0,1\}.*/\1/p' "$config" | head -n 1)
  tries=0
  until said=$(timeout 8 kubectl --kubeconfig "$kubernetes/kubelet.conf" --request-timeout 5s annotate --overwrite node "$1" \
    "kubeadm.alpha.kubernetes.io/cri-socket=$socket" 2>&1 </dev/null); do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || {
      echo "the kubelet did not register the node $1 in 60 tries, 2 s apart; on this machine journalctl -u kubelet says why: $said" >&2
      exit 1
    }
    sleep 2
  done
  rm -f "$kubernetes/bootstrap-kubelet.conf"
}

case $word in
begin) begin "$@" ;;
go-on) go_on "$1" ;;
esac
