package dev.acp.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets a real containerd read the configuration, where scripts/ has fetched one into the cache. */
class RealContainerdTest {
  @TempDir Path temp;

  private static Optional<Path> containerd() throws IOException {
    String moved = System.getenv("ACP_CACHE");
    Path cache =
        moved == null ? Path.of(System.getProperty("user.home"), ".cache/acp") : Path.of(moved);
    if (!Files.isDirectory(cache.resolve("sample"))) {
      return Optional.empty();
    }
    try (Stream<Path> found = Files.list(cache.resolve("sample"))) {
      return found
          .filter(p -> !p.toString().endsWith(".partial"))
          .map(p -> p.resolve("containerd/1.6.20/containerd"))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.4.13", "v1.6.20"})
  void aRealContainerdUnderstandsEachSetting(String version) throws Exception {
    Optional<Path> containerd = containerd();
    assumeThat(containerd).isPresent();
    Path file = temp.resolve("config.toml");
    Files.writeString(file, ContainerdConfig.toml(ContainerdConfigTest.input(version)));
    Process process =
        new ProcessBuilder(
                List.of(containerd.get().toString(), "-c", file.toString(), "config", "dump"))
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String out;
    try (InputStream in = process.getInputStream()) {
      out = new String(in.readAllBytes(), UTF_8);
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    assertThat(out)
        .contains(
            "root = \"/var/lib/containerd\"",
            "sandbox_image = \"registry.acp.internal:11443/platform/pause:3.9\"",
            "SystemdCgroup = true",
            "bin_dir = \"/opt/cni/bin\"");
    if (version.startsWith("v1.4")) {
      assertThat(out)
          .contains("registry.mirrors.\"registry.acp.internal:11443\"]")
          .contains("registry.configs.\"[fd00::100]:11443\".tls]")
          .contains("ca_file = \"/etc/containerd/acp/ca.crt\"");
    } else {
      assertThat(out).contains("config_path = \"/etc/containerd/certs.d\"");
    }
  }
}
