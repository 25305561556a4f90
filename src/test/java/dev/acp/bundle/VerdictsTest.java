package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.openpgp.DataHash;
import dev.acp.openpgp.Keyring;
import dev.acp.openpgp.ModernKeys;
import dev.acp.openpgp.SignatureFile;
import dev.acp.openpgp.SignatureVerdict;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.bouncycastle.openpgp.operator.PGPKeyPairGenerator;
import org.junit.jupiter.api.Test;

/** Whatever the signatures want is known before the file is read, so that one read is enough. */
class VerdictsTest {
  private static final byte[] DATA = "what is unpacked".getBytes(StandardCharsets.UTF_8);
  private static final ModernKeys OLD =
      ModernKeys.of(4, PGPKeyPairGenerator::generateEd25519KeyPair);
  private static final ModernKeys NEW =
      ModernKeys.of(6, PGPKeyPairGenerator::generateEd25519KeyPair);

  private static Keyring both() {
    return Keyring.load(List.of(), List.of())
        .with(OLD.publicKey(), "old")
        .with(NEW.publicKey(), "new");
  }

  private static Verdicts verdicts(byte[]... signatures) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] signature : signatures) {
      all.writeBytes(signature);
    }
    return new Verdicts(
        SignatureFile.parse(all.toByteArray(), "sig"), () -> Trust.in(both()), Clock.systemUTC());
  }

  private static List<SignatureVerdict> after(Verdicts verdicts, List<DataHash> fed) {
    fed.forEach(hash -> hash.update(DATA, 0, DATA.length));
    return verdicts.finish();
  }

  @Test
  void oneReadServesSignaturesWithAndWithoutASalt() {
    Verdicts verdicts = verdicts(OLD.sign(DATA), NEW.sign(DATA));
    List<DataHash> hashes = verdicts.hashes();
    assertThat(hashes).hasSize(2);
    assertThat(after(verdicts, hashes)).hasSize(2).allMatch(SignatureVerdict::good);
  }

  @Test
  void whatWasNotReadForASignatureIsNoProofForIt() {
    Verdicts verdicts = verdicts(NEW.sign(DATA));
    assertThat(verdicts.hashes()).hasSize(1);
    assertThat(after(verdicts, List.of())).noneMatch(SignatureVerdict::good);
  }
}
