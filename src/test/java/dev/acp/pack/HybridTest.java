package dev.acp.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.bundle.FileEntry;
import dev.acp.bundle.Manifest;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problem;
import dev.acp.oci.Layouts;
import dev.acp.oci.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two specs, for amd64 and for arm64, as one package. */
class HybridTest {
  @TempDir Path dir;
  private Path amd64;
  private Path arm64;

  @BeforeEach
  void specs() throws IOException {
    amd64 = tool(Specs.make(dir.resolve("amd64")));
    arm64 = tool(Specs.make(dir.resolve("arm64")));
    change(arm64, "arch: amd64", "arch: arm64");
    Files.writeString(dir.resolve("arm64/kubernetes/v1.20.2/kubelet"), "ELF for arm64\n");
    Files.writeString(dir.resolve("arm64/tool/runtime/arm64/java"), "ELF for arm64\n");
    Files.delete(dir.resolve("arm64/tool/runtime/amd64/java"));
    images("arm64").image("platform/pause:3.9", new byte[4000]).write();
  }

  private Path tool(Path spec) throws IOException {
    for (String arch : List.of("amd64", "arm64")) {
      Files.createDirectories(spec.resolveSibling("tool/runtime/" + arch));
    }
    Files.writeString(spec.resolveSibling("tool/setup.sh"), "#!/bin/sh\n");
    Files.writeString(spec.resolveSibling("tool/runtime/amd64/java"), "ELF\n");
    Files.writeString(spec, Files.readString(spec) + "tool: [{from: tool}]\n");
    return spec;
  }

  private Layouts images(String arch) throws IOException {
    return new Layouts(dir.resolve(arch + "/images")).arch(arch, "");
  }

  private static void change(Path file, String from, String to) throws IOException {
    assertThat(Files.readString(file)).contains(from);
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  private Manifest plan(Path... specs) {
    try (Scratch scratch = new Scratch(dir.resolve(".scratch"))) {
      return PackagePlan.of(
              java.util.Arrays.stream(specs)
                  .map(s -> SpecReader.read(s, Optional.empty()))
                  .toList(),
              Specs.maker(scratch))
          .manifest();
    }
  }

  private String problems() {
    try {
      plan(amd64, arm64);
      return "";
    } catch (InvalidInput e) {
      return String.join("\n", e.problems().stream().map(Problem::toString).toList());
    }
  }

  @Test
  void whatBelongsToAnArchitectureStandsSideBySide() {
    Manifest manifest = plan(amd64, arm64);
    assertThat(manifest.arch()).isEqualTo("hybrid");
    assertThat(manifest.files())
        .extracting(FileEntry::path)
        .contains(
            "binaries/amd64/kubernetes/v1.20.2/kubelet",
            "binaries/arm64/kubernetes/v1.20.2/kubelet",
            "packages/debian-12-amd64/packages.yaml",
            "packages/debian-12-arm64/packages.yaml",
            "runtime/amd64/java",
            "runtime/arm64/java",
            "setup.sh",
            "network/hostgw/mode.yaml");
    assertThat(manifest.components()).hasSize(2);
    assertThat(manifest.packages()).hasSize(2);
    assertThat(manifest.kubernetes()).hasSize(1);
    assertThat(manifest.images()).hasSize(1);
    // the index, two manifests, two configurations, two layers
    assertThat(manifest.files()).filteredOn(f -> f.path().startsWith("images/blobs/")).hasSize(7);
    assertThat(plan(arm64, amd64).text()).isEqualTo(manifest.text());
  }

  @Test
  void whateverElseDiffersIsNamed() throws IOException {
    change(arm64, "version: 0.1.0", "version: 0.1.1");
    change(arm64, "product: acp-sample", "product: other");
    change(arm64, "because: \"the", "because: \"not the");
    change(dir.resolve("arm64/network/hostgw/ds.yaml"), "image:", "img:");
    Files.writeString(dir.resolve("arm64/charts/more.yaml"), "a: b\n");
    Files.delete(dir.resolve("arm64/res/overrides.yaml"));
    Files.writeString(dir.resolve("arm64/res/limits.yaml"), "a: b\n");
    assertThat(problems())
        .contains("arm64/spec.yaml: the version is 0.1.1", "amd64/spec.yaml has 0.1.0")
        .contains("the product is other")
        .contains("acp is v0.1.0 not the first")
        .contains("amd64/network/hostgw/ds.yaml and ", "arm64/network/hostgw/ds.yaml differ")
        .contains("amd64/spec.yaml: charts/more.yaml is missing")
        .contains("arm64/spec.yaml: res/overrides.yaml is missing")
        .contains("amd64/spec.yaml: res/limits.yaml is missing");
  }

  @Test
  void anImageOfOneArchitectureOnlyIsNamed() throws IOException {
    images("arm64")
        .image("platform/pause:3.9", new byte[4000])
        .image("platform/more:1", new byte[1])
        .write();
    assertThat(problems())
        .contains("platform/more:1 is not for linux/amd64 (it is for linux/arm64 and comes from ");
    new Layouts(dir.resolve("arm64/images")).image("platform/pause:3.9", new byte[4000]).write();
    assertThat(problems()).contains("platform/pause:3.9 for linux/amd64 is in ");
  }
}
