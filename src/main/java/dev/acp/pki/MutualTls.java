package dev.acp.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS in which both sides show certificates, with the JDK's own means. */
public final class MutualTls {
  private MutualTls() {}

  /**
   * A context that trusts these authorities and no others.
   *
   * @param own what this side shows, if it shows anything
   */
  public static SSLContext context(List<X509Certificate> trusted, Optional<Identity> own) {
    try {
      KeyStore trust = empty();
      for (int i = 0; i < trusted.size(); i++) {
        trust.setCertificateEntry("ca-" + i, trusted.get(i));
      }
      TrustManagerFactory trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(trust);
      KeyManager[] keyManagers = own.isPresent() ? keyManagers(own.get()) : new KeyManager[0];
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers, trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a TLS context can be made", e);
    }
  }

  private static KeyManager[] keyManagers(Identity own)
      throws GeneralSecurityException, IOException {
    KeyStore keys = empty();
    char[] none = new char[0];
    keys.setKeyEntry("own", own.key(), none, new X509Certificate[] {own.certificate()});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, none);
    return managers.getKeyManagers();
  }

  /**
   * A store in memory alone. Not PKCS #12, which would encrypt the key in it, under a password that
   * protects nothing, by 10,000 rounds of key derivation: 150 ms in a Java that has just started.
   */
  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    return store;
  }
}
