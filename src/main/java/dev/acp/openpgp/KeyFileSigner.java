package dev.acp.openpgp;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPContentSignerBuilder;

/** Signs with a secret key file as gpg --export-secret-keys writes it, armored or binary. */
public final class KeyFileSigner implements Signer {
  private static final int MOST_BYTES = 1 << 20;

  private final PGPPrivateKey key;
  private final PGPSecretKey secret;
  private final Clock clock;

  private KeyFileSigner(PGPPrivateKey key, PGPSecretKey secret, Clock clock) {
    this.key = key;
    this.secret = secret;
    this.clock = clock;
  }

  /** Opens the newest key of the file that may sign now; the passphrase is tried once. */
  public static KeyFileSigner open(Path file, Optional<Secret> passphrase, Clock clock) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MOST_BYTES);
      byte[] block =
          Armor.looksArmored(content) ? Armor.blocks(content, "PRIVATE KEY BLOCK").get(0) : content;
      PGPSecretKeyRing ring =
          new PGPSecretKeyRing(new ByteArrayInputStream(block), new JcaKeyFingerprintCalculator());
      PGPSecretKey secret = signingKey(ring, file, Date.from(clock.instant()));
      char[] characters = passphrase.map(Secret::reveal).orElse("").toCharArray();
      PGPPrivateKey key =
          secret.extractPrivateKey(
              new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider())
                  .build(characters));
      java.util.Arrays.fill(characters, '\0');
      if (key == null) {
        throw unusable(file, "its signing key is not in the file", null);
      }
      return new KeyFileSigner(key, secret, clock);
    } catch (MalformedOpenPgp e) {
      throw unusable(file, "it " + e.getMessage(), e);
    } catch (PGPException e) {
      throw unusable(
          file,
          passphrase.isPresent() ? "the passphrase does not open it" : "it needs a passphrase",
          null);
    } catch (IOException e) {
      throw unusable(file, "it cannot be read: " + e, e);
    }
  }

  private static AcpException unusable(Path file, String why, Exception cause) {
    return AcpException.of(
        FaultCode.SECRET_KEY_UNUSABLE,
        "The secret key " + file + " is not usable: " + why + ".",
        cause);
  }

  private static PGPSecretKey signingKey(PGPSecretKeyRing ring, Path file, Date now) {
    OpenPGPCertificate certificate =
        new OpenPGPCertificate(ring.toCertificate(), new BcOpenPGPImplementation());
    return certificate.getKeys().stream()
        .filter(k -> k.isBoundAt(now) && k.isSigningKey(now))
        .sorted(
            java.util.Comparator.comparing(OpenPGPCertificate.OpenPGPComponentKey::isPrimaryKey)
                .thenComparing(
                    OpenPGPCertificate.OpenPGPComponentKey::getCreationTime,
                    java.util.Comparator.reverseOrder()))
        .map(k -> ring.getSecretKey(k.getKeyIdentifier()))
        .filter(k -> k != null && !k.isPrivateKeyEmpty())
        .findFirst()
        .orElseThrow(() -> unusable(file, "it holds no key that may sign now", null));
  }

  @Override
  public byte[] sign(InputStream data) throws IOException {
    try {
      PGPSignatureGenerator generator =
          new PGPSignatureGenerator(
              new JcaPGPContentSignerBuilder(
                  secret.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA256),
              secret.getPublicKey());
      generator.init(PGPSignature.BINARY_DOCUMENT, key);
      PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
      hashed.setSignatureCreationTime(true, Date.from(clock.instant()));
      hashed.setIssuerFingerprint(false, secret.getPublicKey());
      generator.setHashedSubpackets(hashed.generate());
      PGPSignatureSubpacketGenerator unhashed = new PGPSignatureSubpacketGenerator();
      unhashed.setIssuerKeyID(false, secret.getKeyID());
      generator.setUnhashedSubpackets(unhashed.generate());
      byte[] block = new byte[1 << 20];
      for (int n = data.read(block); n >= 0; n = data.read(block)) {
        generator.update(block, 0, n);
      }
      return generator.generate().getEncoded();
    } catch (PGPException e) {
      throw AcpException.of(
          FaultCode.SECRET_KEY_UNUSABLE, "The secret key cannot sign: " + e.getMessage(), e);
    }
  }
}
