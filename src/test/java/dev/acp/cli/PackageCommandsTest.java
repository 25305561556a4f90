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
    assertThat(bundle.charts()).hasSize(1);
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
