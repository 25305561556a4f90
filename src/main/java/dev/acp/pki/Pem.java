package dev.acp.pki;

import dev.acp.value.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys as PEM text (RFC 7468), in the forms that Kubernetes reads and writes. */
public final class Pem {
  private Pem() {}

  public static String certificate(X509Certificate certificate) {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was made can be encoded", e);
    }
  }

  /** PKCS #1 for RSA, as kubeadm writes it; PKCS #8 for other keys. */
  public static Secret key(PrivateKey key) {
    if (!key.getAlgorithm().equals("RSA")) {
      return Secret.of(text("PRIVATE KEY", key.getEncoded()));
    }
    try {
      byte[] inner =
          PrivateKeyInfo.getInstance(key.getEncoded())
              .parsePrivateKey()
              .toASN1Primitive()
              .getEncoded();
      return Secret.of(text("RSA PRIVATE KEY", inner));
    } catch (IOException e) {
      throw new IllegalStateException("a key that was made can be encoded", e);
    }
  }

  public static String publicKey(PublicKey key) {
    return text("PUBLIC KEY", key.getEncoded());
  }

  /**
   * The certificates of a PEM text, in its order.
   *
   * @throws IOException if there is none, or one that cannot be read
   */
  public static List<X509Certificate> readCertificates(String pem) throws IOException {
    List<X509Certificate> out = new ArrayList<>();
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      for (Object o = parser.readObject(); o != null; o = parser.readObject()) {
        if (o instanceof X509CertificateHolder holder) {
          out.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
    } catch (CertificateException | RuntimeException e) {
      throw new IOException("not a certificate in PEM form", e);
    }
    if (out.isEmpty()) {
      throw new IOException("no certificate in PEM form");
    }
    return List.copyOf(out);
  }

  /**
   * A private key without a passphrase: PKCS #8, or RSA and EC in their older forms.
   *
   * @throws IOException if there is none; the message never quotes the text
   */
  public static PrivateKey readKey(Secret pem) throws IOException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    try (PEMParser parser = new PEMParser(new StringReader(pem.reveal()))) {
      for (Object o = parser.readObject(); o != null; o = parser.readObject()) {
        if (o instanceof PEMKeyPair pair) {
          KeyPair keys = converter.getKeyPair(pair);
          return keys.getPrivate();
        }
        if (o instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
      }
    } catch (RuntimeException e) {
      throw new IOException("not a private key in PEM form", e);
    }
    throw new IOException("no private key in PEM form");
  }

  private static String text(String type, byte[] content) {
    StringWriter out = new StringWriter();
    try (PemWriter pem = new PemWriter(out)) {
      pem.writeObject(new PemObject(type, content));
    } catch (IOException e) {
      throw new IllegalStateException("a string can be written to", e);
    }
    return out.toString().replace("\r\n", "\n");
  }
}
