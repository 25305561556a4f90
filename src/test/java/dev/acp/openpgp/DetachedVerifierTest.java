package dev.acp.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.SignatureVerdict.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** acp's verdict beside that of the real gpg: acp takes nothing that gpg does not. */
class DetachedVerifierTest {
  @TempDir static Path dir;
  private static Gpg gpg;
  private static Path data;

  @BeforeAll
  static void keys() throws IOException {
    gpg = new Gpg();
    gpg.at("20240101T000000");
    gpg.key("vendor", "rsa2048", "sign", "never");
    gpg.key("stranger", "ed25519", "sign", "never");
    data = Files.writeString(dir.resolve("data"), "the package's bytes\n".repeat(5000));
  }

  @AfterAll
  static void end() {
    gpg.close();
  }

  /** Verdicts on data by acp; where acp says good, gpg must have found the signature valid. */
  private static List<SignatureVerdict> verdicts(Path signature, Path... keys) throws IOException {
    return verdicts(signature, data, Set.of(), keys);
  }

  private static List<SignatureVerdict> verdicts(
      Path signature, Path of, Set<Fingerprint> pinned, Path... keys) throws IOException {
    Keyring ring = Keyring.load(List.of(), List.of(keys));
    List<SignatureVerdict> found =
        DetachedVerifier.check(
            ring, SignatureFile.read(signature), pinned, Instant.now(), Files.readAllBytes(of));
    try (Gpg other = new Gpg()) {
      for (Path key : keys) {
        other.run("--import", key.toString());
      }
      Gpg.Said said = other.verify(signature, of);
      if (found.stream().anyMatch(SignatureVerdict::good)) {
        assertThat(said.text()).contains("VALIDSIG");
      }
    }
    return found;
  }

  private static Path sig(String name) {
    return dir.resolve(name + ".sig");
  }

  private static Path pub(Gpg of, String name) {
    return of.publicKey(name, dir.resolve(name.replaceAll("[^a-z0-9-]", "_") + ".asc"));
  }

