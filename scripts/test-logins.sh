#!/usr/bin/env bash
# Every way to log in, with real sshd, PAM and sudo on two lab nodes: password, keyboard-interactive with Chinese prompts, keys in
# OpenSSH's and the old PEM form with a passphrase, sudo's password, another port, a host in between, a SOCKS5 proxy; and that a
# wrong password is tried once. Ends with "N passed, N failed"; exit 1 when anything failed.
#   scripts/test-logins.sh [--keep]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=${ACP_TEST_LAB:-logins-test}
keep=
case ${1:-} in
'') ;;
--keep) keep=1 ;;
*)
  sed -n '2,5p' "$0"
  exit 2
  ;;
esac
command -v cc >/dev/null || {
  echo "test-logins: cc is missing (apt-get install gcc libc6-dev); a PAM module that asks in Chinese is made with it" >&2
  exit 2
}
work=$(mktemp -d "${TMPDIR:-/tmp}/acp-logins.XXXXXX")
export ACP_HOME=$work/home
# shellcheck source=scripts/test.d/says.sh
. "$root/scripts/test.d/says.sh"
proxy=
cleanup() {
  [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
  [ -n "$keep" ] || {
    "$root/scripts/lab" down --name "$lab" || true
    rm -rf "$work"
  }
}
trap cleanup EXIT
lab() {
  local command=$1
  shift
  "$root/scripts/lab" "$command" --name "$lab" "$@"
}
on() {
  local node=$1
  shift
  lab exec "$node" -- "$@"
}
address() { lab addresses | awk -v n="$1" '$1 == n {print $2}'; }
looks() { # SSH: asks n2 with this ssh: section; the checks say that acp is in, and root there
  local status=0
  lab cluster-file | sed -e "s|^  ssh: {.*}|  ssh: $1|" >"$work/cluster.yaml"
  lab run -- "$root/scripts/acp" check-nodes -f "$work/cluster.yaml" --nodes "$(address n2)" --only ssh-access,root-or-sudo \
    --accept-new-host-keys -o json >"$work/out" 2>"$work/err" || status=$?
  [ "$status" = 0 ] && python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))["results"]
sys.exit(0 if len(r) == 2 and all(x["status"] == "pass" for x in r) else 1)' "$work/out"
}
passes() { # NAME SSH HOW FROM: passes, and n2's sshd says how, and from which address
  local since
  since=$(on n2 date '+%Y-%m-%d %H:%M:%S')
  if ! looks "$2"; then
    bad "$1"
    tail -n 5 "$work/err" "$work/out" | sed 's/^/      /'
    return 0
  fi
  on n2 journalctl -q -t sshd --since "$since" -o cat >"$work/journal"
  assert "$1" grep -qE "^Accepted $3 for [a-z]+ from $4 " "$work/journal"
}
sshd() { # LINE...: n2's sshd with these settings before its own
  printf '%s\n' "$@" | on n2 sh -c 'cat >/etc/ssh/sshd_config.d/00-test.conf && systemctl restart ssh'
}

lab up --fresh --nodes 2 --control-planes 1
host=$(address n1)
host=${host%.*}.1
printf 'ops-password\n' >"$work/right"
printf 'not-it\n' >"$work/wrong"
printf 'the phrase\n' >"$work/phrase"
become="become: sudo, becomePasswordFrom: 'file:$work/right'"

# ---- passwords
sshd 'PasswordAuthentication yes' 'KbdInteractiveAuthentication no'
passes "a password, and sudo's password" "{user: ops, passwordFrom: 'file:$work/right', $become}" password "$host"
since=$(on n2 date '+%Y-%m-%d %H:%M:%S')
if looks "{user: ops, passwordFrom: 'file:$work/wrong', $become}"; then bad "a wrong password logs in"; fi
assert "it is said so" grep -q "password is not accepted" "$work/err" "$work/out"
on n2 journalctl -q -t sshd --since "$since" -o cat >"$work/journal"
assert "a wrong password is tried once" test "$(grep -c '^Failed password' "$work/journal")" = 1
if looks "{user: ops, passwordFrom: 'file:$work/right', become: sudo, becomePasswordFrom: 'file:$work/wrong'}"; then
  bad "a wrong sudo password passes"
fi
assert "a wrong sudo password is said so" grep -qi "sudo" "$work/err" "$work/out"

