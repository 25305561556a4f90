# Gives the kubelet the certificate that acp put beside its own, and lets it make its serving certificate anew. Arguments after
# the word: the file with certificate and key, or "-"; the digest of the serving certificate that must go, or "-".
set -eu
word=$1 client=$2 server=$3
pki=/var/lib/kubelet/pki
current=$pki/kubelet-client-current.pem
own=/etc/kubernetes/kubelet.conf

served() {
  [ "$server" = - ] && return 0
  [ -f "$pki/kubelet.crt" ] || return 1
  seen=$(sha256sum <"$pki/kubelet.crt")
  [ "${seen%% *}" != "$server" ]
}

case $word in
observe)
  if { [ "$client" = - ] || cmp -s "$client" "$current"; } && served; then
    echo 'done'
  else
    echo absent
  fi
  ;;
apply)
  if [ "$client" != - ]; then
    if ! grep -qs "$current" "$own"; then
      echo "$own does not name $current" >&2
      exit 1
    fi
    ln -sfn "$client" "$current.acp"
    mv -fT "$current.acp" "$current"
  fi
  if [ "$server" != - ]; then rm -f "$pki/kubelet.crt" "$pki/kubelet.key"; fi
  sync
  timeout 120 systemctl restart kubelet.service
  tries=0
  until served; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || {
      echo "the kubelet made no new serving certificate within a minute" >&2
      exit 1
    }
    sleep 1
  done
  ;;
undo) ;;
esac
