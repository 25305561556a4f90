package dev.acp.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.fault.AcpException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A corpus made in this run with the machine's gpg (and sq, if it is there): acp's verdict beside
 * gpg's on each case. acp takes nothing that gpg rejects; where it is stricter, the case stands in
 * {@link #STRICTER} with its reason, and must be stricter. A signature counts by itself: that
 * others in the file do not fit makes gpg's exit code 1, and acp tells each.
 */
class SignatureCorpusTest {
  /** The beginnings of the names of cases that gpg takes and acp refuses, and why. */
  private static final TreeMap<String, String> STRICTER = new TreeMap<>();

  static {
    STRICTER.put("hash SHA1 ", "SHA-1 over data");
    STRICTER.put("hash RIPEMD160 ", "RIPEMD-160 over data");
    STRICTER.put("hash SHA224 ", "SHA-224 over data");
    STRICTER.put("text by ", "a text signature does not hold every byte");
    STRICTER.put("short key ", "RSA below 2048 bits");
    STRICTER.put("dsa ", "DSA");
    STRICTER.put("brainpool ", "a curve that the JDK does not have");
    STRICTER.put("critical policy url ", "a critical subpacket that acp does not act on");
    STRICTER.put("signature of the future", "made after now, by more than a day");
    STRICTER.put("key expired before", "signed after the key had expired");
    STRICTER.put(
        "key revoked since, reason 0", "revoked without a reason: perhaps stolen all along");
    STRICTER.put("key revoked since, reason 1", "revoked as stolen: perhaps all along");
    STRICTER.put("key revoked before", "signed after the key was revoked");
    STRICTER.put("a zero behind", "bytes that are no packet");
    STRICTER.put("bit of byte", "Bouncy Castle reads it otherwise than it stands there");
    STRICTER.put("armor of another kind", "a signature calls itself one");
    STRICTER.put("armor text b", "text beside the armor may hide something");
    STRICTER.put("armor without its end", "an armor that was cut");
    STRICTER.put("packet too long", "a packet that ends behind its file");
    STRICTER.put("packet marker before", "another packet beside signatures");
    STRICTER.put("packet padding behind", "another packet beside signatures");
    STRICTER.put("packet user id behind", "another packet beside signatures");
    STRICTER.put("unhashed: a wrong issuer outside", "issuers that contradict each other");
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(String name, byte[] signature, Path data) {}

  @TempDir static Path dir;
  private static Gpg gpg;
  private static Path data;
  private static Path other;
  private static final List<Case> CASES = new ArrayList<>();
  private static final List<Path> KEYS = new ArrayList<>();

  @BeforeAll
  static void make() throws IOException {
    gpg = new Gpg().at("20240101T000000");
    data = Files.writeString(dir.resolve("data"), "the package's bytes\r\n".repeat(3000));
    other = Files.writeString(dir.resolve("other"), "other bytes\n".repeat(3000));
    hashesAndKeys();
    options();
    times();
    damage();
    armor();
    packets();
    several();
    sequoia();
  }

  @AfterAll
  static void end() {
    gpg.close();
  }

  private static void key(Gpg of, String name) {
    KEYS.add(of.publicKey(name, dir.resolve(name + ".asc")));
  }

  private static void add(String name, byte[] signature) {
    CASES.add(new Case(name, signature, data));
  }

  private static Optional<byte[]> sign(Gpg by, String name, String... options) throws IOException {
    Path file = dir.resolve("now.sig");
    Files.deleteIfExists(file);
    try {
      return Optional.of(Files.readAllBytes(by.sign(name, data, file, options)));
    } catch (IllegalStateException e) {
      return Optional.empty(); // gpg makes no such signature (a short hash for a long curve)
    }
  }

  private static byte[] must(Gpg by, String name, String... options) throws IOException {
    return sign(by, name, options).orElseThrow();
  }

  /** Every kind of key with every hash, binary and armored; and on other data. */
  private static void hashesAndKeys() throws IOException {
    for (String algorithm :
        List.of("rsa2048", "rsa3072", "rsa4096", "nistp256", "nistp384", "nistp521", "ed25519")) {
      gpg.key(algorithm, algorithm, "sign", "never");
      key(gpg, algorithm);
      for (String hash : List.of("SHA256", "SHA384", "SHA512", "SHA224", "SHA1", "RIPEMD160")) {
        sign(gpg, algorithm, "--digest-algo", hash)
            .ifPresent(
                s -> {
                  add("hash " + hash + " binary by " + algorithm, s);
                  CASES.add(new Case("other data, " + hash + " by " + algorithm, s, other));
                });
        sign(gpg, algorithm, "--digest-algo", hash, "--armor")
            .ifPresent(s -> add("hash " + hash + " armored by " + algorithm, s));
      }
      add("text by " + algorithm, must(gpg, algorithm, "--textmode"));
    }
    gpg.key("short", "rsa1024", "sign", "never");
    key(gpg, "short");
    add("short key rsa1024", must(gpg, "short"));
    gpg.key("dsa", "dsa2048", "sign", "never");
    key(gpg, "dsa");
    add("dsa 2048", must(gpg, "dsa"));
    gpg.key("brainpool", "brainpoolP256r1", "sign", "never");
    key(gpg, "brainpool");
    add("brainpool P256r1", must(gpg, "brainpool"));
    gpg.key("stranger", "ed25519", "sign", "never"); // whose public key nobody has
    add("stranger", must(gpg, "stranger"));
    String cert = gpg.key("subkey", "ed25519", "cert", "never");
    gpg.run("--quick-add-key", cert, "rsa2048", "sign", "never");
    key(gpg, "subkey");
    add("signing subkey", must(gpg, "subkey"));
  }

  /** Subpackets. */
  private static void options() throws IOException {
    for (String by : List.of("rsa2048", "ed25519")) {
      add("notation by " + by, must(gpg, by, "--sig-notation", "may@acp.dev=know"));
      add("critical notation by " + by, must(gpg, by, "--sig-notation", "!must@acp.dev=know"));
      add("policy url by " + by, must(gpg, by, "--sig-policy-url", "https://acp.dev/policy"));
      add(
          "critical policy url by " + by,
          must(gpg, by, "--sig-policy-url", "!https://acp.dev/policy"));
    }
  }

  /** When a signature and its key were valid. */
  private static void times() throws IOException {
    add("expired signature", must(gpg, "rsa2048", "--default-sig-expire", "5d"));
    add("signature that expires late", must(gpg, "rsa2048", "--default-sig-expire", "40y"));
    gpg.at("20400101T000000");
    add("signature of the future", must(gpg, "rsa2048"));
    gpg.at("20240101T000000");
    Gpg own = gpg;
    String fingerprint = own.key("expiring", "ed25519", "sign", "never");
    add("key expired since", must(own.at("20240110T000000"), "expiring"));
    byte[] late = must(own.at("20240301T000000"), "expiring");
    own.at("20240201T000000").run("--quick-set-expire", fingerprint, "20240215T000000");
    key(own, "expiring");
    add("key expired before", late);
    for (String reason : List.of("0", "1", "2", "3")) {
      String name = "revoked" + reason;
      own.at("20240101T000000").key(name, "ed25519", "sign", "never");
      byte[] early = must(own.at("20240110T000000"), name);
      byte[] after = must(own.at("20240301T000000"), name);
      Path revocation = dir.resolve(name + ".rev");
      own.at("20240201T000000")
          .tryRun(
              "y\n" + reason + "\n\ny\n",
              "--command-fd",
              "0",
              "--armor",
              "--output",
              revocation.toString(),
              "--gen-revoke",
              own.fingerprint(name));
      own.run("--import", revocation.toString());
      key(own, name);
      add("key revoked since, reason " + reason, early);
      add("key revoked before, reason " + reason, after);
    }
    own.at("20240101T000000");
  }

  /** Bits turned over, bytes lost and added: a seeded sample over whole signatures. */
  private static void damage() throws IOException {
    Random random = new Random(20261121);
    for (String by : List.of("rsa2048", "nistp256", "ed25519")) {
      byte[] good = must(gpg, by);
      for (int i = 0; i < 16; i++) {
        byte[] bent = good.clone();
        int at = random.nextInt(bent.length);
        bent[at] ^= (byte) (1 << random.nextInt(8));
        add("bit of byte " + at + " of " + by + ", " + i, bent);
      }
      for (int cut : List.of(1, 2, good.length / 2, good.length - 1, good.length)) {
        add("cut by " + cut + ", " + by, Arrays.copyOf(good, good.length - cut));
      }
      add("a zero behind, " + by, Arrays.copyOf(good, good.length + 1));
      add("a zero before, " + by, join(new byte[1], good));
    }
  }

  private static void armor() throws IOException {
    String good = new String(must(gpg, "rsa2048", "--armor"), StandardCharsets.US_ASCII);
    List<String> lines = good.lines().toList();
    String sum = lines.get(lines.size() - 2);
    String first =
        lines.stream().filter(l -> l.matches("[A-Za-z0-9+/]{64}")).findFirst().orElseThrow();
    TreeMap<String, String> all = new TreeMap<>();
    all.put("armor as it is", good);
    all.put("armor with carriage returns", good.replace("\n", "\r\n"));
    all.put("armor text behind it", good + "and more\n");
    all.put("armor text before it", "before\n" + good);
    all.put("armor with a comment", good.replaceFirst("\n", "\nComment: hello\n"));
    all.put("armor of another kind", good.replace("SIGNATURE", "MESSAGE"));
    all.put("armor without its end", good.substring(0, good.indexOf("-----END")));
    all.put("armor without checksum line", good.replace(sum + "\n", ""));
    all.put("armor with a wrong checksum", good.replace(sum, "=AAAA"));
    all.put("armor with a letter lost", good.replace(first, first.substring(1)));
    all.put("armor with a line lost", good.replace(first + "\n", ""));
    all.put("armor with a strange letter", good.replace(first, "!" + first.substring(1)));
    all.put("armor twice", good + good);
    all.forEach((name, text) -> add(name, text.getBytes(StandardCharsets.US_ASCII)));
  }

  /** The same signature in other packet forms, and beside other packets (RFC 9580, 4.2). */
  private static void packets() throws IOException {
    byte[] good = must(gpg, "ed25519");
    int header = good[0] == (byte) 0x88 ? 2 : 3;
    byte[] body = Arrays.copyOfRange(good, header, good.length);
    byte[] small = {(byte) 0xc2, (byte) body.length};
    add("packet of the current form", join(small, body));
    add(
        "packet with five length bytes",
        join(new byte[] {(byte) 0xc2, (byte) 0xff, 0, 0, 0, (byte) body.length}, body));
    add(
        "packet with two length bytes, old form",
        join(new byte[] {(byte) 0x89, 0, (byte) body.length}, body));
    add(
        "packet with four length bytes, old form",
        join(new byte[] {(byte) 0x8a, 0, 0, 0, (byte) body.length}, body));
    add("packet indeterminate length ", join(new byte[] {(byte) 0x8b}, body));
    add(
        "packet partial length ",
        join(
            new byte[] {(byte) 0xc2, (byte) 0xe6},
            Arrays.copyOf(body, 64),
            new byte[] {(byte) (body.length - 64)},
            Arrays.copyOfRange(body, 64, body.length)));
    add("packet too long", join(new byte[] {(byte) 0xc2, (byte) (body.length + 1)}, body));
    add("packet too short", join(new byte[] {(byte) 0xc2, (byte) (body.length - 1)}, body));
    add("packet marker before", join(new byte[] {(byte) 0xca, 3, 'P', 'G', 'P'}, good));
    add("packet padding behind", join(good, new byte[] {(byte) 0xd5, 2, 1, 2}));
    add("packet user id behind", join(good, new byte[] {(byte) 0xcd, 1, 'x'}));
    add("packet literal data behind", join(good, new byte[] {(byte) 0xcb, 6, 'b', 0, 0, 0, 0, 0}));
    add(
        "packet of version 3",
        join(small, new byte[] {3}, Arrays.copyOfRange(body, 1, body.length)));
    add(
        "packet of version 5",
        join(small, new byte[] {5}, Arrays.copyOfRange(body, 1, body.length)));
    for (int type : List.of(0x01, 0x02, 0x10, 0x13, 0x18, 0x19, 0x1f, 0x20, 0x40, 0x50)) {
      byte[] bent = body.clone();
      bent[1] = (byte) type;
      add("type " + type, join(small, bent));
    }
    for (int algorithm : List.of(1, 3, 16, 17, 19, 27, 28, 99)) {
      byte[] bent = body.clone();
      bent[2] = (byte) algorithm;
      add("algorithm " + algorithm, join(small, bent));
    }
    unhashed(body);
    add("nothing", new byte[0]);
    add("the public key", Files.readAllBytes(KEYS.get(0)));
    add("the data", Files.readAllBytes(data));
    add("megabytes of zeros", new byte[3 << 20]);
    add("text", "no signature at all\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** The part of a signature that it does not sign can be changed by anybody. */
  private static void unhashed(byte[] body) {
    int hashed = (body[4] & 0xff) << 8 | (body[5] & 0xff);
    int at = 6 + hashed;
    int length = (body[at] & 0xff) << 8 | (body[at + 1] & 0xff);
    byte[] before = Arrays.copyOf(body, at);
    byte[] rest = Arrays.copyOfRange(body, at + 2 + length, body.length);
    byte[] issuer = Arrays.copyOfRange(body, at + 2, at + 2 + length);
    TreeMap<String, byte[]> areas = new TreeMap<>();
    areas.put("no issuer outside", new byte[0]);
    byte[] wrong = issuer.clone();
    wrong[wrong.length - 1] ^= 1;
    areas.put("a wrong issuer outside", wrong);
    areas.put("an unsigned expiry", join(issuer, new byte[] {5, 3, 0, 0, 0, 1}));
    areas.put("an unsigned creation time", join(issuer, new byte[] {5, 2, 0x7f, 0, 0, 0}));
    areas.put(
        "an unsigned notation", join(issuer, new byte[] {10, 20, 0, 0, 0, 0, 0, 1, 0, 0, 'a'}));
    areas.put("an unsigned critical unknown", join(issuer, new byte[] {2, (byte) 0xe3, 1}));
    areas.put("an unsigned private", join(issuer, new byte[] {2, 0x64, 1}));
    areas.put("a subpacket that is cut", join(issuer, new byte[] {9, 20}));
    areas.forEach(
        (name, area) -> {
          byte[] all =
              join(before, new byte[] {(byte) (area.length >> 8), (byte) area.length}, area, rest);
          add("unhashed: " + name, join(new byte[] {(byte) 0xc2, (byte) all.length}, all));
        });
  }

  private static void several() throws IOException {
    byte[] good = must(gpg, "ed25519");
    byte[] stranger = must(gpg, "stranger");
    byte[] bad = good.clone();
    bad[bad.length - 1] ^= 1;
    add("two good", join(good, must(gpg, "rsa2048")));
    add("a stranger, then good", join(stranger, good));
    add("good, then a stranger", join(good, stranger));
    add("twice the same", join(good, good));
    add("bad, then good", join(bad, good));
    add("good, then bad", join(good, bad));
    add("two strangers", join(stranger, stranger));
    byte[] many = new byte[0];
    for (int i = 0; i < 40; i++) {
      many = join(many, stranger);
    }
    add("forty strangers", many);
  }

  /** Sequoia's, where the machine has it. */
  private static void sequoia() throws IOException {
    if (!Files.isExecutable(Path.of("/usr/bin/sq"))) {
      return;
    }
    for (String suite : List.of("cv25519", "rsa3k", "rsa4k")) {
      Path secret = dir.resolve("sq-" + suite + ".pgp");
      Path signature = dir.resolve("sq-" + suite + ".sig");
      sq("key", "generate", "--cipher-suite", suite, "--userid", "sq-" + suite, "--export", secret);
      Path cert = dir.resolve("sq-" + suite + ".asc");
      sq("key", "extract-cert", "--output", cert, secret);
      KEYS.add(cert);
      sq("sign", "--detached", "--signer-key", secret, "--output", signature, data);
      add("sq armored by " + suite, Files.readAllBytes(signature));
      Files.delete(signature);
      sq("sign", "--binary", "--detached", "--signer-key", secret, "--output", signature, data);

      add("sq binary by " + suite, Files.readAllBytes(signature));
      CASES.add(new Case("other data, sq by " + suite, Files.readAllBytes(signature), other));
    }
  }

  private static void sq(Object... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("sq"));
    Arrays.stream(args).map(Object::toString).forEach(all::add);
    try {
      Process process =
          new ProcessBuilder(all).redirectErrorStream(true).directory(dir.toFile()).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(all + ": " + said);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static boolean acp(Keyring ring, Case one) throws IOException {
    try {
      SignatureFile file = SignatureFile.parse(one.signature(), one.name());
      return DetachedVerifier.check(
              ring, file, Set.of(), Instant.now(), Files.readAllBytes(one.data()))
          .stream()
          .anyMatch(SignatureVerdict::good);
    } catch (AcpException e) {
      assertThat(e.exit().code()).as(one.name()).isEqualTo(3);
      return false;
    }
  }

  /** A key that expired or was retired since counts as valid, as with acp. */
  private static boolean gpg(Gpg judge, Case one) throws IOException {
    Path file = Files.write(dir.resolve("case.sig"), one.signature());
    // not in batch mode, in which gpg stops at the first signature that does not fit
    String said =
        judge
            .tryRun(
                "",
                "--command-fd",
                "0",
                "--status-fd",
                "1",
                "--verify",
                file.toString(),
                one.data().toString())
            .text();
    return said.contains("VALIDSIG") && !said.contains("EXPSIG");
  }

  @Test
  void acpTakesNothingThatGpgRejectsAndIsStricterOnlyWhereItSaysSo() throws IOException {
    Keyring ring = Keyring.load(List.of(), KEYS);
    Set<String> good = new TreeSet<>();
    List<String> looser = new ArrayList<>();
    List<String> stricter = new ArrayList<>();
    try (Gpg judge = new Gpg()) {
      for (Path key : KEYS) {
        judge.run("--import", key.toString());
      }
      for (Case one : CASES) {
        boolean acp = acp(ring, one);
        boolean gpg = gpg(judge, one);
        if (acp && gpg) {
          good.add(one.name());
        } else if (acp) {
          looser.add(one.name());
        } else if (gpg) {
          stricter.add(one.name());
        }
      }
    }
    assertThat(looser).as("taken by acp, rejected by gpg").isEmpty();
    assertThat(stricter)
        .as("rejected by acp, taken by gpg, and not in the table")
        .allMatch(name -> STRICTER.keySet().stream().anyMatch(name::startsWith));
    assertThat(STRICTER.keySet())
        .as("in the table, and not stricter")
        .allMatch(start -> stricter.stream().anyMatch(name -> name.startsWith(start)));
    assertThat(CASES).hasSizeGreaterThanOrEqualTo(150);
    assertThat(good).hasSizeGreaterThanOrEqualTo(30);
  }
}