  private static Status only(List<SignatureVerdict> verdicts) {
    assertThat(verdicts).hasSize(1);
    return verdicts.get(0).status();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa2048", "rsa3072", "ed25519", "nistp256", "nistp384", "nistp521"})
  void aGoodSignatureOfEachKeyKindIsGood(String algorithm) throws IOException {
    String fingerprint = gpg.key("kind-" + algorithm, algorithm, "sign", "never");
    Path key = pub(gpg, "kind-" + algorithm);
    for (String hash : List.of("SHA256", "SHA384", "SHA512")) {
      if ((algorithm.equals("nistp384") && hash.equals("SHA256"))
          || (algorithm.equals("nistp521") && !hash.equals("SHA512"))) {
        continue; // gpg uses no shorter hash than the curve
      }
      List<SignatureVerdict> found =
          verdicts(
              gpg.sign(
                  "kind-" + algorithm, data, sig("g-" + algorithm + hash), "--digest-algo", hash),
              key);
      assertThat(only(found)).as(algorithm + hash + found).isEqualTo(Status.GOOD);
      assertThat(found.get(0).fingerprint().orElseThrow().hex()).isEqualTo(fingerprint);
      assertThat(found.get(0).signer()).isEqualTo("kind-" + algorithm);
    }
    List<SignatureVerdict> armored =
        verdicts(gpg.sign("kind-" + algorithm, data, sig("a-" + algorithm), "--armor"), key);
    assertThat(only(armored)).isEqualTo(Status.GOOD);
  }

  @Test
  void aDamagedSelfSignatureOfAnotherUserIdIsPassedOver() throws Exception {
    try (Gpg own = new Gpg()) {
      String fingerprint = own.at("20240101T000000").key("first", "ed25519", "cert", "never");
      own.run("--quick-add-key", fingerprint, "ed25519", "sign", "never");
      Path signature = own.at("20240201T000000").sign("first", data, sig("two-user-ids"));
      own.at("20240301T000000").run("--quick-add-uid", fingerprint, "second");
      Path whole = dir.resolve("two-user-ids.gpg");
      own.run("--output", whole.toString(), "--export", fingerprint);
      ByteArrayOutputStream damaged = new ByteArrayOutputStream();
      boolean ofSecond = false;
      int changed = 0;
      for (Packets.Packet packet : Packets.split(Files.readAllBytes(whole))) {
        byte[] bytes = packet.bytes().clone();
        if (ofSecond && packet.tag() == Packets.SIGNATURE) {
          // the highest octet of the number s, which is then beyond the curve's order
          bytes[bytes.length - 1] = (byte) 0xff;
          changed++;
        } else {
          String text = new String(packet.body(), StandardCharsets.UTF_8);
          ofSecond = packet.tag() == 13 && text.equals("second");
        }
        damaged.write(bytes);
      }
      assertThat(changed).isEqualTo(1);
      Path key = Files.write(dir.resolve("two-user-ids-damaged.gpg"), damaged.toByteArray());
      List<SignatureVerdict> found = verdicts(signature, key);
      assertThat(only(found)).as(found.toString()).isEqualTo(Status.GOOD);
      assertThat(found.get(0).signer()).isEqualTo("first");
    }
  }

  @Test
  void changedDataAreBad() throws IOException {
    Path signature = gpg.sign("vendor", data, sig("changed"));
    byte[] bytes = Files.readAllBytes(data);
    for (int at : List.of(0, 1, bytes.length / 2, bytes.length - 1)) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      Path other = Files.write(dir.resolve("changed"), changed);
      assertThat(only(verdicts(signature, other, Set.of(), pub(gpg, "vendor"))))
          .isEqualTo(Status.BAD);
    }
    Path cut = Files.write(dir.resolve("cut"), java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(only(verdicts(signature, cut, Set.of(), pub(gpg, "vendor")))).isEqualTo(Status.BAD);
  }

  @Test
  void aChangedByteOfASignatureStaysGoodOnlyWhereGpgTakesItToo() throws IOException {
    byte[] signature = Files.readAllBytes(gpg.sign("stranger", data, sig("flip")));
    Path key = pub(gpg, "stranger");
    Keyring ring = Keyring.load(List.of(), List.of(key));
    int good = 0;
    for (int at = 0; at < signature.length; at++) {
      byte[] changed = signature.clone();
      changed[at] ^= 0x20;
      try {
        SignatureFile file = SignatureFile.parse(changed, "flipped");
        if (DetachedVerifier.check(ring, file, Set.of(), Instant.now(), Files.readAllBytes(data))
            .stream()
            .anyMatch(SignatureVerdict::good)) {
          good++;
          Path flipped = Files.write(sig("flipped"), changed);
          assertThat(gpg.verify(flipped, data).text()).as("byte " + at).contains("VALIDSIG");
        }
      } catch (AcpException e) {
        assertThat(e.fault().code()).isEqualTo(FaultCode.SIGNATURE_BAD);
      }
    }
    // one unsigned subpacket's type and the two bytes of the digest's hint
    assertThat(good).isLessThanOrEqualTo(3);
  }

  @Test
  void aKeyThatIsNotTrustedIsNoKey() throws IOException {
    List<SignatureVerdict> found =
        verdicts(gpg.sign("stranger", data, sig("stranger")), pub(gpg, "vendor"));
    assertThat(only(found)).isEqualTo(Status.NO_KEY);
    assertThat(found.get(0).reason()).contains(gpg.fingerprint("stranger"));
  }

  @Test
  void withoutAnyKeyThereIsNothingToCheckWith() {
    assertThatThrownBy(
            () ->
                DetachedVerifier.check(
                    Keyring.load(List.of(dir.resolve("none")), List.of()),
                    SignatureFile.read(gpg.sign("vendor", data, sig("nokeys"))),
                    Set.of(),
                    Instant.now(),
                    new byte[0]))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> assertThat(e.fault().code()).isEqualTo(FaultCode.NO_TRUSTED_KEYS));
  }

  @Test
  void weakHashesAndTextModeAreRefused() throws IOException {
    Path key = pub(gpg, "vendor");
    for (String hash : List.of("SHA1", "RIPEMD160", "SHA224")) {
      List<SignatureVerdict> found =
          verdicts(gpg.sign("vendor", data, sig("weak" + hash), "--digest-algo", hash), key);
      assertThat(only(found)).as(hash).isEqualTo(Status.REFUSED);
      assertThat(found.get(0).reason()).contains("hash");
    }
    assertThat(only(verdicts(gpg.sign("vendor", data, sig("text"), "--textmode"), key)))
        .isEqualTo(Status.REFUSED);
  }

  @Test
  void anRsaKeyBelow2048BitsIsRefusedAndDsaToo() throws IOException {
    gpg.key("short", "rsa1024", "sign", "never");
    List<SignatureVerdict> found =
        verdicts(gpg.sign("short", data, sig("short")), pub(gpg, "short"));
    assertThat(only(found)).isEqualTo(Status.KEY_INVALID);
    assertThat(found.get(0).reason()).contains("1024").contains("2048");
    gpg.key("dsa", "dsa2048", "sign", "never");
    assertThat(only(verdicts(gpg.sign("dsa", data, sig("dsa")), pub(gpg, "dsa"))))
        .isEqualTo(Status.KEY_INVALID);
  }

