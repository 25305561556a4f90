# The registry's unit runs and its port is open. Arguments: the address and port.
systemctl is-active --quiet acp-registry.service || {
  systemctl status --no-pager --lines 8 acp-registry.service || true
  exit 1
}
ss -Hltn | awk '{print $4}' | grep -qxF -- "$1" || {
  echo "nothing listens on $1"
  exit 1
}
