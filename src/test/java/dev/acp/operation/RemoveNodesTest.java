package dev.acp.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.kube.ClusterStatus.EtcdMember;
import dev.acp.kube.ClusterStatus.EtcdState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemoveNodesTest {
  private static final List<NodeSpec> PLANES = planes();

  private static List<NodeSpec> planes() {
    return Clusters.whole(
            """
            apiVersion: acp.dev/v1
            kind: GlobalCluster
            metadata: {name: global}
            spec:
              kubernetes: {version: v1.31.4}
              endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}
              network: {mode: calico, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
              platform: {address: acp.example.com}
              ssh: {user: root, keyFile: /k}
              nodes:
                - {addresses: [10.0.0.11], role: control-plane}
                - {addresses: [10.0.0.12], role: control-plane}
                - {addresses: [10.0.0.13], role: control-plane}
                - {addresses: [10.0.0.21], role: worker}
            """,
            Flags.none(),
            Optional.empty())
        .nodes();
  }

  /** A state for each of the three control planes. */
  private static Optional<String> judged(boolean quorum, int leaving, String... states) {
    List<EtcdMember> members = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      members.add(new EtcdMember(PLANES.get(i).name().text(), "id" + i, states[i]));
    }
    return RemoveNodes.lostQuorum(
        PLANES.subList(0, 3), List.of(PLANES.get(leaving)), new EtcdState(quorum, members));
  }

  @Test
  void oneOfThreeMayGoWhenTheOthersVote() {
    assertThat(judged(true, 0, "voter", "voter", "voter")).isEmpty();
    // the one that is down is the one to go
    assertThat(judged(true, 1, "voter", "unknown", "voter")).isEmpty();
    assertThat(judged(true, 1, "voter", "down", "voter")).isEmpty();
  }

  @Test
  void aVoterStaysWhileAnotherOneIsDown() {
    for (String bad : List.of("down", "unknown", "learner", "unstarted", "alone")) {
      assertThat(judged(true, 0, "voter", bad, "voter"))
          .as(bad)
          .get()
          .asString()
          .contains("only 1");
    }
  }

  @Test
  void oneOfTwoMayGoOnlyIfTheOtherVotes() {
    assertThat(judged(true, 0, "voter", "voter", "missing")).isEmpty();
    assertThat(judged(true, 0, "voter", "down", "missing")).isPresent();
  }

  @Test
  void nothingIsTakenOutWithoutAMajority() {
    assertThat(judged(false, 2, "alone", "down", "down")).get().asString().contains("no majority");
  }

  @Test
  void theLastControlPlaneStays() {
    EtcdState etcd =
        new EtcdState(true, List.of(new EtcdMember(PLANES.get(0).name().text(), "1", "voter")));
    assertThat(RemoveNodes.lostQuorum(PLANES.subList(0, 1), PLANES.subList(0, 1), etcd))
        .get()
        .asString()
        .contains("acp reset");
    assertThat(RemoveNodes.lostQuorum(PLANES.subList(0, 3), PLANES.subList(0, 4), etcd))
        .get()
        .asString()
        .contains("acp reset");
  }

  @Test
  void aWorkerIsNoneOfEtcdsBusiness() {
    assertThat(
            RemoveNodes.lostQuorum(
                PLANES.subList(0, 3), PLANES.subList(3, 4), new EtcdState(false, List.of())))
        .isEmpty();
  }
}
