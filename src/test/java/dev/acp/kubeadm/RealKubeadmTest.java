package dev.acp.kubeadm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.RealPrograms;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.PkiFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets kubeadm 1.20.2 read what was written for it, where the cache has one (recipe.md). */
class RealKubeadmTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/kubeadm");
  @TempDir Path temp;
  private Path kubeadm;

  @BeforeEach
  void find() throws IOException {
    kubeadm = RealPrograms.need("kubernetes", "bin/kubeadm");
  }

  private String run(String... args) throws Exception {
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of(kubeadm.toString()), Stream.of(args)).toList())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String out;
    try (InputStream in = process.getInputStream()) {
      out = new String(in.readAllBytes(), UTF_8);
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }

  /** Strict decoding only warns (strict.go), so a warning is a failure here. */
  @ParameterizedTest
  @ValueSource(strings = {"v1.20.2-init", "v1.20.2-init-lab", "v1.20.2-init-dual"})
  void initIsTakenWithoutAWarning(String name) throws Exception {
    String file = GOLDEN.resolve(name + ".yaml").toString();
    assertThat(run("config", "images", "list", "--config", file))
        .contains("registry.acp.internal:11443/platform/etcd:3.4.23")
        .doesNotContain("strict.go", "unknown field", "W1", "W0");
    String bad = Files.readString(Path.of(file)).replace("clusterName:", "clusterNam:");
    Path wrong = Files.writeString(temp.resolve("bad.yaml"), bad);
    assertThat(run("config", "images", "list", "--config", wrong.toString()))
        .contains("unknown field \"clusterNam\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.20.2-join-worker", "v1.20.2-join-control-plane"})
  void joinIsTakenWithoutAWarning(String name) throws Exception {
    Path out = temp.resolve("out.yaml");
    // kubeadm looks whether the discovery file is there, and on this machine it stands elsewhere
    Path discovery = Files.writeString(temp.resolve("discovery.conf"), "{}");
    String file =
        Files.writeString(
                temp.resolve("join.yaml"),
                Files.readString(GOLDEN.resolve(name + ".yaml"))
                    .replace(KubeadmConfig.DISCOVERY, discovery.toString()))
            .toString();
    assertThat(run("config", "migrate", "--old-config", file, "--new-config", out.toString()))
        .isEmpty();
    assertThat(Files.readString(out)).contains("kind: JoinConfiguration", "timeout: 5m0s");
  }

  @Test
  void kubeadmUsesOurAuthoritiesAndIssuesFromThem() throws Exception {
    ClusterPki pki =
        ClusterPki.loadOrCreate(
            temp.resolve("home"),
            Clock.systemUTC(),
            new SecureRandom(),
            new ClusterPki.Wanted(Map.of(), List.of()));
    Path target = temp.resolve("pki");
    for (PkiFile file : pki.controlPlaneFiles()) {
      Path path = target.resolve(file.name());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.content().reveal());
    }
    Path config = temp.resolve("init.yaml");
    Files.writeString(
        config,
        Files.readString(GOLDEN.resolve("v1.20.2-init.yaml"))
            .replace("\"/etc/kubernetes/pki\"", '"' + target.toString() + '"'));
    assertThat(run("init", "phase", "certs", "all", "--config", config.toString()))
        .contains("Using existing ca certificate authority")
        .contains("Using existing front-proxy-ca certificate authority")
        .contains("Using existing etcd/ca certificate authority")
        .contains("Using the existing \"sa\" key")
        .contains("apiserver serving cert is signed for DNS names")
        .contains("10.0.0.100");
    assertThat(target.resolve("apiserver-etcd-client.crt")).exists();
  }
}