# ---- keyboard-interactive, asked in Chinese by PAM
cat >"$work/pam.c" <<'END'
#include <stddef.h>
struct pam_message { int style; const char *msg; };
struct pam_response { char *resp; int code; };
struct pam_conv { int (*conv)(int, const struct pam_message **, struct pam_response **, void *); void *data; };
int pam_get_item(const void *, int, const void **);
int pam_set_item(void *, int, const void *);
int pam_sm_authenticate(void *pam, int flags, int argc, const char **argv) {
  const struct pam_conv *talk = NULL;
  struct pam_message message = {1, "密码："};
  const struct pam_message *messages = &message;
  struct pam_response *answer = NULL;
  (void)flags; (void)argc; (void)argv;
  if (pam_get_item(pam, 5, (const void **)&talk) != 0 || talk == NULL) return 4;
  if (talk->conv(1, &messages, &answer, talk->data) != 0 || answer == NULL || answer[0].resp == NULL) return 19;
  return pam_set_item(pam, 6, answer[0].resp);
}
int pam_sm_setcred(void *pam, int flags, int argc, const char **argv) { (void)pam; (void)flags; (void)argc; (void)argv; return 0; }
END
cc -shared -fPIC -o "$work/pam_chinese.so" "$work/pam.c"
on n2 sh -c 'cat >/root/pam_chinese.so' <"$work/pam_chinese.so"
on n2 sh -c 'sed -i "s|^@include common-auth|auth required /root/pam_chinese.so\nauth required pam_unix.so use_first_pass|" /etc/pam.d/sshd'
sshd 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes' 'UsePAM yes'
# what OpenSSH's own client is asked proves the prompt
# shellcheck disable=SC2016
printf '#!/bin/sh\nprintf "%%s" "$1" >%s/asked\necho ops-password\n' "$work" >"$work/askpass"
chmod 0755 "$work/askpass"
DISPLAY=none SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force lab run -- ssh -F none -o StrictHostKeyChecking=no \
  -o UserKnownHostsFile=/dev/null -o PreferredAuthentications=keyboard-interactive "ops@$(address n2)" true 2>/dev/null || true
assert "the server asks in Chinese ($(cat "$work/asked" 2>/dev/null))" grep -q '密码：' "$work/asked"
passes "keyboard-interactive with a Chinese prompt" "{user: ops, passwordFrom: 'file:$work/right', $become}" 'keyboard-interactive/pam' "$host"

# ---- keys: OpenSSH's form and PEM, with a passphrase
on n2 sh -c 'mkdir -p /home/ops/.ssh && : >/home/ops/.ssh/authorized_keys && chown -R ops: /home/ops/.ssh && chmod 700 /home/ops/.ssh'
for kind in ed25519: rsa: ecdsa: rsa:PEM ecdsa:PEM rsa:PKCS8 ecdsa:PKCS8; do
  key=$work/key-${kind/:/-} form=${kind#*:}
  ssh-keygen -q -t "${kind%:*}" ${form:+-m "$form"} -f "$key" -N 'the phrase'
  on n2 sh -c 'cat >>/home/ops/.ssh/authorized_keys' <"$key.pub"
  passes "a key, ${kind%:*} ($(head -n 1 "$key")), with a passphrase" \
    "{user: ops, keyFile: $key, passphraseFrom: 'file:$work/phrase', $become}" publickey "$host"
done

# ---- the way there
sshd 'Port 22' 'Port 2222'
key="keyFile: /var/lib/acp-lab/$lab/id_ed25519"
passes "another port" "{user: root, port: 2222, $key}" publickey "$host"
assert "and that port it was" on n2 sh -c 'ss -Htln "sport = :2222" | grep -q .'
passes "a host in between" "{user: root, $key, jump: 'root@$(address n1)'}" publickey "$(address n1)"
lab run -- ssh -F none -i "/var/lib/acp-lab/$lab/id_ed25519" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
  -N -D 127.0.0.1:1080 "root@$(address n1)" &
proxy=$!
for _ in $(seq 50); do
  if lab run -- bash -c ': </dev/tcp/127.0.0.1/1080' 2>/dev/null; then break; fi
  sleep 0.2
done
passes "a SOCKS5 proxy" "{user: root, $key, socks5: '127.0.0.1:1080'}" publickey "$(address n1)"

finished
