# The registry's unit runs and its port is open. Argument: the port.
systemctl is-active --quiet acp-registry.service || {
  systemctl status --no-pager --lines 8 acp-registry.service || true
  exit 1
}
ss -Hltn | awk '{print $4}' | grep -q -- ":$1\$" || {
  echo "nothing listens on port $1"
  exit 1
}
