package dev.acp.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.kube.ClusterStatus.NodeState;
import dev.acp.kube.ClusterStatus.PodState;
import dev.acp.kube.StatusReader.Api;
import dev.acp.node.FakeNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over what res/kube/status.sh prints, in src/test/resources/kube. */
class StatusReaderTest {
  private static final ClusterSpec SPEC =
      Clusters.whole(
          """
          apiVersion: acp.dev/v1
          kind: GlobalCluster
          metadata: {name: global}
          spec:
            kubernetes: {version: v1.20.2}
            endpoint: {address: 10.0.0.11}
            network: {mode: hostgw, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
            platform: {address: 10.0.0.11}
            ssh: {user: root, keyFile: /k}
            nodes:
              - {addresses: [10.0.0.11], role: control-plane}
              - {addresses: [10.0.0.12], role: worker}
          """,
          Flags.none(),
          Optional.empty());

  private static String recorded(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/kube", name + ".txt"));
  }

  private static Api judged(String out) {
    return StatusReader.read(
        FakeNodes.remote(command -> FakeNodes.says(0, out)), SPEC.nodes().get(0), SPEC);
  }

  private static Api status(String name) throws IOException {
    return judged(recorded(name));
  }

  @Test
  void aClusterInWhichAllIsWellIsHealthyWithAllOfItShown() throws IOException {
    Api status = status("healthy");
    assertThat(status.reasons()).isEmpty();
    assertThat(status.nodes())
        .containsExactly(
            new NodeState("10.0.0.11", "10.0.0.11", true, true, "v1.20.2", ""),
            new NodeState("10.0.0.12", "10.0.0.12", false, true, "v1.20.2", ""));
    assertThat(status.pods())
        .hasSize(5)
        .contains(
            new PodState("kube-system", "hostgw-4kq2p", "10.0.0.12", "Running", 2, 2, ""),
            new PodState("default", "migrate-1", "10.0.0.12", "Succeeded", 0, 1, ""));
    assertThat(status.applied()).containsExactly("network-hostgw", "dns");
  }

  @Test
  void aNodeThatIsNotReadyIsAReasonWithTheKubeletsWords() throws IOException {
    assertThat(status("node-not-ready").reasons())
        .containsExactly(
            "Node 10.0.0.12 is not ready: NodeStatusUnknown, Kubelet stopped posting node status.");
  }

  @Test
  void aNodeOfTheClusterFileThatIsNotInTheClusterIsAReason() throws IOException {
    assertThat(status("worker-missing").reasons())
        .containsExactly("Node 10.0.0.12 of the cluster file is not in the cluster.");
  }

  @Test
  void podsThatAreNotFullyReadyAreReasonsAndCompletedOnesAreNot() throws IOException {
    assertThat(status("pod-not-ready").reasons())
        .containsExactly(
            "Pod kube-system/hostgw-zzzzz on 10.0.0.11 is Running with 1 of 2 containers ready:"
                + " CrashLoopBackOff.",
            "Pod default/later on no node is Pending with 0 of 1 containers ready.",
            "Pod default/gone on 10.0.0.12 is Failed with 0 of 1 containers ready:"
                + " ContainerCreating.");
  }

  @Test
  void anApiServerThatIsDownIsTheFirstReason() throws IOException {
    assertThat(status("api-down").reasons())
        .contains(
            "Node 10.0.0.11 of the cluster file is not in the cluster.",
            "Node 10.0.0.12 of the cluster file is not in the cluster.")
        .first()
        .asString()
        .startsWith(
            "The API server does not say that it is ready: The connection to the server"
                + " 10.0.0.11:6443 was refused");
  }

  @Test
  void podsThatCouldNotBeReadAreAReason() throws IOException {
    assertThat(status("no-pods-answer").reasons())
        .containsExactly("The cluster's pods could not be read.");
  }

  @Test
  void anAnswerThatWasCutOffAnywhereIsNeverHealthy() throws IOException {
    String whole = recorded("healthy");
    // All but the last line's end: the mark that ends the answer is whole from there on.
    for (int end = 0; end < whole.length() - 1; end += end > whole.length() - 400 ? 1 : 97) {
      Api status = judged(whole.substring(0, end));
      if (!whole.startsWith("@@end", whole.lastIndexOf("\n", end - 1) + 1)
          || end < whole.length() - 6) {
        assertThat(status.reasons()).as("cut off at " + end).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sh: 1: kubectl: not found\n",
        "@@end\n",
        "@@readyz\nok\n@@end\n",
        "@@readyz\nok\n@@nodes\n{}\n@@pods\n{}\n@@end\n",
        "@@readyz\nok\n@@nodes\nnull\n@@pods\n[]\n@@end\n"
      })
  void whatIsUnknownIsNeverHealthy(String out) {
    assertThat(judged(out).reasons()).isNotEmpty();
  }

  @Test
  void eachPartThatIsMissingOrNoJsonMakesItUnhealthy() throws IOException {
    String whole = recorded("healthy");
    for (String part : new String[] {"readyz", "nodes", "pods"}) {
      for (String instead :
          new String[] {"", "garbage\n", "{\"items\": 3}\n", "{\"items\": []}\n"}) {
        String out =
            whole.replaceFirst("(?s)@@" + part + "\n.*?(?=@@)", "@@" + part + "\n" + instead);
        assertThat(out).isNotEqualTo(whole);
        assertThat(judged(out).reasons()).as(part + " is " + instead).isNotEmpty();
      }
      assertThat(judged(whole.replaceFirst("(?s)@@" + part + "\n.*?(?=@@)", "")).reasons())
          .as(part + " is missing")
          .isNotEmpty();
    }
  }

  @Test
  void aPodWithoutContainersIsNotFine() {
    assertThat(new PodState("a", "b", "c", "Running", 0, 0, "").fine()).isFalse();
    assertThat(new PodState("a", "b", "c", "Running", 1, 1, "").fine()).isTrue();
    assertThat(new PodState("a", "b", "c", "Unknown", 1, 1, "").fine()).isFalse();
  }

  @Test
  void eachPartThatIsCutOffIsAReasonOfItsOwn() throws IOException {
    String whole = recorded("healthy");
    for (String part : new String[] {"nodes", "pods", "end"}) {
      int at = whole.indexOf("@@" + part + "\n");
      assertThat(judged(whole.substring(0, at)).reasons())
          .as("cut off before " + part)
          .contains("The control plane's answer was cut off before its end.");
    }
    String torn = whole.substring(0, whole.indexOf("@@nodes\n") + 60) + "\n";
    assertThat(judged(torn + whole.substring(whole.indexOf("@@pods\n"))).reasons())
        .contains("The cluster's nodes could not be read.");
    assertThat(
            judged(whole.replaceFirst("(?s)@@nodes\n.*?(?=@@)", "@@nodes\n{\"items\": []}\n"))
                .reasons())
        .contains("The cluster shows no node.");
    // All parts are whole and only the mark is missing: what came after is not known.
    assertThat(judged(whole.substring(0, whole.indexOf("@@end"))).reasons())
        .contains("The control plane's answer was cut off before its end.");
  }
}
