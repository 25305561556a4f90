package dev.acp.oci;

import dev.acp.value.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** TLS towards a registry: whom to believe, and who acp is. */
public final class RegistryTls {
  /**
   * A client's certificate and key.
   *
   * @param certificatePem the certificate, then its chain
   * @param keyPem PKCS#8, PKCS#1 or SEC 1
   */
  public record Client(String certificatePem, Secret keyPem) {}

  private RegistryTls() {}

  /**
   * A context that trusts these CA certificates and nothing else.
   *
   * @throws IllegalArgumentException if a PEM text cannot be read
   */
  public static SSLContext context(String caPem, Optional<Client> client) {
    char[] none = new char[0];
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, none);
      int i = 0;
      for (Certificate ca : certificates(caPem)) {
        trusted.setCertificateEntry("ca-" + i++, ca);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      KeyManager[] keys = new KeyManager[0];
      if (client.isPresent()) {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, none);
        own.setKeyEntry(
            "client",
            key(client.get().keyPem()),
            none,
            certificates(client.get().certificatePem()).toArray(new Certificate[0]));
        KeyManagerFactory factory =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, none);
        keys = factory.getKeyManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the registry's certificates cannot be used", e);
    }
  }

  private static Collection<? extends Certificate> certificates(String pem)
      throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static PrivateKey key(Secret pem) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(pem.reveal()))) {
      for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
        if (found instanceof PEMKeyPair pair) {
          return new JcaPEMKeyConverter().getKeyPair(pair).getPrivate();
        }
        if (found instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
      }
    }
    throw new IOException("no private key in the PEM text");
  }
}
