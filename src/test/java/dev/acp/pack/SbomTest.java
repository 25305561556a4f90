package dev.acp.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.bundle.FileEntry;
import dev.acp.bundle.Manifest;
import dev.acp.event.Stop;
import dev.acp.oci.Scratch;
import dev.acp.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cyclonedx.Version;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bill of materials, judged by CycloneDX's own library and schema. */
class SbomTest {
  @TempDir Path dir;
  private Path spec;

  @BeforeEach
  void inputs() throws IOException {
    spec = Specs.make(dir);
    Files.writeString(
        dir.resolve("packages/debian-12/packages.yaml"),
        "packages:\n  - {name: socat, version: \"1:1.7~rc+1\", file: socat_1.deb}\n");
    Files.writeString(dir.resolve("charts/web.yaml"), "kind: x\n");
    Files.writeString(
        dir.resolve("charts/charts.yaml"),
        "charts:\n  - {name: web, version: 1.2.3, kind: manifest, manifests: [web.yaml]}\n");
    Files.createDirectories(dir.resolve("tool/runtime/amd64"));
    Files.createDirectories(dir.resolve("tool/lib"));
    Files.writeString(
        dir.resolve("tool/runtime/amd64/release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.4\"\nOS=\"y\"\n");
    jar("some-lib-2.0.jar", "META-INF/maven/org.example/some-lib/pom.properties");
    jar("acp-0.1.0.jar", "dev/acp/X.class");
    Files.writeString(dir.resolve("tool/lib/broken-1.jar"), "no zip");
    Files.writeString(spec, Files.readString(spec) + "tool: [{from: tool}]\n");
  }

  private void jar(String name, String entry) throws IOException {
    try (OutputStream out = Files.newOutputStream(dir.resolve("tool/lib/" + name));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write("groupId=org.example\nversion=2.0.1\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private record Made(Manifest manifest, String text) {
    byte[] sbom() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private Made made(Optional<Instant> time) throws IOException {
    try (Scratch scratch = new Scratch(dir.resolve(".scratch"))) {
      PackagePlan plan =
          PackagePlan.of(
              List.of(SpecReader.read(spec, Optional.empty())),
              new PackagePlan.Maker(Map.of(), "0.1.0", time, scratch, new Stop()));
      try (InputStream in = plan.files().get(Sbom.PATH).content().open()) {
        return new Made(plan.manifest(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  private static Component part(Bom bom, String ref) {
    return bom.getComponents().stream()
        .filter(c -> c.getBomRef().equals(ref))
        .findFirst()
        .orElseThrow(() -> new AssertionError(ref + " is not in the bill"));
  }

  @Test
  void itHoldsTheSpecificationAndEveryPart() throws Exception {
    Made made = made(Optional.empty());
    JsonParser parser = new JsonParser();
    assertThat(parser.validate(made.sbom(), Version.VERSION_16)).isEmpty();
    Bom bom = parser.parse(made.sbom());
    assertThat(bom.getMetadata().getComponent().getName()).isEqualTo("acp-sample");
    assertThat(made.text()).doesNotContain("timestamp");
    byte[] bent = made.text().replace("\"container\"", "\"box\"").getBytes(StandardCharsets.UTF_8);
    assertThat(parser.validate(bent, Version.VERSION_16)).isNotEmpty();
    assertThat(bom.getComponents())
        .extracting(Component::getBomRef)
        .containsExactly(
            "acp/lib/acp-0.1.0.jar",
            "acp/lib/broken-1.jar",
            "acp/lib/some-lib-2.0.jar",
            "acp/runtime/amd64",
            "chart/web",
            "component/amd64/kubernetes/v1.20.2",
            "image/platform/pause:3.9",
            "package/debian-12-amd64/socat");
    Component lib = part(bom, "acp/lib/some-lib-2.0.jar");
    assertThat(lib.getPurl()).isEqualTo("pkg:maven/org.example/some-lib@2.0.1");
    assertThat(part(bom, "acp/lib/acp-0.1.0.jar").getVersion()).isEqualTo("0.1.0");
    assertThat(part(bom, "acp/runtime/amd64").getVersion()).isEqualTo("25.0.4");
    Component socat = part(bom, "package/debian-12-amd64/socat");
    assertThat(socat.getPurl())
        .isEqualTo("pkg:deb/debian/socat@1%3A1.7~rc%2B1?arch=amd64&distro=debian-12");
    assertThat(socat.getHashes().get(0).getValue()).isEqualTo(Digest.ofText("deb\n").hex());
    String digest = made.manifest().images().get(0).digest().hex();
    assertThat(part(bom, "image/platform/pause:3.9").getPurl())
        .isEqualTo("pkg:oci/pause@sha256%3A" + digest + "?tag=3.9");
    assertThat(part(bom, "component/amd64/kubernetes/v1.20.2").getComponents())
        .extracting(Component::getName)
        .containsExactly("binaries/amd64/kubernetes/v1.20.2/kubelet");
    assertThat(bom.getDependencies().get(0).getDependencies()).hasSize(8);
  }

  @Test
  void theManifestCoversItAndTheSameInputsGiveTheSame() throws Exception {
    Made made = made(Optional.empty());
    assertThat(made.manifest().files())
        .filteredOn(f -> f.path().equals("sbom.cdx.json"))
        .extracting(FileEntry::digest)
        .containsExactly(Digest.ofBytes(made.sbom()));
    assertThat(made(Optional.empty()).sbom()).isEqualTo(made.sbom());
    Made timed = made(Optional.of(Instant.ofEpochSecond(1_735_689_601, 5)));
    assertThat(new JsonParser().validate(timed.sbom(), Version.VERSION_16)).isEmpty();
    assertThat(timed.text()).contains("\"timestamp\" : \"2025-01-01T00:00:01Z\"");
    Files.writeString(dir.resolve("charts/charts.yaml"), "charts: []\n");
    String other = made(Optional.empty()).text();
    assertThat(other.lines().filter(l -> l.contains("urn:uuid")).toList())
        .isNotEmpty()
        .doesNotContainAnyElementsOf(
            made.text().lines().filter(l -> l.contains("urn:uuid")).toList());
  }
}
