package dev.acp.openpgp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.api.KeyPairGeneratorCallback;
import org.bouncycastle.openpgp.api.OpenPGPApi;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPSignature;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;

/**
 * Keys and signatures of RFC 9580 that neither Debian's gpg nor its sq can make, made with Bouncy
 * Castle: version 6, salted, and Ed25519 and Ed448 by their new numbers.
 */
public final class ModernKeys {
  private static final OpenPGPApi API = new BcOpenPGPApi();
  private final OpenPGPKey key;

  private ModernKeys(OpenPGPKey key) {
    this.key = key;
  }

  /**
   * @param version of the key, and so of its signatures: 4 or 6
   */
  public static ModernKeys of(int version, KeyPairGeneratorCallback primary) {
    try {
      return new ModernKeys(
          API.generateKey(version, Date.from(Instant.parse("2025-01-01T00:00:00Z")))
              .withPrimaryKey(primary)
              .addSigningSubkey(primary)
              .addUserId("modern")
              .build());
    } catch (PGPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key, in binary. */
  public byte[] publicKey() {
    try {
      return key.toCertificate().getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public byte[] fingerprint() {
    return key.getFingerprint();
  }

  /** A detached signature, in binary. */
  public byte[] sign(byte[] data) {
    try {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (OpenPGPSignature signature :
          API.createDetachedSignature().addSigningKey(key).sign(new ByteArrayInputStream(data))) {
        all.write(signature.getSignature().getEncoded());
      }
      return all.toByteArray();
    } catch (IOException | PGPException e) {
      throw new IllegalStateException(e);
    }
  }
}
