package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.event.Event;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster file or a package that changed between two runs of setup. */
class SameInputsTest {
  private static final String PACKAGE = "acp-sample 0.1.0 amd64 sha256:aa";

  @TempDir Path dir;
  private ClusterHome home;
  private final List<Event> told = new ArrayList<>();

  private static ClusterSpec spec(String network, String port) {
    return Clusters.whole(
        """
        apiVersion: acp.dev/v1
        kind: GlobalCluster
        metadata: {name: global}
        spec:
          kubernetes: {version: v1.20.2}
          network: {%s}
          ssh: {port: %s}
          nodes:
            - {addresses: [10.0.0.11], role: control-plane}
        """
            .formatted(network, port),
        Flags.none(),
        Optional.empty());
  }

  private static final ClusterSpec FIRST = spec("podCidr: [10.3.0.0/16]", "22");

  @BeforeEach
  void first() throws IOException {
    home = new ClusterHome(dir);
    inputs().hold(FIRST, PACKAGE, false);
  }

  private SameInputs inputs() {
    return new SameInputs(home, told::add);
  }

  private List<String> refused(ClusterSpec spec, String from) {
    AcpException e =
        catchThrowableOfType(AcpException.class, () -> inputs().hold(spec, from, true));
    assertThat(e.fault().code()).isEqualTo(FaultCode.INPUT_CHANGED);
    return e.fault().evidence();
  }

  @Test
  void theSameAgainIsFine() throws IOException {
    inputs().hold(FIRST, PACKAGE, true);
    assertThat(told).isEmpty();
  }

  @Test
  void whatDiffersAndMayNotIsSaidAndRefusedAndWhatIsKeptStays() throws IOException {
    String kept = Files.readString(home.resolvedFile());
    assertThat(refused(spec("podCidr: [10.5.0.0/16], nodeMask: [25]", "22"), PACKAGE))
        .containsExactly(
            "spec.network.podCidr: was [10.3.0.0/16], is now [10.5.0.0/16]",
            "spec.network.nodeMask: was [24], is now [25]");
    assertThat(Files.readString(home.resolvedFile())).isEqualTo(kept);
  }

  @Test
  void howNodesAreReachedMayChange() throws IOException {
    inputs().hold(spec("podCidr: [10.3.0.0/16]", "2222"), PACKAGE, true);
    assertThat(Files.readString(home.resolvedFile())).contains("2222");
  }

  @Test
  void beforeANodeWasTouchedEverythingMayChange() throws IOException {
    inputs().hold(spec("podCidr: [10.5.0.0/16]", "22"), "acp-sample 9.9 arm64 sha256:bb", false);
    assertThat(Files.readString(home.packageFile())).startsWith("acp-sample 9.9");
  }

  @Test
  void anotherVersionOfThePackageIsRefusedAndAnotherBuildIsSaid() throws IOException {
    assertThat(refused(FIRST, "acp-sample 0.2.0 amd64 sha256:bb"))
        .containsExactly("package: was acp-sample 0.1.0, is now acp-sample 0.2.0");
    inputs().hold(FIRST, "acp-sample 0.1.0 hybrid sha256:cc", true);
    assertThat(told).hasSize(1).first().asString().contains("another one of the same version");
  }

  private static ClusterSpec of(String nodes) {
    return Clusters.whole(
        """
        apiVersion: acp.dev/v1
        kind: GlobalCluster
        metadata: {name: global}
        spec:
          kubernetes: {version: v1.20.2}
          endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}
          nodes:
        """
            + nodes,
        Flags.none(),
        Optional.empty());
  }

  @Test
  void aWorkerThatTheFileNoLongerNamesIsSaidAndAControlPlaneIsRefused() throws IOException {
    String planes =
        """
            - {addresses: [10.0.0.11], role: control-plane}
            - {addresses: [10.0.0.12], role: control-plane}
        """;
    String worker = "    - {addresses: [10.0.0.21], role: worker}\n";
    ClusterSpec all = of(planes + "    - {addresses: [10.0.0.13], role: control-plane}\n" + worker);
    inputs().hold(all, PACKAGE, false);
    inputs()
        .hold(of(planes + "    - {addresses: [10.0.0.13], role: control-plane}\n"), PACKAGE, true);
    assertThat(told).hasSize(1);
    assertThat(told.toString()).contains("10.0.0.21 is no longer in the cluster file");
    ClusterSpec other = of(planes + "    - {addresses: [10.0.0.14], role: control-plane}\n");
    AcpException refused =
        catchThrowableOfType(AcpException.class, () -> inputs().hold(other, PACKAGE, true));
    assertThat(refused.fault().code()).isEqualTo(FaultCode.INPUT_CHANGED);
    assertThat(refused.fault().evidence())
        .containsExactly("control plane 10.0.0.13: acp remove-node takes it out of the cluster");
  }
}
