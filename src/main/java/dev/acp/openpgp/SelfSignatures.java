package dev.acp.openpgp;

import java.io.OutputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPRuntimeOperationException;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;
import org.bouncycastle.openpgp.operator.PGPContentVerifier;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPContentVerifierBuilderProvider;

/**
 * How a key's own signatures are checked: by the JDK, as those over data are, for Bouncy Castle
 * first looks, a quarter of a second long, whether an RSA modulus might be a prime. Where the JDK
 * has not the key's curve or the signature's hash, Bouncy Castle does it all the same.
 */
final class SelfSignatures extends BcOpenPGPImplementation {
  @Override
  public PGPContentVerifierBuilderProvider pgpContentVerifierBuilderProvider() {
    PGPContentVerifierBuilderProvider jdk = new JcaPGPContentVerifierBuilderProvider();
    PGPContentVerifierBuilderProvider bouncyCastle = super.pgpContentVerifierBuilderProvider();
    return (keyAlgorithm, hashAlgorithm) ->
        key -> {
          try {
            return new Forgiving(jdk.get(keyAlgorithm, hashAlgorithm).build(key));
          } catch (PGPException | RuntimeException e) {
            return bouncyCastle.get(keyAlgorithm, hashAlgorithm).build(key);
          }
        };
  }

  /**
   * Answers that a damaged value does not fit, where the JDK throws: one bad signature among those
   * of a key must not keep the others from being looked at.
   */
  private record Forgiving(PGPContentVerifier jdk) implements PGPContentVerifier {
    @Override
    public boolean verify(byte[] value) {
      try {
        return jdk.verify(value);
      } catch (PGPRuntimeOperationException e) {
        return false;
      }
    }

    @Override
    public OutputStream getOutputStream() {
      return jdk.getOutputStream();
    }

    @Override
    public int getHashAlgorithm() {
      return jdk.getHashAlgorithm();
    }

    @Override
    public int getKeyAlgorithm() {
      return jdk.getKeyAlgorithm();
    }

    @Override
    public long getKeyID() {
      return jdk.getKeyID();
    }
  }
}
