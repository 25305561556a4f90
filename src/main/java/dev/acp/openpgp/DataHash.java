package dev.acp.openpgp;

import dev.acp.value.Digest;
import dev.acp.value.FileDigest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * One running digest of the data, shared by all signatures that need the same one. One thread
 * writes to it.
 */
public final class DataHash {
  private final HashAlgorithm algorithm;
  private final byte[] salt;
  private final MessageDigest digest;

  /**
   * @param salt of a version 6 signature, which is hashed before the data (RFC 9580, 5.2.4); empty
   *     for version 4
   */
  DataHash(HashAlgorithm algorithm, byte[] salt) {
    this.algorithm = algorithm;
    this.salt = salt.clone();
    this.digest = algorithm.digest();
    digest.update(salt);
  }

  /** The digest to tell of data whose signature needs none. */
  public static DataHash plain() {
    return new DataHash(HashAlgorithm.SHA256, new byte[0]);
  }

  boolean is(HashAlgorithm other, byte[] otherSalt) {
    return algorithm == other && Arrays.equals(salt, otherSalt);
  }

  public void update(byte[] block, int offset, int length) {
    digest.update(block, offset, length);
  }

  /** Takes all that remains in the block. */
  public void update(ByteBuffer block) {
    Digest.update(digest, block);
  }

  /** The digest so far, to go on with; this one is left as it is. */
  MessageDigest copy() {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's " + algorithm.jdkName() + " can be copied", e);
    }
  }

  /** The data's own digest; empty where a salt went before. */
  public Optional<FileDigest> value() {
    return salt.length > 0
        ? Optional.empty()
        : Optional.of(FileDigest.fromRaw(algorithm.jdkName(), copy().digest()));
  }
}
