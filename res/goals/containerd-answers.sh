# containerd answers on its socket.
timeout 10 ctr version >/dev/null
