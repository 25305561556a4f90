package dev.acp.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.openpgp.SignatureVerdict.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.api.KeyPairGeneratorCallback;
import org.bouncycastle.openpgp.operator.PGPKeyPairGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and signatures by RFC 9580, version 6 and its salt among them. */
class ModernKeysTest {
  private static final byte[] DATA =
      "the package's bytes\n".repeat(500).getBytes(StandardCharsets.US_ASCII);

  /** RFC 9580, A.3: a version 6 certificate, from the RFC's authors and so from another program. */
  private static final String SAMPLE =
      """
      -----BEGIN PGP PUBLIC KEY BLOCK-----

      xioGY4d/4xsAAAAg+U2nu0jWCmHlZ3BqZYfQMxmZu52JGggkLq2EVD34laPCsQYf
      GwoAAABCBYJjh3/jAwsJBwUVCg4IDAIWAAKbAwIeCSIhBssYbE8GCaaX5NUt+mxy
      KwwfHifBilZwj2Ul7Ce62azJBScJAgcCAAAAAK0oIBA+LX0ifsDm185Ecds2v8lw
      gyU2kCcUmKfvBXbAf6rhRYWzuQOwEn7E/aLwIwRaLsdry0+VcallHhSu4RN6HWaE
      QsiPlR4zxP/TP7mhfVEe7XWPxtnMUMtf15OyA51YBM4qBmOHf+MZAAAAIIaTJINn
      +eUBXbki+PSAld2nhJh/LVmFsS+60WyvXkQ1wpsGGBsKAAAALAWCY4d/4wKbDCIh
      BssYbE8GCaaX5NUt+mxyKwwfHifBilZwj2Ul7Ce62azJAAAAAAQBIKbpGG2dWTX8
      j+VjFM21J0hqWlEg+bdiojWnKfA5AQpWUWtnNwDEM0g12vYxoWM8Y81W+bHBw805
      I8kWVkXU6vFOi+HWvv/ira7ofJu16NnoUkhclkUrk0mXubZvyl4GBg==
      -----END PGP PUBLIC KEY BLOCK-----
      """;

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(6, kind(PGPKeyPairGenerator::generateEd25519KeyPair), "Ed25519"),
        Arguments.of(6, kind(PGPKeyPairGenerator::generateEd448KeyPair), "Ed448"),
        Arguments.of(6, kind(g -> g.generateRsaKeyPair(3072)), "RSA"),
        Arguments.of(6, kind(PGPKeyPairGenerator::generateNistP384ECDSAKeyPair), "P-384"),
        Arguments.of(4, kind(PGPKeyPairGenerator::generateEd25519KeyPair), "Ed25519"),
        Arguments.of(4, kind(PGPKeyPairGenerator::generateEd448KeyPair), "Ed448"));
  }

  private static KeyPairGeneratorCallback kind(KeyPairGeneratorCallback callback) {
    return callback;
  }

  private static Keyring ring(ModernKeys keys) {
    return Keyring.load(List.of(), List.of()).with(keys.publicKey(), "modern");
  }

  private static List<SignatureVerdict> verdicts(Keyring ring, byte[] signature, byte[] data) {
    return DetachedVerifier.check(
        ring, SignatureFile.parse(signature, "modern.sig"), Set.of(), Instant.now(), data);
  }

  @ParameterizedTest(name = "version {0}, {2}")
  @MethodSource("kinds")
  void aGoodSignatureIsGoodAndABentOneIsNot(
      int version, KeyPairGeneratorCallback kind, String name) {
    ModernKeys keys = ModernKeys.of(version, kind);
    byte[] signature = keys.sign(DATA);
    List<SignatureVerdict> found = verdicts(ring(keys), signature, DATA);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).status()).as(name + ": " + found).isEqualTo(Status.GOOD);
    assertThat(found.get(0).fingerprint()).contains(Fingerprint.ofRaw(keys.fingerprint()));
    assertThat(keys.fingerprint()).hasSize(version == 6 ? 32 : 20);

    byte[] changed = DATA.clone();
    changed[DATA.length / 2] ^= 1;
    assertThat(verdicts(ring(keys), signature, changed).get(0).status()).isEqualTo(Status.BAD);

    ModernKeys stranger = ModernKeys.of(version, kind);
    assertThat(verdicts(ring(stranger), signature, DATA).get(0).good()).isFalse();
  }

  /** Every octet counts, the salt's too. */
  @Test
  void noOctetOfASaltedSignatureCanBeChanged() {
    ModernKeys keys = ModernKeys.of(6, PGPKeyPairGenerator::generateEd25519KeyPair);
    Keyring ring = ring(keys);
    byte[] signature = keys.sign(DATA);
    for (int at = 0; at < signature.length; at++) {
      byte[] bent = signature.clone();
      bent[at] ^= 1;
      try {
        assertThat(verdicts(ring, bent, DATA)).as("octet " + at).noneMatch(SignatureVerdict::good);
      } catch (dev.acp.fault.AcpException e) {
        assertThat(e.exit().code()).as("octet " + at).isEqualTo(3);
      }
    }
  }

  /** Each has a salt, and so a digest, of its own. */
  @Test
  void severalSaltedSignaturesAreEachJudged() throws IOException {
    ModernKeys one = ModernKeys.of(6, PGPKeyPairGenerator::generateEd25519KeyPair);
    ModernKeys two = ModernKeys.of(6, PGPKeyPairGenerator::generateEd448KeyPair);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(one.sign(DATA));
    both.write(two.sign(DATA));
    both.write(two.sign(new byte[] {1}));
    Keyring ring = ring(one).with(two.publicKey(), "two");
    assertThat(verdicts(ring, both.toByteArray(), DATA))
        .extracting(SignatureVerdict::status)
        .containsExactly(Status.GOOD, Status.GOOD, Status.BAD);
    SignatureFile file = SignatureFile.parse(both.toByteArray(), "both");
    assertThat(new DetachedVerifier(ring, file, Set.of(), Instant.now()).hashes()).hasSize(3);
    assertThat(file.begin()).isEmpty();
  }

  @Test
  void theSampleOfTheRfcIsRead() {
    Keyring ring =
        Keyring.load(List.of(), List.of())
            .with(SAMPLE.getBytes(StandardCharsets.US_ASCII), "sample.asc");
    assertThat(ring.fingerprints())
        .extracting(Fingerprint::hex)
        .containsExactly("CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9");
  }
}
