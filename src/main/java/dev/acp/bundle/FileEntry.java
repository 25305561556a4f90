package dev.acp.bundle;

import dev.acp.value.Digest;

/**
 * A file as the manifest states it.
 *
 * @param path relative to installer/, with slashes
 * @param size in bytes
 * @param mode permission bits, such as 0644
 */
public record FileEntry(String path, long size, int mode, Digest digest) {}
