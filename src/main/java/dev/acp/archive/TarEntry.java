package dev.acp.archive;

/**
 * An entry of an archive.
 *
 * @param name checked by {@link EntryName}, relative, without a slash at the end
 * @param mode the permission bits as written, 07777 at most
 * @param size in bytes; 0 for a folder
 * @param mtime in seconds since 1970
 */
public record TarEntry(String name, boolean folder, int mode, long size, long mtime) {}
