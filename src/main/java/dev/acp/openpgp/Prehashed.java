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
import java.util.Optional;
import javax.crypto.Cipher;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPRuntimeOperationException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.PGPContentVerifier;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPKeyConverter;

/**
 * Checks a signature whose data are hashed apart: Bouncy Castle appends the signature's trailer to
 * a copy of that digest, and the JDK does the arithmetic. So any number of signatures cost one pass
 * of the data. All that does not need the data is done when it is made, while they are being read.
 */
final class Prehashed extends OutputStream implements PGPContentVerifier {
  /** RFC 9580, 9.1: deprecated, but old keys have it. */
  private static final int RSA_SIGN_ONLY = 3;

  /** Whether a key made a value over a hash. */
  private interface Arithmetic {
    boolean fits(byte[] hash, byte[] value) throws GeneralSecurityException;
  }

  private final PGPSignature signature;
  private final PGPPublicKey key;
  private final HashAlgorithm algorithm;
  private final Arithmetic arithmetic;

  /**
   * What Bouncy Castle wrote before there were data: the salt, which their digest begins with
   * already.
   */
  private final ByteArrayOutputStream before = new ByteArrayOutputStream();

  private Optional<MessageDigest> digest = Optional.empty();

  private Prehashed(PGPSignature signature, PGPPublicKey key) {
    this.signature = signature;
    this.key = key;
    this.algorithm = HashAlgorithm.byNumber(signature.getHashAlgorithm()).orElseThrow();
    this.arithmetic = arithmetic();
  }

  /**
   * @throws PGPException if the signature is none that can be checked
   */
  static Prehashed of(PGPSignature signature, PGPPublicKey key) throws PGPException {
    Prehashed made = new Prehashed(signature, key);
    signature.init((keyAlgorithm, hashAlgorithm) -> publicKey -> made, key);
    return made;
  }

  HashAlgorithm algorithm() {
    return algorithm;
  }

  /** What is hashed before the data; empty for version 4. */
  byte[] salt() {
    return before.toByteArray();
  }

  /**
   * True if the signature fits the data and the key; whether the key may sign is not looked at. To
   * be asked once.
   */
  boolean fits(DataHash data) {
    digest = Optional.of(data.copy());
    try {
      return signature.verify();
    } catch (PGPException | RuntimeException e) {
      // a damaged signature makes the JDK or Bouncy Castle throw where others answer false
      return false;
    }
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] block, int offset, int length) {
    digest.ifPresentOrElse(
        d -> d.update(block, offset, length), () -> before.write(block, offset, length));
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
    byte[] hash = digest.orElseThrow().digest();
    if (!Arrays.equals(signature.getDigestPrefix(), Arrays.copyOf(hash, 2))) {
      // no signature's arithmetic covers these two octets, so they are held to what they must be
      return false;
    }
    try {
      return arithmetic.fits(hash, value);
    } catch (GeneralSecurityException e) {
      throw new PGPRuntimeOperationException("the signature cannot be checked", e);
    }
  }

  /** By the key's algorithm; for a key that the JDK does not take, one that nothing fits. */
  private Arithmetic arithmetic() {
    try {
      PublicKey jdkKey = new JcaPGPKeyConverter().getPublicKey(key);
      return switch (key.getAlgorithm()) {
        case PublicKeyAlgorithmTags.RSA_GENERAL, RSA_SIGN_ONLY -> rsa((RSAPublicKey) jdkKey);
        case PublicKeyAlgorithmTags.ECDSA -> jdk("NONEwithECDSA", jdkKey);
        // EdDSA signs the digest as its message (RFC 9580, 5.2.3.3 to 5.2.3.5)
        case PublicKeyAlgorithmTags.EDDSA_LEGACY,
            PublicKeyAlgorithmTags.Ed25519,
            PublicKeyAlgorithmTags.Ed448 ->
            jdk("EdDSA", jdkKey);
        default -> (hash, value) -> false;
      };
    } catch (PGPException | GeneralSecurityException | RuntimeException e) {
      return (hash, value) -> false;
    }
  }

  private static Arithmetic jdk(String name, PublicKey key) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(name);
    verifier.initVerify(key);
    return (hash, value) -> {
      verifier.update(hash);
      return verifier.verify(value);
    };
  }

  /**
   * RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): the whole encoded message is compared, so that nothing can
   * hide in it. The JDK has no such signature over a digest, only the power itself.
   */
  private Arithmetic rsa(RSAPublicKey rsaKey) throws GeneralSecurityException {
    int length = (rsaKey.getModulus().bitLength() + 7) / 8;
    Cipher power = Cipher.getInstance("RSA/ECB/NoPadding");
    power.init(Cipher.ENCRYPT_MODE, rsaKey);
    return (hash, value) -> {
      if (value.length > length || new BigInteger(1, value).compareTo(rsaKey.getModulus()) >= 0) {
        return false;
      }
      byte[] padded = new byte[length];
      System.arraycopy(value, 0, padded, length - value.length, value.length);
      byte[] info = algorithm.digestInfo(hash);
      byte[] wanted = new byte[length];
      Arrays.fill(wanted, (byte) 0xff);
      wanted[0] = 0;
      wanted[1] = 1;
      wanted[length - info.length - 1] = 0;
      System.arraycopy(info, 0, wanted, length - info.length, info.length);
      return MessageDigest.isEqual(wanted, power.doFinal(padded));
    };
  }
}
