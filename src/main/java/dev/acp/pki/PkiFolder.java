package dev.acp.pki;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.value.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Certificates and keys on the disk, 0600 in folders of mode 0700. A pair is there once its
 * certificate is: the key is written first, so that a run cut short in between has made nothing
 * that anybody could have seen.
 */
final class PkiFolder {
  static final String PRIVATE = "rw-------";
  private final Path folder;

  PkiFolder(Path folder) {
    this.folder = folder;
  }

  /** The pair of an earlier run, or a new one that is on the disk when this returns. */
  Identity loadOrCreate(String name, Supplier<Identity> make) throws IOException {
    Optional<Identity> there = load(name);
    if (there.isPresent()) {
      return there.get();
    }
    Identity made = make.get();
    save(name, made);
    return made;
  }

  Optional<Identity> load(String name) throws IOException {
    Path certificateFile = folder.resolve(name + ".crt");
    Path keyFile = folder.resolve(name + ".key");
    if (!Files.exists(certificateFile)) {
      return Optional.empty();
    }
    if (!Files.exists(keyFile)) {
      throw damaged(keyFile, "is missing, though its certificate is there");
    }
    X509Certificate certificate;
    PrivateKey key;
    try {
      certificate = Pem.readCertificates(Files.readString(certificateFile)).get(0);
      key = Pem.readKey(Secret.of(Files.readString(keyFile)));
    } catch (IOException e) {
      throw damaged(certificateFile, "or its key cannot be read");
    }
    if (!belong(certificate, key)) {
      throw damaged(certificateFile, "and its key do not belong together");
    }
    return Optional.of(new Identity(certificate, key));
  }

  /** A pair that is replaced loses its certificate first, so that two halves never meet. */
  void save(String name, Identity identity) throws IOException {
    Files.deleteIfExists(folder.resolve(name + ".crt"));
    write(name + ".key", identity.keyPem().reveal());
    write(name + ".crt", identity.certificatePem());
  }

  Optional<Secret> text(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Optional.of(Secret.of(Files.readString(file))) : Optional.empty();
  }

  void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    AtomicFile.privateFolder(file.getParent());
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), PRIVATE);
  }

  /** A signature by the key that the certificate's own key takes for good. */
  private static boolean belong(X509Certificate certificate, PrivateKey key) {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      java.security.Signature signature = java.security.Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update((byte) 1);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  static AcpException damaged(Path file, String how) {
    return AcpException.of(
        FaultCode.FILE_UNREADABLE,
        file + " " + how + "; acp makes a cluster's keys once and does not replace them.");
  }
}
