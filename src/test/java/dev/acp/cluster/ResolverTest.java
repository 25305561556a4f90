package dev.acp.cluster;

import static dev.acp.cluster.Clusters.ONE_NODE;
import static dev.acp.cluster.Clusters.THREE;
import static dev.acp.cluster.Clusters.problems;
import static dev.acp.cluster.Clusters.resolve;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.cluster.ClusterSpec.Ssh.Become;
import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("StringConcatToTextBlock") // lines count here
class ResolverTest {
  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("samples/clusters"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleResolvesAndItsResolvedFormIsTheSameCluster(Path sample) throws IOException {
    ClusterSpec spec =
        Clusters.whole(Files.readString(sample), Flags.none(), Optional.of(Clusters.OFFER));
    String written = ResolvedFile.write(spec);
    ClusterSpec again = Clusters.whole(written, Flags.none(), Optional.of(Clusters.OFFER));
    assertThat(ResolvedFile.write(again)).isEqualTo(written);
    assertThat(withoutLines(again)).isEqualTo(withoutLines(spec));
    assertThat(ResolvedFile.differences(ResolvedFile.read("kept", written.getBytes(UTF_8)), spec))
        .isEmpty();
  }

  private static String withoutLines(ClusterSpec spec) {
    return spec.toString().replaceAll("line=\\d+", "line");
  }

  @Test
  void fiveMistakesAreToldAtOnceEachWithItsLine() {
    String spec =
        "  network: {podCidr: [10.3.0.0/16], serviceCidr: [10.3.128.0/17], kubeProxyMod: ipvs}\n"
            + "  endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 256}}\n"
            + "  platform: {httpsPort: https}\n"
            + "  nodes:\n"
            + "    - {addresses: [10.0.0.11], role: control-plane}\n"
            + "    - {addresses: [10.0.0.11], role: worker}\n";
    InvalidInput e = catchThrowableOfType(InvalidInput.class, () -> resolve(spec));
    assertThat(e.exit()).isEqualTo(Exit.USAGE);
    assertThat(e.fault().code()).isEqualTo(FaultCode.CLUSTER_FILE_INVALID);
    assertThat(e.problems().stream().map(Object::toString))
        .containsExactly(
            "c.yaml:5: unknown field \"spec.network.kubeProxyMod\" (did you mean kubeProxyMode?)",
            "c.yaml:5: spec.network.serviceCidr 10.3.128.0/17 overlaps"
                + " spec.network.podCidr 10.3.0.0/16 (ranges apart)",
            "c.yaml:6: spec.endpoint.selfBuiltVip.vrid is \"256\""
                + " (a whole number from 1 to 255)",
            "c.yaml:7: spec.platform.httpsPort is \"https\" (a whole number from 1 to 65535)",
            "c.yaml:10: the node address 10.0.0.11 stands in line 9 as well (each address once)");
  }

  @Test
  void theLeastFileHasEveryDefault() {
    ClusterSpec spec = resolve(ONE_NODE);
    NodeSpec node = spec.nodes().get(0);
    assertThat(spec.name()).isEqualTo("global");
    assertThat(spec.kubernetes().version()).isEqualTo(Version.of("v1.31.4"));
    assertThat(spec.endpoint().hostPort()).isEqualTo("10.0.0.11:6443");
    assertThat(spec.platform().address()).isEqualTo("10.0.0.11");
    assertThat(spec.network().mode()).isEqualTo("kube-ovn");
    assertThat(spec.network().podCidrs()).hasToString("[10.3.0.0/16]");
    assertThat(spec.network().clusterDns()).hasToString("10.4.0.10");
    assertThat(spec.network().nodeMasks()).containsExactly(24);
    assertThat(node.name()).isEqualTo(NodeName.of("10.0.0.11"));
    assertThat(node.deployable()).isFalse();
    assertThat(node.ssh().user()).isEqualTo("root");
    assertThat(node.ssh().become()).isEqualTo(Become.NONE);
  }

  @Test
  void aFlagWinsOverTheFileAndTheFileOverTheDefault() {
    String file = "  network: {mode: kube-ovn}\n" + ONE_NODE;
    Flags flags = new Flags(Optional.of("calico"), Optional.empty());
    ClusterSpec spec = resolve(file, flags, Optional.of(Clusters.OFFER));
    assertThat(spec.network().mode()).isEqualTo("calico");
    assertThat(spec.network().joinCidrs()).isEmpty();
    assertThat(
            problems(
                ONE_NODE,
                new Flags(Optional.of("flannel"), Optional.of("v4")),
                Optional.of(Clusters.OFFER)))
        .containsExactly(
            "c.yaml: --network-mode is flannel, which the bundle does not carry"
                + " (it carries kube-ovn, calico)",
            "c.yaml: --ip-family is v4 (ipv4, ipv6 or dual)");
  }

  @Test
  void withoutABundleNoVersionIsGuessed() {
    ClusterSpec spec = resolve(ONE_NODE, Flags.none(), Optional.empty());
    assertThat(spec.kubernetes().knownVersion()).isEmpty();
    assertThat(spec.withKubernetesVersion(Version.of("v1.28.4")).kubernetes().version())
        .isEqualTo(Version.of("v1.28.4"));
  }

  @Test
  void aVersionThatTheBundleLacksIsRefusedWithTheOnesItHas() {
    assertThat(problems("  kubernetes: {version: 1.30.1}\n" + ONE_NODE))
        .containsExactly(
            "c.yaml:5: spec.kubernetes.version is v1.30.1, which the bundle does not carry"
                + " (it carries v1.28.4, v1.31.4, v1.20.2)");
  }

  @Test
  void aPasswordInTheWrongPlaceIsNotShown() {
    List<String> problems = problems("  ssh: {passwordFrom: hunter2}\n" + ONE_NODE);
    assertThat(problems)
        .containsExactly(
            "c.yaml:5: spec.ssh.passwordFrom does not say where the secret comes from"
                + " (prompt, env:NAME or file:PATH)");
  }

  @Test
  void aNodeOverridesHowItIsReached() {
    ClusterSpec spec =
        resolve(
            "  ssh: {user: ops, keyFile: ~/.ssh/id, becomePasswordFrom: file:~/pw}\n"
                + "  nodes:\n"
                + "    - {addresses: [10.0.0.11], role: control-plane}\n"
                + "    - addresses: [10.0.0.21]\n"
                + "      role: worker\n"
                + "      ssh: {user: root, address: gate.example.com, port: 2222,"
                + " jump: me@10.9.9.9, socks5: 10.9.9.8:1081}\n");
    NodeSpec first = spec.node(NodeName.of("10.0.0.11"));
    NodeSpec second = spec.node(NodeName.of("10.0.0.21"));
    assertThat(first.ssh().keyFile()).contains(Path.of("/home/ops/.ssh/id"));
    assertThat(first.ssh().become()).isEqualTo(Become.SUDO);
    assertThat(first.ssh().becomePassword())
        .contains(new SecretSource.SecretFile(Path.of("/home/ops/pw")));
    assertThat(second.ssh().become()).isEqualTo(Become.NONE);
    assertThat(second.ssh().becomePassword()).isEmpty();
    assertThat(second.ssh().address()).isEqualTo("gate.example.com");
    assertThat(second.ssh().jump()).hasToString("Optional[me@10.9.9.9:22]");
    assertThat(second.ssh().socks5()).hasToString("Optional[10.9.9.8:1081]");
    assertThat(second.line()).isEqualTo(8);
  }

  @Test
  void anIpv6ClusterNeedsHostnamesAndADomainName() {
    String six =
        "  network: {ipFamily: ipv6}\n"
            + "  nodes:\n    - {addresses: [\"fd00::11\"], role: control-plane}\n";
    assertThat(problems(six))
        .containsExactly(
            "c.yaml:5: spec.platform.address is fd00::11 (the cluster's own, since none is"
                + " written), but access over IPv6 needs a name (a domain name)",
            "c.yaml:7: spec.nodeName is ip, but fd00::11 is an IPv6 address and no name of a node"
                + " can hold a colon (nodeName: hostname)");
    ClusterSpec spec =
        resolve("  nodeName: hostname\n  platform: {address: acp.example.com}\n" + six);
    assertThat(spec.network().ipFamily()).isEqualTo(IpFamily.IPV6);
    assertThat(spec.endpoint().hostPort()).isEqualTo("[fd00::11]:6443");
    assertThat(spec.network().serviceCidrs()).hasToString("[fd00:10:4::/112]");
  }

  @Test
  void whatMayNotChangeIsNamedAndNodesMayChange() {
    ClusterSpec one = resolve("  endpoint: {address: 10.0.0.11}\n" + ONE_NODE);
    ClusterSpec more =
        resolve(
            "  endpoint: {address: 10.0.0.11}\n  ssh: {port: 2222}\n"
                + ONE_NODE
                + "    - {addresses: [10.0.0.21], role: worker}\n");
    ClusterSpec other =
        resolve(
            "  endpoint: {address: 10.0.0.11}\n  network: {podCidr: [10.5.0.0/16]}\n" + ONE_NODE);
    byte[] kept = ResolvedFile.write(one).getBytes(UTF_8);
    assertThat(ResolvedFile.differences(ResolvedFile.read("kept", kept), more)).isEmpty();
    assertThat(ResolvedFile.differences(ResolvedFile.read("kept", kept), other))
        .containsExactly("spec.network.podCidr: was [10.3.0.0/16], is now [10.5.0.0/16]");
  }

  @Test
  void whatIsNoMappingAtAllIsRefusedAtOnce() {
    InvalidInput e =
        catchThrowableOfType(
            InvalidInput.class, () -> ClusterFile.read("c.yaml", new byte[] {'-', ' ', 'a'}));
    assertThat(e.exit()).isEqualTo(Exit.USAGE);
    assertThat(problems(THREE)).hasSize(1).first().asString().contains("address is missing");
  }
}