  @Test
  void aCriticalNotationThatAcpDoesNotKnowIsRefused() throws IOException {
    Path signature =
        gpg.sign("vendor", data, sig("critical"), "--sig-notation", "!must@acp.dev=know");
    assertThat(only(verdicts(signature, pub(gpg, "vendor")))).isEqualTo(Status.REFUSED);
    Path harmless = gpg.sign("vendor", data, sig("note"), "--sig-notation", "may@acp.dev=know");
    assertThat(only(verdicts(harmless, pub(gpg, "vendor")))).isEqualTo(Status.GOOD);
  }

  @Test
  void aSignatureThatHasExpiredOrComesFromTheFutureIsRefused() throws IOException {
    Path old = gpg.sign("vendor", data, sig("old"), "--default-sig-expire", "5d");
    assertThat(only(verdicts(old, pub(gpg, "vendor")))).isEqualTo(Status.REFUSED);
    gpg.at("20400101T000000");
    Path future = gpg.sign("vendor", data, sig("future"));
    gpg.at("20240101T000000");
    assertThat(only(verdicts(future, pub(gpg, "vendor")))).isEqualTo(Status.REFUSED);
  }

  @Test
  void anExpiredKeyIsJudgedAtTheTimeOfTheSignature() throws IOException {
    try (Gpg own = new Gpg()) {
      own.at("20240101T000000").key("expiring", "ed25519", "sign", "never");
      Path early = own.at("20240110T000000").sign("expiring", data, sig("early"));
      Path late = own.at("20240301T000000").sign("expiring", data, sig("late"));
      own.at("20240201T000000")
          .run("--quick-set-expire", own.fingerprint("expiring"), "20240215T000000");
      Path key = pub(own, "expiring");
      List<SignatureVerdict> found = verdicts(early, key);
      assertThat(only(found)).as(found.toString()).isEqualTo(Status.GOOD_KEY_EXPIRED_SINCE);
      assertThat(found.get(0).reason()).contains("expired since");
      found = verdicts(late, key);
      assertThat(only(found)).as(found.toString()).isEqualTo(Status.KEY_INVALID);
      assertThat(found.get(0).reason()).contains("expired at");
      // renewed: gpg replaces the self-signature, and what was signed before is good again
      own.at("20240401T000000").run("--quick-set-expire", own.fingerprint("expiring"), "never");
      assertThat(only(verdicts(early, pub(own, "expiring")))).isEqualTo(Status.GOOD);
    }
  }

  private static void revoke(Gpg own, String name, String reason) throws IOException {
    String fingerprint = own.fingerprint(name);
    Path file = dir.resolve(name + ".rev");
    Gpg.Said said =
        own.tryRun(
            "y\n" + reason + "\n\ny\n",
            "--command-fd",
            "0",
            "--armor",
            "--output",
            file.toString(),
            "--gen-revoke",
            fingerprint);
    assertThat(file).as(said.text()).exists();
    own.run("--import", file.toString());
  }

  @Test
  void aRevokedKeyIsJudgedByTheReason() throws IOException {
    for (String reason : List.of("0", "1", "2", "3")) {
      try (Gpg own = new Gpg()) {
        String name = "revoked-" + reason;
        own.at("20240101T000000").key(name, "ed25519", "sign", "never");
        Path early = own.at("20240110T000000").sign(name, data, sig("e" + reason));
        Path late = own.at("20240301T000000").sign(name, data, sig("l" + reason));
        own.at("20240201T000000");
        revoke(own, name, reason);
        Path key = pub(own, name);
        boolean soft = reason.equals("2") || reason.equals("3");
        List<SignatureVerdict> found = verdicts(early, key);
        assertThat(only(found))
            .as(reason + found)
            .isEqualTo(soft ? Status.GOOD_KEY_REVOKED_SINCE : Status.KEY_INVALID);
        found = verdicts(late, key);
        assertThat(only(found)).as(reason + found).isEqualTo(Status.KEY_INVALID);
        assertThat(found.get(0).reason()).contains("revoked");
      }
    }
  }

  @Test
  void twoCopiesOfAKeyCountWithTheRevocationOfOne() throws IOException {
    try (Gpg own = new Gpg()) {
      own.at("20240101T000000").key("twice", "ed25519", "sign", "never");
      Path signature = own.sign("twice", data, sig("twice"));
      Path before = own.publicKey("twice", dir.resolve("twice-before.asc"));
      own.at("20240201T000000");
      revoke(own, "twice", "1");
      Path after = own.publicKey("twice", dir.resolve("twice-after.asc"));
      assertThat(only(verdicts(signature, before))).isEqualTo(Status.GOOD);
      assertThat(only(verdicts(signature, before, after))).isEqualTo(Status.KEY_INVALID);
      assertThat(only(verdicts(signature, after, before))).isEqualTo(Status.KEY_INVALID);
    }
  }

