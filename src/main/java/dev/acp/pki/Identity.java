package dev.acp.pki;

import dev.acp.value.Secret;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and its private key. */
public record Identity(X509Certificate certificate, PrivateKey key) {
  public String certificatePem() {
    return Pem.certificate(certificate);
  }

  public Secret keyPem() {
    return Pem.key(key);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Identity[" + certificate.getSubjectX500Principal() + "]";
  }
}
