package dev.acp.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.RealPrograms;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets a real containerd read the configuration, where scripts/ has fetched one into the cache. */
class RealContainerdTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"v1.4.13", "v1.6.20"})
  void aRealContainerdUnderstandsEachSetting(String version) throws Exception {
    Path containerd = RealPrograms.need("sample", "containerd/1.6.20/containerd");
    Path file = temp.resolve("config.toml");
    Files.writeString(file, ContainerdConfig.toml(ContainerdConfigTest.input(version)));
    Process process =
        new ProcessBuilder(List.of(containerd.toString(), "-c", file.toString(), "config", "dump"))
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
