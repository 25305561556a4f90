package dev.acp.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.bundle.FileEntry;
import dev.acp.fault.Fault;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problem;
import dev.acp.oci.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** acp itself in a package: the spec's list "tool". */
class ToolTest {
  private static final String HEAD =
      """
      apiVersion: acp.dev/v1
      kind: PackageSpec
      product: p
      version: 1.0.0
      arch: ARCH
      acp: {atLeast: 0.1.0}
      """;

  @TempDir Path dir;

  @BeforeEach
  void trees() throws IOException {
    for (String arch : List.of("amd64", "arm64")) {
      program(arch + "/bin/acp", "#!/bin/sh\n");
      program(arch + "/setup.sh", "#!/bin/sh\n");
      program(arch + "/runtime/" + arch + "/bin/java", "ELF " + arch);
      plain(arch + "/runtime/" + arch + "/lib/modules", "modules " + arch);
    }
  }

  private void plain(String path, String text) throws IOException {
    Path file = dir.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  private void program(String path, String text) throws IOException {
    plain(path, text);
    Files.setPosixFilePermissions(dir.resolve(path), PosixFilePermissions.fromString("rwx------"));
  }

  private Map<String, Integer> plan(String arch, String more) {
    String text = HEAD.replace("ARCH", arch) + more;
    PackageSpec spec = SpecReader.parse(text.getBytes(StandardCharsets.UTF_8), "s.yaml", dir);
    try (Scratch scratch = new Scratch(dir.resolve(".scratch"))) {
      return PackagePlan.of(List.of(spec), Specs.maker(scratch)).manifest().files().stream()
          .collect(Collectors.toMap(FileEntry::path, FileEntry::mode));
    }
  }

  private List<String> problems(String arch, String more) {
    try {
      plan(arch, more);
      return List.of();
    } catch (InvalidInput e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  @Test
  void theTreeLiesAtTheTopWithItsModes() {
    assertThat(plan("amd64", "tool: [{from: amd64}]\n"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "bin/acp",
                0755,
                "setup.sh",
                0755,
                "runtime/amd64/bin/java",
                0755,
                "runtime/amd64/lib/modules",
                0644,
                "res/own.sh",
                0755,
                "sbom.cdx.json",
                0644));
  }

  @Test
  void treesOfTwoArchitecturesShareWhatIsEqual() {
    assertThat(plan("hybrid", "tool: [{arch: amd64, from: amd64}, {arch: arm64, from: arm64}]\n"))
        .hasSize(8)
        .containsKeys("runtime/amd64/bin/java", "runtime/arm64/bin/java", "bin/acp");
  }

  @Test
  void whatDiffersUnderOneNameIsAnErrorThatNamesBoth() throws IOException {
    plain("arm64/setup.sh", "#!/bin/sh\n");
    program("arm64/bin/acp", "#!/bin/bash\n");
    assertThat(
            problems("hybrid", "tool: [{arch: amd64, from: amd64}, {arch: arm64, from: arm64}]\n"))
        .hasSize(2)
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains("amd64/bin/acp and ", "arm64/bin/acp differ, but both", "s.yaml:7"))
        .anySatisfy(p -> assertThat(p).contains("amd64/setup.sh and ", "who may execute"));
  }

  @Test
  void otherPathsOfTheBundleAreNotOverlaid() throws IOException {
    plain("amd64/res/own.sh", "other");
    plain("amd64/manifest.yaml", "x");
    plain("amd64/charts", "a file");
    plain("c/charts.yaml", "charts: []\n");
    plain("amd64/BIN/x", "x");
    assertThat(problems("amd64", "tool: [{from: amd64}]\ncharts: {from: c}\n"))
        .hasSize(4)
        .anySatisfy(p -> assertThat(p).contains("amd64/res/own.sh", "acp's own res/own.sh"))
        .anySatisfy(p -> assertThat(p).contains("manifest.yaml, which acp writes itself"))
        .anySatisfy(p -> assertThat(p).contains("amd64/charts, and a folder", "c/charts.yaml"))
        .anySatisfy(p -> assertThat(p).contains("differ by case only"));
  }

  @Test
  void anArchitectureIsToldOnceAndIsThePackages() {
    assertThatThrownBy(() -> plan("amd64", "tool: [{arch: arm64, from: arm64}]\n"))
        .isInstanceOfSatisfying(
            InvalidInput.class, e -> assertThat(text(e.fault())).contains("arm64", "amd64"));
    assertThat(
            problems("hybrid", "tool: [{arch: amd64, from: amd64}, {arch: amd64, from: arm64}]\n"))
        .anySatisfy(p -> assertThat(p).contains("the tool for amd64 is there twice"));
    assertThat(problems("hybrid", "tool: [{from: amd64}]\n"))
        .anySatisfy(p -> assertThat(p).contains("arch is missing"));
    assertThat(problems("amd64", "tool: [{from: nowhere}]\n"))
        .anySatisfy(p -> assertThat(p).contains("s.yaml:7", "does not exist"));
  }

  private static String text(Fault fault) {
    return String.join("\n", fault.evidence());
  }
}
