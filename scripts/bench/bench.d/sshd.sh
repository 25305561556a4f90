# Real sshd on loopback addresses, one each, with a key login, to be sourced with $root, $work and the array pids (ended by who sources it).
# Gives $ssh_port, $work/key and $work/known_hosts.
# shellcheck shell=bash disable=SC2034,SC2154

# With an empty home, as on a bare machine: bash reads ~/.bashrc for every command over SSH, and what this machine's does there may
# cost more than what is measured. (An sftp subsystem has no shell, so that it would not even cost each side the same.)
bare_sshd() { # CONFIGURATION
  mkdir -p "$work/bare-home"
  # shellcheck disable=SC2016 # the inner shell's own
  exec unshare --mount --propagation private sh -c 'mount --bind "$1" ~root && exec /usr/sbin/sshd -D -f "$2" -E "$3"' sh \
    "$work/bare-home" "$1" "$work/sshd.log"
}
# MaxStartups drops connections by chance above 10, for every client alike.
sshd_on() { # ADDRESS...
  local host
  ssh_port=$("$root/scripts/free-port")
  ssh-keygen -q -t ed25519 -N '' -f "$work/key"
  ssh-keygen -q -t ed25519 -N '' -f "$work/host"
  cp "$work/key.pub" "$work/authorized_keys"
  mkdir -p /run/sshd
  for host in "$@"; do
    cat >"$work/sshd_$host" <<END
Port $ssh_port
ListenAddress $host
HostKey $work/host
AuthorizedKeysFile $work/authorized_keys
PidFile none
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
MaxStartups 2000
Subsystem sftp internal-sftp
LogLevel ERROR
END
    bare_sshd "$work/sshd_$host" &
    pids+=($!)
    printf '[%s]:%s %s\n' "$host" "$ssh_port" "$(cut -d ' ' -f 1,2 "$work/host.pub")" >>"$work/known_hosts"
  done
  local tries=0
  until (exec 3<>"/dev/tcp/${!#}/$ssh_port") 2>/dev/null; do
    [ $((tries += 1)) -lt 50 ] || {
      cat "$work/sshd.log" >&2
      exit 1
    }
    sleep 0.1
  done
}