  @Test
  void aSigningSubkeyIsGoodAndAnEncryptionKeyCannotSign() throws IOException {
    try (Gpg own = new Gpg()) {
      String fingerprint = own.at("20240101T000000").key("subs", "ed25519", "cert", "never");
      own.run("--quick-add-key", fingerprint, "ed25519", "sign", "never");
      List<SignatureVerdict> found =
          verdicts(own.sign("subs", data, sig("subs")), pub(own, "subs"));
      assertThat(only(found)).as(found.toString()).isEqualTo(Status.GOOD);
      assertThat(found.get(0).fingerprint().orElseThrow().hex()).isEqualTo(fingerprint);
    }
  }

  @Test
  void oneGoodSignatureOfSeveralSufficesAndEachIsTold() throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(Files.readAllBytes(gpg.sign("stranger", data, sig("s1"))));
    both.write(Files.readAllBytes(gpg.sign("vendor", data, sig("s2"))));
    Path file = Files.write(sig("both"), both.toByteArray());
    List<SignatureVerdict> found = verdicts(file, pub(gpg, "vendor"));
    assertThat(found)
        .extracting(SignatureVerdict::status)
        .containsExactly(Status.NO_KEY, Status.GOOD);
  }

  @Test
  void aPinnedFingerprintExcludesOtherTrustedKeys() throws IOException {
    Path signature = gpg.sign("vendor", data, sig("pin"));
    Fingerprint own =
        Fingerprint.parse(
                gpg.fingerprint("vendor")
                    .toLowerCase(java.util.Locale.ROOT)
                    .replaceAll("(....)", "$1 "))
            .orElseThrow();
    Fingerprint other = Fingerprint.parse(gpg.fingerprint("stranger")).orElseThrow();
    Path key = pub(gpg, "vendor");
    assertThat(only(verdicts(signature, data, Set.of(own), key))).isEqualTo(Status.GOOD);
    assertThat(only(verdicts(signature, data, Set.of(other), key))).isEqualTo(Status.REFUSED);
  }

  @Test
  void whatIsNoSignatureFileIsRefusedInBoundedMemory() throws IOException {
    byte[] good = Files.readAllBytes(gpg.sign("vendor", data, sig("form")));
    ByteArrayOutputStream trailing = new ByteArrayOutputStream();
    trailing.write(good);
    trailing.write("and more".getBytes(StandardCharsets.UTF_8));
    String armored = Files.readString(gpg.sign("vendor", data, sig("forma"), "--armor"));
    List<byte[]> forms =
        List.of(
            new byte[0],
            new byte[70_000],
            "hello".getBytes(StandardCharsets.UTF_8),
            java.util.Arrays.copyOf(good, good.length - 3),
            trailing.toByteArray(),
            Files.readAllBytes(pub(gpg, "vendor")),
            Files.readAllBytes(data),
            ("Trust me.\n" + armored).getBytes(StandardCharsets.UTF_8),
            (armored + "Trust me.\n").getBytes(StandardCharsets.UTF_8),
            armored.replaceFirst("\n=....", "\n=AAAA").getBytes(StandardCharsets.UTF_8));
    for (byte[] form : forms) {
      assertThatThrownBy(() -> SignatureFile.parse(form, "F"))
          .isInstanceOfSatisfying(
              AcpException.class,
              e -> assertThat(e.fault().code()).isEqualTo(FaultCode.SIGNATURE_BAD));
    }
  }

  @Test
  void keyFilesMayBeBinaryOrHoldSeveralButNoSecret() throws IOException {
    Path binary = dir.resolve("binary.gpg");
    gpg.run("--output", binary.toString(), "--export", "vendor", "stranger");
    Path several =
        Files.writeString(
            dir.resolve("several.asc"),
            Files.readString(pub(gpg, "vendor")) + Files.readString(pub(gpg, "stranger")));
    assertThat(Keyring.load(List.of(), List.of(binary)).fingerprints()).hasSize(2);
    assertThat(Keyring.load(List.of(), List.of(several, binary)).fingerprints()).hasSize(2);
    Path secret = gpg.secretKey("vendor", dir.resolve("secret.asc"));
    assertThatThrownBy(() -> Keyring.load(List.of(), List.of(secret)))
        .isInstanceOf(AcpException.class);
    Path binarySecret = dir.resolve("secret.gpg");
    gpg.run("--output", binarySecret.toString(), "--export-secret-keys", "vendor");
    assertThatThrownBy(() -> Keyring.load(List.of(), List.of(binarySecret)))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("secret");
  }
}
