package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private static final Digest DIGEST = Digest.ofText("x");

  private static Templates templates(String network) {
    ClusterSpec spec =
        Clusters.whole(
            """
            apiVersion: acp.dev/v1
            kind: GlobalCluster
            metadata: {name: global}
            spec:
              kubernetes: {version: v1.31.4}
              endpoint: {address: 10.0.0.11}
              network: {mode: hostgw, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]NETWORK}
              platform: {address: 10.0.0.11}
              ssh: {user: root, keyFile: /k}
              nodes:
                - {addresses: [10.0.0.11], role: control-plane}
            """
                .replace("NETWORK", network),
            Flags.none(),
            Optional.empty());
    return new Templates(
        spec, "cluster.local", "registry.acp.internal:11443", Map.of("platform/dns:0.1.0", DIGEST));
  }

  private static String filled(String text) {
    return templates(", nic: eth1, nodeMask: [25]").fill("m.yaml", text);
  }

  private static AcpException refused(String text) {
    AcpException e = catchThrowableOfType(AcpException.class, () -> filled(text));
    assertThat(e.fault().code()).isEqualTo(FaultCode.BUNDLE_INVALID);
    return e;
  }

  @Test
  void everyPlaceholderIsFilledIn() {
    assertThat(filled("{{clusterDns}}")).isEqualTo("10.4.0.10");
    assertThat(filled("{{clusterDomain}}")).isEqualTo("cluster.local");
    assertThat(filled("{{podCidr}}")).isEqualTo("10.3.0.0/16");
    assertThat(filled("{{serviceCidr}}")).isEqualTo("10.4.0.0/16");
    assertThat(filled("{{nodeMask}}")).isEqualTo("25");
    assertThat(filled("{{nic}}")).isEqualTo("eth1");
    assertThat(filled("{{image:platform/dns:0.1.0}}"))
        .isEqualTo("registry.acp.internal:11443/platform/dns@" + DIGEST.oci());
    assertThat(templates("").fill("m.yaml", "[{{nic}}]")).isEqualTo("[]");
  }

  @Test
  void everythingElseStaysAsItIs() {
    String text = "a: {b: $1 \\n, c: {}}\n# { {nic} } and ${nic} and {nic}\n";
    assertThat(filled(text)).isEqualTo(text);
    assertThat(filled("a {{nic}} b {{nic}}\n")).isEqualTo("a eth1 b eth1\n");
  }

  @Test
  void anUnknownPlaceholderIsAFaultOfTheBundleThatNamesIt() {
    assertThat(refused("x: {{podCIDR}}").fault().what()).contains("m.yaml", "{{podCIDR}}");
    assertThat(refused("x: {{ nic }}").fault().what()).contains("{{ nic }}");
  }

  @Test
  void anImageThatTheBundleLacksIsNamed() {
    assertThat(refused("{{image:platform/dns:0.2.0}}").fault().what())
        .isEqualTo(
            "m.yaml of the bundle names the image platform/dns:0.2.0, which the bundle lacks.");
    assertThat(refused("{{image:}}").fault().what()).contains("m.yaml");
  }
}
