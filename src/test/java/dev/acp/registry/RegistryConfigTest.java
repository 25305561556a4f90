package dev.acp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.file.Res;
import dev.acp.value.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryConfigTest {
  private static final Secret SECRET = Secret.of("0123456789abcdef");

  private static ClusterSpec sample(String name) throws IOException {
    String text = Files.readString(Path.of("samples/clusters/" + name + ".yaml"));
    return Clusters.whole(text, Flags.none(), Optional.empty());
  }

  @Test
  void theConfigurationIsAsRecorded() throws IOException {
    ClusterSpec one = sample("single-node");
    ClusterSpec vip = sample("three-control-planes-vip");
    GoldenFile.check(
        "registry/single-node.yml", RegistryConfig.write(one, one.nodes().get(0), SECRET));
    GoldenFile.check("registry/vip.yml", RegistryConfig.write(vip, vip.nodes().get(1), SECRET));
  }

  @Test
  void aNodePullsFromItsOwnThenTheVipThenTheOthers() throws IOException {
    ClusterSpec vip = sample("three-control-planes-vip");
    assertThat(RegistryNames.mirrors(vip, vip.nodes().get(1)))
        .containsExactly(
            "https://10.0.0.12:11443",
            "https://10.0.0.100:11443",
            "https://10.0.0.11:11443",
            "https://10.0.0.13:11443");
    assertThat(RegistryNames.mirrors(vip, vip.nodes().get(3))).first().asString().contains(".100:");
    ClusterSpec external = sample("external-registry");
    assertThat(RegistryNames.mirrors(external, external.nodes().get(0)))
        .containsExactly("https://registry.example.com:5000");
    assertThat(RegistryNames.imageRepository(external))
        .isEqualTo("registry.example.com:5000/platform");
    assertThat(RegistryNames.imageRepository(vip))
        .isEqualTo("registry.acp.internal:11443/platform");
  }

  @Test
  void theUnitStartsTheRegistryBeforeTheKubeletAndMayWriteToItsStoreOnly() {
    assertThat(Res.text("units/" + RegistryConfig.UNIT))
        .contains("Before=kubelet.service", "StateDirectory=acp-registry", "ProtectSystem=strict")
        .contains(RegistryConfig.FILE);
    assertThat(RegistryConfig.STORAGE).isEqualTo("/var/lib/acp-registry");
  }
}
