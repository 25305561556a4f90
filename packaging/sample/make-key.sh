#!/usr/bin/env bash
# Makes a signing key for a sample package, once: DIR/secret.asc (0600) and DIR/public.asc. For trying acp
# out only: a vendor's key lives on hardware, and this one has no passphrase.
#   packaging/sample/make-key.sh /tmp/key
set -euo pipefail
dir=${1:?usage: packaging/sample/make-key.sh DIR}
umask 077
mkdir -p "$dir"
[ -s "$dir/public.asc" ] && [ -s "$dir/secret.asc" ] && exit 0
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME"' EXIT
gpg --batch --quiet --passphrase '' --quick-generate-key "acp sample package (not for production)" ed25519 sign 2y
gpg --batch --armor --export-secret-keys >"$dir/secret.asc.partial"
gpg --batch --armor --export >"$dir/public.asc.partial"
mv "$dir/secret.asc.partial" "$dir/secret.asc"
mv "$dir/public.asc.partial" "$dir/public.asc"
gpg --batch --with-colons --fingerprint | awk -F: '/^fpr/ {print "fingerprint " $10; exit}'
