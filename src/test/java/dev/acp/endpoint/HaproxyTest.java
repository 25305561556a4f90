package dev.acp.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import dev.acp.check.Ports;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.value.IpAddress;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HaproxyTest {
  private static ClusterSpec cluster() throws IOException {
    return Clusters.whole(
            Files.readString(Path.of("samples/clusters/three-control-planes-vip.yaml"))
                .replace("vrid: 51", "vrid: 51, haproxy: true"),
            Flags.none(),
            Optional.empty())
        .withKubernetesVersion(Version.of("v1.20.2"));
  }

  @Test
  void configurationAndPodAreAsRecorded() throws IOException {
    String config = Haproxy.config(cluster());
    GoldenFile.check("endpoint/haproxy.cfg", config);
    GoldenFile.check(
        "endpoint/haproxy.yaml",
        Haproxy.pod("registry.acp.internal:11443/platform/haproxy:2.6.12", config));
  }

  @Test
  void theSettingAndThePatchAreOfTheAddressesFamily() throws IOException {
    assertThat(Haproxy.kernelSetting(IpAddress.of("10.0.0.1")))
        .isEqualTo("net.ipv4.ip_nonlocal_bind");
    assertThat(Haproxy.kernelSetting(IpAddress.of("fd00::1")))
        .isEqualTo("net.ipv6.ip_nonlocal_bind");
    assertThat(Haproxy.apiServerPatch(cluster().controlPlanes().get(1)))
        .isEqualTo(
            "[{\"op\": \"add\", \"path\": \"/spec/containers/0/command/-\", \"value\":"
                + " \"--bind-address=10.0.0.12\"}]\n");
  }

  @Test
  void itsOwnPortIsAmongThosePortsThatAreLookedAtWhereItIsWantedOnly() throws IOException {
    ClusterSpec with = cluster();
    ClusterSpec without =
        Clusters.whole(
                Files.readString(Path.of("samples/clusters/three-control-planes-vip.yaml")),
                Flags.none(),
                Optional.empty())
            .withKubernetesVersion(Version.of("v1.20.2"));
    Ports.Port port =
        Ports.load().all().stream()
            .filter(p -> p.number() == Haproxy.CHECK_PORT)
            .findFirst()
            .orElseThrow();
    assertThat(port.reached()).isFalse();
    assertThat(port.isFor(with, with.controlPlanes().get(0))).isTrue();
    assertThat(port.isFor(with, with.workers().get(0))).isFalse();
    assertThat(port.isFor(without, without.controlPlanes().get(0))).isFalse();
  }
}
