/**
 * OpenPGP keys and detached signatures (RFC 9580), judged at least as strictly as GnuPG does. What
 * is trusted is decided here and in the caller's list of key files, nowhere else.
 */
package dev.acp.openpgp;
