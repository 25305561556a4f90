package dev.acp.value;

import java.util.HexFormat;

/**
 * A file's digest by a named algorithm: the one that its signature uses, so that a large file is
 * hashed once.
 *
 * @param algorithm as people write it: SHA-256, SHA-512, SHA3-256
 * @param hex in lower case
 */
public record FileDigest(String algorithm, String hex) {
  public static FileDigest of(Digest sha256) {
    return new FileDigest("SHA-256", sha256.hex());
  }

  /** From the bytes that a {@link java.security.MessageDigest} gives. */
  public static FileDigest fromRaw(String algorithm, byte[] raw) {
    return new FileDigest(algorithm, HexFormat.of().formatHex(raw));
  }

  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
