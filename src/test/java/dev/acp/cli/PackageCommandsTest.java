package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.bundle.Bundle;
import dev.acp.bundle.Packages;
import dev.acp.cluster.Offer;
import dev.acp.pack.Specs;
import dev.acp.value.Arch;
import dev.acp.value.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands from end to end, as a person calls them. */
class PackageCommandsTest {
  @TempDir static Path shared;
  @TempDir Path dir;
  private static Packages keys;
  private static Path spec;

  private record Ran(int exit, String out, String err) {}

  @BeforeAll
  static void make() throws IOException {
    keys = new Packages(shared);
    spec = Specs.make(shared.resolve("spec"));
  }

  private Ran acp(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Acp.run(
            java.util.Arrays.stream(args).map(Object::toString).toArray(String[]::new),
            new Console(
                new PrintWriter(out),
                new PrintWriter(err),
                Map.of("ACP_HOME", dir.resolve("home").toString(), "CI", "1")));
    return new Ran(exit, out.toString(), err.toString());
  }

  private Path build(String name) {
    Path file = dir.resolve(name);
    Ran ran = acp("package", "build", spec, "-o", file, "--key", keys.secretKey);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"p.tar", "p.tar.gz", "p.tar.zst"})
  void aPackageIsBuiltVerifiedUnpackedAndOpened(String name) {
    Path file = build(name);
    Ran verified = acp("verify-package", file, "--key", keys.publicKey);
    assertThat(verified.exit()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("Verdict:     GOOD");
    Path target = dir.resolve("to");
    Ran unpacked = acp("unpack", file, "-C", target, "--key", keys.publicKey);
    assertThat(unpacked.exit()).as(unpacked.err()).isZero();
    assertThat(acp("verify-package", target, "--key", keys.publicKey).exit()).isZero();
    assertThat(acp("unpack", file, "-C", target, "--key", keys.publicKey).out())
        .contains("nothing was unpacked");
    Bundle bundle = Bundle.open(target, Optional.of(keys.trust));
    Offer offer = bundle.offer();
    assertThat(offer.kubernetesVersions()).containsExactly(Version.of("v1.20.2"));
    assertThat(offer.networkModes()).containsExactly("hostgw");
    assertThat(offer.overrides().kubeletCgroupDriver()).isEqualTo("cgroupfs");
    assertThat(offer.overrides().kubeProxyConntrack()).isEqualTo(Map.of("maxPerCore", 0));
    assertThat(offer.overrides().kubeadmSkipPhases()).containsExactly("preflight");
    assertThat(bundle.component("kubernetes", "1.20.2", Arch.AMD64))
        .extracting(Bundle.BundleFile::name, Bundle.BundleFile::mode)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("kubelet", 0755));
    assertThat(bundle.nodePackages("debian-12", Arch.AMD64)).hasSize(2);
    assertThat(bundle.charts()).hasSize(2);
    assertThat(bundle.network("hostgw")).hasSize(2);
    assertThat(dev.acp.oci.ImageLayout.open(bundle.imageLayout()).images()).hasSize(1);
    assertThat(dir.resolve("home/verifications.jsonl")).content().contains("\"verdict\":\"good\"");
  }

  @Test
  void theSameInputsGiveTheSameBytes() throws IOException {
    for (String name : List.of("a.tar", "a.tar.gz", "a.tar.zst")) {
      Path one = dir.resolve(name);
      Path two = dir.resolve("other-" + name);
      assertThat(acp("package", "build", spec, "-o", one).err()).contains("NOT SIGNED");
      acp("package", "build", spec, "-o", two);
      assertThat(Files.mismatch(one, two)).isEqualTo(-1);
      assertThat(acp("unpack", one, "-C", dir, "--key", keys.publicKey).exit()).isEqualTo(3);
      // signed afterwards it is what it would have been, but for the signature's time
      assertThat(acp("package", "sign", one, "--key", keys.secretKey).exit()).isZero();
      // (which a compressor may make a few bytes of)
      assertThat(Files.size(one))
          .isCloseTo(Files.size(build("third-" + name)), within(name.endsWith(".tar") ? 0L : 64L));
      Path to = dir.resolve("to-" + name);
      assertThat(acp("unpack", one, "-C", to, "--key", keys.publicKey).exit()).isZero();
    }
  }

  @Test
  void jsonIsOneDocumentWithTheContractsFields() throws IOException {
    Path file = build("p.tar");
    Ran good = acp("verify-package", file, "--key", keys.publicKey, "-o", "json");
    JsonNode json = new ObjectMapper().readTree(good.out());
    assertThat(json.path("verdict").asText()).isEqualTo("good");
    assertThat(json.path("bytes").asLong()).isEqualTo(Files.size(file));
    assertThat(json.path("digest").path("value").asText()).hasSize(64);
    JsonNode signature = json.path("signatures").get(0);
    assertThat(signature.fieldNames())
        .toIterable()
        .containsExactly("keyId", "fingerprint", "signer", "created", "status", "reason");
    Files.writeString(file, "x", java.nio.file.StandardOpenOption.APPEND);
    Ran bad = acp("verify-package", file, "--key", keys.publicKey, "-o", "json");
    assertThat(bad.exit()).isEqualTo(3);
    assertThat(new ObjectMapper().readTree(bad.out()).path("verdict").asText()).isEqualTo("bad");
    JsonNode unpacked =
        new ObjectMapper()
            .readTree(
                acp(
                        "unpack",
                        build("q.tar"),
                        "-C",
                        dir.resolve("j"),
                        "--key",
                        keys.publicKey,
                        "-o",
                        "json")
                    .out());
    assertThat(unpacked.path("verification").path("verdict").asText()).isEqualTo("good");
    JsonNode head =
        new ObjectMapper().readTree(acp("package", "inspect", file, "-o", "json").out());
    assertThat(head.path("product").asText()).isEqualTo("acp-sample");
    assertThat(head.path("manifestSigned").asBoolean()).isTrue();
  }

  @Test
  void everyMistakeOfASpecIsToldWithItsLineAndNothingIsWritten() throws IOException {
    Path bad = dir.resolve("bad.yaml");
    Files.writeString(
        bad,
        Files.readString(spec)
            .replace("from: kubernetes/v1.20.2", "from: nowhere")
            .replace("from: charts", "from: images")
            .replace("from: packages/debian-12", "from: kubernetes"));
    Files.writeString(
        shared.resolve("spec/network/hostgw/more.yaml"), "image: {{image:platform/absent:1}}\n");
    Path out = dir.resolve("bad.tar");
    Ran ran = acp("package", "build", bad, "--root", shared.resolve("spec"), "-o", out);
    Files.delete(shared.resolve("spec/network/hostgw/more.yaml"));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err())
        .contains("bad.yaml:8: the folder")
        .contains("bad.yaml:9: ")
        .contains("packages.yaml")
        .contains("bad.yaml:12: ")
        .contains("charts.yaml")
        .contains("platform/absent:1");
    assertThat(out).doesNotExist();
    Files.writeString(bad, Files.readString(spec).replace("product:", "produkt:"));
    ran = acp("package", "build", bad, "-o", out);
    assertThat(ran.err()).contains("did you mean product?").contains("product is missing");
  }

  @Test
  void skippingVerificationIsLoudAndRecorded() throws IOException {
    Path file = dir.resolve("u.tar");
    acp("package", "build", spec, "-o", file);
    Ran ran = acp("unpack", file, "-C", dir.resolve("u"), "--insecure-skip-verify");
    // no key at all is needed for this
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("NO SIGNATURE IS CHECKED");
    assertThat(Files.readString(dir.resolve("home/verifications.jsonl")))
        .contains("unpack --insecure-skip-verify")
        .contains("\"verdict\":\"bad\"");
  }

  @Test
  void aPassphraseIsNeverTakenFromTheCommandLineNorRepeated() {
    Ran ran =
        acp(
            "package",
            "build",
            spec,
            "-o",
            dir.resolve("x.tar"),
            "--key",
            keys.secretKey,
            "--passphrase-from",
            "planted-secret");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out() + ran.err()).doesNotContain("planted-secret");
  }

  @Test
  void theTextReportIsWhatAnOperatorCompares() throws IOException {
    Path file = build("p.tar");
    String text = acp("verify-package", file, "--key", keys.publicKey).out();
    String shape =
        text.replace(file.toString(), "PACKAGE")
            .replaceAll("[0-9a-f]{64}", "DIGEST")
            .replaceAll("Key ID:      [0-9A-F]{16}", "Key ID:      KEYID")
            .replaceAll("([0-9A-F]{4} ){9}[0-9A-F]{4}", "FINGERPRINT")
            .replaceAll("[\\d,]+ bytes", "N bytes")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "TIME");
    assertThat(shape)
        .isEqualTo(
            """
            File:        PACKAGE
            Size:        N bytes
            SHA-256:     DIGEST

            Signer:      vendor
            Key ID:      KEYID
            Fingerprint: FINGERPRINT
            Created:     TIME
            Signature:   good

            Verdict:     GOOD: signed by a trusted key
            """);
  }

  private Path hybrid(String name) throws IOException {
    Path arm = Specs.make(dir.resolve("arm"));
    Files.writeString(arm, Files.readString(arm).replace("arch: amd64", "arch: arm64"));
    new dev.acp.oci.Layouts(dir.resolve("arm/images"))
        .arch("arm64", "v8")
        .real("platform/pause:3.9", new byte[4096])
        .write();
    Path file = dir.resolve(name);
    Ran ran =
        acp("package", "build", spec, arm, "--arch", "hybrid", "-o", file, "--key", keys.secretKey);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return file;
  }

  @Test
  void twoSpecsMakeAHybridPackageThatInstallsOnBoth() throws IOException {
    Path file = hybrid("h.tar");
    Path to = dir.resolve("h");
    assertThat(acp("unpack", file, "-C", to, "--key", keys.publicKey).exit()).isZero();
    Bundle bundle = Bundle.open(to, Optional.of(keys.trust));
    assertThat(bundle.offer().archs()).containsExactly(Arch.AMD64, Arch.ARM64);
    for (Arch arch : Arch.values()) {
      assertThat(bundle.component("kubernetes", "1.20.2", arch)).hasSize(1);
      assertThat(bundle.nodePackages("debian-12", arch)).hasSize(2);
    }
    var layout = dev.acp.oci.ImageLayout.open(bundle.imageLayout());
    assertThat(layout.platforms(layout.get("platform/pause:3.9")))
        .containsExactly("linux/amd64", "linux/arm64/v8");
    assertThat(bundle.manifest().images().get(0).digest())
        .isEqualTo(layout.get("platform/pause:3.9").descriptor().digest());
    Path arm = dir.resolve("arm/spec.yaml");
    for (Ran wrong :
        List.of(
            acp("package", "build", spec, arm, "-o", dir.resolve("x.tar")),
            acp("package", "build", spec, spec, "--arch", "hybrid", "-o", dir.resolve("x.tar")),
            acp("package", "build", spec, "--arch", "arm64", "-o", dir.resolve("x.tar")))) {
      assertThat(wrong.exit()).as(wrong.err()).isEqualTo(2);
      assertThat(wrong.err()).contains("make --arch hybrid");
    }
    assertThat(dir.resolve("x.tar")).doesNotExist();
  }

  @Test
  void inspectReadsTheHeadAndSaysWhoseKeyWithoutAVerdict() throws IOException {
    Path file = build("p.tar");
    // whatever comes behind the head is not looked at: it may be damaged, or not there yet
    try (var channel =
        java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.truncate(64 << 10);
    }
    Ran ran = acp("package", "inspect", file, "--key", keys.publicKey);
    assertThat(ran.exit()).as(ran.err()).isZero();
    String shape =
        ran.out()
            .replace(file.toString(), "PACKAGE")
            .replaceAll("sha256:[0-9a-f]{64}", "DIGEST")
            .replaceAll("([0-9A-F]{4} ){9}[0-9A-F]{4}", "FINGERPRINT")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "TIME")
            .replaceAll("[\\d.,]+ (KiB|B)", "SIZE")
            .replaceAll("in \\d+ files", "in N files");
    assertThat(shape)
        .isEqualTo(
            """
            Product:        acp-sample 0.1.0
            Architecture:   amd64
            Needs acp:      v0.1.0 (the first release that reads format 1)
            Kubernetes:     v1.20.2
            Components:     kubernetes v1.20.2 amd64
            Packages:       debian-12 amd64
            Network modes:  hostgw
            Charts:         web 1.2.3
            Images:         platform/pause:3.9@DIGEST
            Sizes:          .          SIZE
                            binaries   SIZE
                            charts     SIZE
                            images     SIZE
                            network    SIZE
                            packages   SIZE
                            res        SIZE
            Unpacked:       SIZE in N files
            Package:        SIZE (65,536 bytes)
            Manifest:       signed
            Signature:      PACKAGE.sig
                            signed by FINGERPRINT
                            at TIME
                            which is a key that is trusted here
                            not verified here; to verify: acp verify-package PACKAGE
            """);
    assertThat(acp("package", "inspect", file).out()).contains("NOT among the keys");
    Files.writeString(dir.resolve("p.tar.sig"), "no signature");
    assertThat(acp("package", "inspect", file).out()).contains("p.tar.sig is no OpenPGP");
    Files.delete(dir.resolve("p.tar.sig"));
    assertThat(acp("package", "inspect", file).out()).contains("NONE beside it");
  }

  @Test
  void inspectTakesABundleAndSaysTheSameInJson() throws IOException {
    Path file = hybrid("p.tar.zst");
    Path to = dir.resolve("b");
    assertThat(acp("unpack", file, "-C", to, "--key", keys.publicKey).exit()).isZero();
    ObjectMapper json = new ObjectMapper();
    JsonNode pack =
        json.readTree(acp("package", "inspect", file, "-o", "json", "--key", keys.publicKey).out());
    JsonNode bundle = json.readTree(acp("package", "inspect", to, "-o", "json").out());
    for (String same :
        List.of("product", "arch", "components", "images", "chartVersions", "sizes", "files")) {
      assertThat(bundle.path(same)).as(same).isEqualTo(pack.path(same));
      assertThat(pack.path(same).isMissingNode()).isFalse();
    }
    assertThat(pack.path("chartVersions").get(0).asText()).isEqualTo("web 1.2.3");
    JsonNode signature = pack.path("signature");
    assertThat(signature.path("verified").asBoolean()).isFalse();
    assertThat(signature.path("signatures").get(0).path("keyTrusted").asBoolean()).isTrue();
    JsonNode verified =
        json.readTree(acp("verify-package", file, "--key", keys.publicKey, "-o", "json").out());
    for (String field : List.of("keyId", "fingerprint", "created")) {
      assertThat(signature.path("signatures").get(0).path(field))
          .as(field)
          .isEqualTo(verified.path("signatures").get(0).path(field));
    }
    assertThat(bundle.path("signature").path("file").asText()).endsWith("manifest.yaml.sig");
  }

  @Test
  void aPackageIsSignedThroughTheMachinesAgent() throws Exception {
    Path file = dir.resolve("agent.tar");
    acp("package", "build", spec, "-o", file);
    try (dev.acp.openpgp.Gpg gpg = new dev.acp.openpgp.Gpg()) {
      gpg.key("maker", "rsa2048", "sign", "never");
      Path key = gpg.publicKey("maker", dir.resolve("maker.asc"));
      String fingerprint =
          gpg.tryRun("", "--with-colons", "--list-keys")
              .text()
              .lines()
              .filter(l -> l.startsWith("fpr:"))
              .findFirst()
              .orElseThrow()
              .split(":", -1)[9];
      ProcessBuilder sign =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              "dev.acp.cli.Acp",
              "package",
              "sign",
              file.toString(),
              "--gpg-key",
              fingerprint);
      sign.environment().put("GNUPGHOME", gpg.home().toString());
      Process process = sign.redirectErrorStream(true).start();
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      // hash 8 is SHA-256 (RFC 9580, 9.5)
      assertThat(gpg.tryRun("", "--list-packets", file + ".sig").text()).contains("digest algo 8");
      assertThat(gpg.tryRun("", "--verify", file + ".sig", file.toString()).exit()).isZero();
      assertThat(acp("unpack", file, "-C", dir.resolve("ag"), "--key", key).exit()).isZero();
    }
  }

  @Test
  void whatCannotBeWrittenIsToldBeforeAnythingIsRead() {
    assertThat(acp("package", "build", spec, "-o", dir.resolve("p.zip")).err())
        .contains("ends in .tar, .tar.gz or .tar.zst");
    assertThat(acp("package", "build", spec, "-o", dir.resolve("no/p.tar")).err())
        .contains("does not exist");
    assertThat(acp("package", "build", spec, "-o", dir).err()).contains("is a folder");
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    for (List<String> command :
        List.of(
            List.of("verify-package"),
            List.of("unpack"),
            List.of("package"),
            List.of("package", "build"),
            List.of("package", "sign"),
            List.of("package", "inspect"))) {
      List<Object> args = new java.util.ArrayList<>(command);
      args.add("--help");
      Ran ran = acp(args.toArray());
      assertThat(ran.exit()).isZero();
      assertThat(ran.out()).contains("Example: acp " + String.join(" ", command));
    }
  }
}
