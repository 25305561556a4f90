package dev.acp.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.fault.AcpException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BareNodesTest {
  private static final Path HOME = Path.of("/home/ops");
  private static final BareNodes.Login ROOT =
      new BareNodes.Login(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static ClusterSpec spec(List<String> addresses, BareNodes.Login login, Flags flags) {
    return BareNodes.of(addresses, login, flags, Optional.empty(), HOME);
  }

  @Test
  void anyNumberOfMachinesAreControlPlanesWithTheFilesDefaults() {
    ClusterSpec two = spec(List.of("192.168.7.1", "192.168.7.2"), ROOT, Flags.none());
    assertThat(two.controlPlanes()).hasSize(2);
    assertThat(two.network().mode()).isEqualTo("kube-ovn");
    assertThat(two.capacity()).isEqualTo("single-cluster");
    assertThat(two.nodes()).allMatch(n -> n.ssh().user().equals("root") && n.ssh().port() == 22);
    assertThat(spec(List.of("192.168.7.1"), ROOT, Flags.none()).capacity())
        .isEqualTo("single-node");
  }

  @Test
  void theWayThereIsAsACopyOfTheFilesSsh() {
    BareNodes.Login login =
        new BareNodes.Login(
            Optional.of("ops"),
            Optional.of(2222),
            Optional.of("~/.ssh/a 'b'"),
            Optional.of("env:SECRET"));
    NodeSpec node = spec(List.of("192.168.7.1"), login, Flags.none()).nodes().get(0);
    assertThat(node.ssh().user()).isEqualTo("ops");
    assertThat(node.ssh().port()).isEqualTo(2222);
    assertThat(node.ssh().keyFile()).contains(HOME.resolve(".ssh/a 'b'"));
    assertThat(node.ssh().password()).contains(new ClusterSpec.SecretSource.Env("SECRET"));
  }

  @Test
  void flagsWinAndIpv6Works() {
    ClusterSpec six =
        spec(
            List.of("fd00::1", "fd00::2"),
            ROOT,
            new Flags(Optional.of("calico"), Optional.of("ipv6")));
    assertThat(six.network().mode()).isEqualTo("calico");
    assertThat(six.network().ipFamily()).isEqualTo(ClusterSpec.IpFamily.IPV6);
    assertThatThrownBy(
            () ->
                spec(
                    List.of("192.168.7.1"), ROOT, new Flags(Optional.empty(), Optional.of("dual"))))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("cluster file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "10.0.0.1'], role: worker}", "", "10.0.0.1/24"})
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> spec(List.of(text), ROOT, Flags.none()))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("addresses");
  }

  @Test
  void theRulesOfClusterFilesHold() {
    assertThatThrownBy(() -> spec(List.of("10.3.0.1"), ROOT, Flags.none()))
        .isInstanceOf(AcpException.class);
    assertThatThrownBy(() -> spec(List.of("127.0.0.1"), ROOT, Flags.none()))
        .isInstanceOf(AcpException.class);
    assertThatThrownBy(() -> spec(List.of("192.168.7.1", "192.168.7.1"), ROOT, Flags.none()))
        .isInstanceOf(AcpException.class);
    BareNodes.Login odd =
        new BareNodes.Login(
            Optional.of("a\n    become: none"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> spec(List.of("192.168.7.1"), odd, Flags.none()))
        .isInstanceOf(AcpException.class);
  }
}
