package dev.acp.pki;

import dev.acp.value.Secret;

/**
 * A file that a node gets.
 *
 * @param name below the target folder: ca.crt, etcd/ca.key
 * @param mode as ls prints it, without the type: rw-------
 */
public record PkiFile(String name, String mode, Secret content) {}
