package dev.acp.openpgp;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPDefaultPolicy;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.OpenPGPPolicy;

/** The public keys that are trusted, each by its primary key's fingerprint. Immutable. */
public final class Keyring {
  private static final int MOST_BYTES = 4 << 20;

  /** A key of a signature: the certificate and its key that is named as the issuer. */
  record Candidate(OpenPGPCertificate certificate, OpenPGPCertificate.OpenPGPComponentKey key) {}

  private final List<OpenPGPCertificate> certificates;

  private Keyring(List<OpenPGPCertificate> certificates) {
    this.certificates = List.copyOf(certificates);
  }

  /**
   * Reads every file of the folders (one that does not exist is empty) and the files named. A file
   * that holds something else than public keys is an error, never passed over.
   */
  public static Keyring load(List<Path> folders, List<Path> files) {
    List<Path> all = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> list = Files.list(folder)) {
          list.filter(p -> !p.getFileName().toString().startsWith("."))
              .filter(Files::isRegularFile)
              .filter(p -> !p.getFileName().toString().endsWith(".md"))
              .sorted()
              .forEach(all::add);
        } catch (IOException e) {
          throw AcpException.of(
              FaultCode.FILE_UNREADABLE, "The key folder " + folder + " cannot be read: " + e, e);
        }
      }
    }
    all.addAll(files);
    Keyring ring = new Keyring(List.of());
    for (Path file : all) {
      ring = ring.with(read(file), file.toString());
    }
    return ring;
  }

  private static byte[] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The key file " + file + " cannot be read: " + e, e);
    }
  }

  /** This ring and the public keys of one more file; name is what a message calls it. */
  public Keyring with(byte[] content, String name) {
    Map<Fingerprint, OpenPGPCertificate> all = new LinkedHashMap<>();
    certificates.forEach(c -> all.put(fingerprint(c), c));
    try {
      if (content.length > MOST_BYTES) {
        throw new MalformedOpenPgp("has more than " + MOST_BYTES + " bytes");
      }
      List<byte[]> blocks =
          Armor.looksArmored(content)
              ? Armor.blocks(content, "PUBLIC KEY BLOCK")
              : List.of(content);
      for (byte[] block : blocks) {
        for (OpenPGPCertificate certificate : parse(block)) {
          all.merge(fingerprint(certificate), certificate, Keyring::join);
        }
      }
      return new Keyring(List.copyOf(all.values()));
    } catch (MalformedOpenPgp e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The key file " + name + " " + e.getMessage() + ".", e);
    }
  }

  private static List<OpenPGPCertificate> parse(byte[] block) throws MalformedOpenPgp {
    for (Packets.Packet packet : Packets.split(block)) {
      if (packet.tag() == 5 || packet.tag() == 7) {
        throw new MalformedOpenPgp("holds a secret key, but a trusted key is a public one");
      }
    }
    try {
      List<OpenPGPCertificate> found =
          new OpenPGPKeyReader(new SelfSignatures(), policy()).parseCertificates(block);
      if (found.isEmpty()) {
        throw new MalformedOpenPgp("holds no public key");
      }
      return found;
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle tells malformed packets by exceptions of many kinds
      throw new MalformedOpenPgp("holds no public key that can be read: " + e.getMessage());
    }
  }

  /**
   * The default policy, and SHA-1 in self-signatures: whoever put the key into the trusted folder
   * vouches for it, and a revocation must count whatever its hash.
   */
  private static OpenPGPPolicy policy() {
    return new OpenPGPDefaultPolicy()
        .acceptCertificationSignatureHashAlgorithm(HashAlgorithmTags.SHA1)
        .acceptDocumentSignatureHashAlgorithm(HashAlgorithmTags.SHA3_256)
        .acceptDocumentSignatureHashAlgorithm(HashAlgorithmTags.SHA3_512);
  }

  /** A key that comes twice counts with what both copies say, revocations above all. */
  private static OpenPGPCertificate join(OpenPGPCertificate one, OpenPGPCertificate other) {
    try {
      return OpenPGPCertificate.join(one, other);
    } catch (PGPException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE,
          "Two copies of the key " + fingerprint(one) + " contradict each other: " + e,
          e);
    }
  }

  public boolean isEmpty() {
    return certificates.isEmpty();
  }

  public List<Fingerprint> fingerprints() {
    return certificates.stream().map(Keyring::fingerprint).toList();
  }

  /** This ring, or {@link FaultCode#NO_TRUSTED_KEYS} if it is empty. */
  public Keyring orNoKeys() {
    if (isEmpty()) {
      throw AcpException.of(
          FaultCode.NO_TRUSTED_KEYS, "There is no trusted key to check the signature with.");
    }
    return this;
  }

  static Fingerprint fingerprint(OpenPGPCertificate certificate) {
    return Fingerprint.ofRaw(certificate.getFingerprint());
  }

  /** Keys that the signature names as its issuer: every identifier it gives must fit. */
  List<Candidate> candidates(PGPSignature signature) {
    List<KeyIdentifier> named = signature.getKeyIdentifiers();
    List<Candidate> found = new ArrayList<>();
    for (OpenPGPCertificate certificate : certificates) {
      for (OpenPGPCertificate.OpenPGPComponentKey key : certificate.getKeys()) {
        if (!named.isEmpty()
            && named.stream().allMatch(id -> id.matchesExplicit(key.getKeyIdentifier()))) {
          found.add(new Candidate(certificate, key));
        }
      }
    }
    return found;
  }
}
