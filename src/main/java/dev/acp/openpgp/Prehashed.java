package dev.acp.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPRuntimeOperationException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.PGPContentVerifier;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPKeyConverter;

/**
 * Checks a signature whose data are hashed already: Bouncy Castle appends the signature's trailer
 * to a copy of that digest, and the JDK does the arithmetic. So any number of signatures cost one
 * pass of the data.
 */
final class Prehashed extends OutputStream implements PGPContentVerifier {
  /** RFC 9580, 9.1: deprecated, but old keys have it. */
  private static final int RSA_SIGN_ONLY = 3;

  private final PGPSignature signature;
  private final PGPPublicKey key;
  private final HashAlgorithm algorithm;
  private final MessageDigest digest;

  /**
   * What Bouncy Castle wrote before it was open: the salt, which the digest begins with already.
   */
  private final ByteArrayOutputStream before = new ByteArrayOutputStream();

  private boolean open;

  private Prehashed(
      PGPSignature signature, PGPPublicKey key, HashAlgorithm algorithm, DataHash data) {
    this.signature = signature;
    this.key = key;
    this.algorithm = algorithm;
    this.digest = data.copy();
  }

  /** True if the signature fits the data and the key; whether the key may sign is not looked at. */
  static boolean fits(PGPSignature signature, PGPPublicKey key, DataHash data) {
    HashAlgorithm algorithm = HashAlgorithm.byNumber(signature.getHashAlgorithm()).orElseThrow();
    Prehashed verifier = new Prehashed(signature, key, algorithm, data);
    try {
      signature.init((keyAlgorithm, hashAlgorithm) -> publicKey -> verifier, key);
      verifier.open = true;
      return signature.verify();
    } catch (PGPException | RuntimeException e) {
      // a damaged signature makes the JDK or Bouncy Castle throw where others answer false
      return false;
    }
  }

  /** What is hashed before the data; empty for version 4. */
  static byte[] salt(PGPSignature signature, PGPPublicKey key) throws PGPException {
    HashAlgorithm algorithm = HashAlgorithm.byNumber(signature.getHashAlgorithm()).orElseThrow();
    Prehashed verifier =
        new Prehashed(signature, key, algorithm, new DataHash(algorithm, new byte[0]));
    signature.init((keyAlgorithm, hashAlgorithm) -> publicKey -> verifier, key);
    return verifier.before.toByteArray();
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] block, int offset, int length) {
    if (open) {
      digest.update(block, offset, length);
    } else {
      before.write(block, offset, length);
    }
  }

  @Override
  public OutputStream getOutputStream() {
    return this;
  }

  @Override
  public int getHashAlgorithm() {
    return signature.getHashAlgorithm();
  }

  @Override
  public int getKeyAlgorithm() {
    return key.getAlgorithm();
  }

  @Override
  public long getKeyID() {
    return key.getKeyID();
  }

  @Override
  public boolean verify(byte[] value) {
    byte[] hash = digest.digest();
    if (!Arrays.equals(signature.getDigestPrefix(), Arrays.copyOf(hash, 2))) {
      // no signature's arithmetic covers these two octets, so they are held to what they must be
      return false;
    }
    try {
      PublicKey jdkKey = new JcaPGPKeyConverter().getPublicKey(key);
      return switch (key.getAlgorithm()) {
        case PublicKeyAlgorithmTags.RSA_GENERAL, RSA_SIGN_ONLY ->
            rsa((RSAPublicKey) jdkKey, hash, value);
        case PublicKeyAlgorithmTags.ECDSA -> jdk("NONEwithECDSA", jdkKey, hash, value);
        // EdDSA signs the digest as its message (RFC 9580, 5.2.3.3 to 5.2.3.5)
        case PublicKeyAlgorithmTags.EDDSA_LEGACY,
            PublicKeyAlgorithmTags.Ed25519,
            PublicKeyAlgorithmTags.Ed448 ->
            jdk("EdDSA", jdkKey, hash, value);
        default -> false;
      };
    } catch (PGPException | GeneralSecurityException e) {
      throw new PGPRuntimeOperationException("the signature cannot be checked", e);
    }
  }

  private static boolean jdk(String name, PublicKey key, byte[] hash, byte[] value)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(name);
    verifier.initVerify(key);
    verifier.update(hash);
    return verifier.verify(value);
  }

  /**
   * RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): the whole encoded message is compared, so that nothing can
   * hide in it. The JDK has no such signature over a digest, only the power itself.
   */
  private boolean rsa(RSAPublicKey rsaKey, byte[] hash, byte[] value)
      throws GeneralSecurityException {
    int length = (rsaKey.getModulus().bitLength() + 7) / 8;
    if (value.length > length || new BigInteger(1, value).compareTo(rsaKey.getModulus()) >= 0) {
      return false;
    }
    byte[] padded = new byte[length];
    System.arraycopy(value, 0, padded, length - value.length, value.length);
    Cipher power = Cipher.getInstance("RSA/ECB/NoPadding");
    power.init(Cipher.ENCRYPT_MODE, rsaKey);
    byte[] info = algorithm.digestInfo(hash);
    byte[] wanted = new byte[length];
    Arrays.fill(wanted, (byte) 0xff);
    wanted[0] = 0;
    wanted[1] = 1;
    wanted[length - info.length - 1] = 0;
    System.arraycopy(info, 0, wanted, length - info.length, info.length);
    return MessageDigest.isEqual(wanted, power.doFinal(padded));
  }
}
