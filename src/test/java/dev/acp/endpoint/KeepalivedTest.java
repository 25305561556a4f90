package dev.acp.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeepalivedTest {
  private static ClusterSpec cluster(int controlPlanes) {
    StringBuilder nodes = new StringBuilder();
    for (int i = 1; i <= controlPlanes; i++) {
      nodes.append("    - {addresses: [10.0.0.1").append(i).append("], role: control-plane}\n");
    }
    return Clusters.whole(
        """
        apiVersion: acp.dev/v1
        kind: GlobalCluster
        metadata: {name: global}
        spec:
          endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}
          network: {mode: calico, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
          platform: {address: 10.0.0.100}
          ssh: {user: root, keyFile: /k}
          nodes:
        """
            + nodes,
        Flags.none(),
        Optional.of(Clusters.OFFER));
  }

  @Test
  void configurationAndPodAreAsRecorded() throws IOException {
    ClusterSpec spec = cluster(3);
    String config = Keepalived.config(spec, spec.controlPlanes().get(1), "eth0");
    GoldenFile.check("endpoint/keepalived.conf", config);
    GoldenFile.check(
        "endpoint/keepalived.yaml",
        Keepalived.pod("registry.acp.internal:11443/platform/keepalived:2.2.7", config));
  }

  /** A virtual address of the second family: the peers are called by theirs of that family. */
  @Test
  void anIPv6AddressIsOneOfAnInstanceOfItsOwnFamily() throws IOException {
    ClusterSpec spec =
        Clusters.whole(
            Files.readString(Path.of("samples/clusters/dual-stack.yaml"))
                .replace("address: 10.0.0.100", "address: 'fd00::100'"),
            Flags.none(),
            Optional.empty());
    GoldenFile.check(
        "endpoint/keepalived-v6.conf",
        Keepalived.config(spec, spec.controlPlanes().get(1), "eth0"));
  }

  private static int number(String config, String word) {
    Matcher m = Pattern.compile(word + " (-?\\d+)").matcher(config);
    assertThat(m.find()).as(word).isTrue();
    return Integer.parseInt(m.group(1));
  }

  @Test
  void whoCannotServeIsBehindEverybodyWhoCanAndSomebodyIsAlwaysFirst() {
    ClusterSpec spec = cluster(5);
    List<String> configs =
        spec.controlPlanes().stream().map(n -> Keepalived.config(spec, n, "eth0")).toList();
    List<Integer> able = configs.stream().map(c -> number(c, "priority")).toList();
    List<Integer> unable =
        IntStream.range(0, 5)
            .mapToObj(i -> able.get(i) + number(configs.get(i), "weight"))
            .toList();
    assertThat(able).doesNotHaveDuplicates().allMatch(p -> p <= 254);
    assertThat(unable).doesNotHaveDuplicates().allMatch(p -> p >= 1);
    int lowestAble = able.stream().min(Integer::compare).orElseThrow();
    assertThat(unable).allMatch(p -> p < lowestAble);
  }

  @Test
  void everyOtherControlPlaneIsAPeerAndNoneIsLeftToMulticast() {
    ClusterSpec spec = cluster(3);
    String config = Keepalived.config(spec, spec.controlPlanes().get(0), "eth0");
    assertThat(config)
        .contains("unicast_src_ip 10.0.0.11\n", "    10.0.0.12\n    10.0.0.13\n")
        .doesNotContain("nopreempt", "    10.0.0.11\n");
  }
}
