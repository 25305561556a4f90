package dev.acp.operation;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.kube.ClusterStatus.EtcdMember;
import dev.acp.kube.ClusterStatus.EtcdState;
import dev.acp.pipeline.Plan;
import dev.acp.stage.CleanNodes;
import dev.acp.stage.Drain;
import dev.acp.stage.ForgetCopies;
import dev.acp.stage.ForgetNodes;
import dev.acp.stage.LeavingCopy;
import dev.acp.stage.MarkLeaving;
import dev.acp.stage.MembersOut;
import dev.acp.stage.RemoveInput;
import java.util.List;
import java.util.Optional;

/**
 * acp remove-node: out of the cluster, and the machine as it was. What stays is brought to what it
 * is without the node by setup's own stages afterwards.
 */
public final class RemoveNodes {
  private static final String VOTER = "voter";
  private static final String MISSING = "missing";

  private RemoveNodes() {}

  /** In order; nothing is lost before mark-leaving, and nothing turns back after it. */
  public static Plan<RemoveInput> plan() {
    return new Plan<>(
        List.of(
            new Drain(),
            new MarkLeaving(),
            new LeavingCopy(),
            new MembersOut(),
            new CleanNodes(),
            new ForgetNodes(),
            new ForgetCopies()));
  }

  /**
   * Why these control planes cannot be spared, if so: etcd would lose its majority, which counts
   * every member, also those that are down.
   *
   * @param all the control planes that the cluster has
   * @param etcd as it stands
   */
  public static Optional<String> lostQuorum(
      List<NodeSpec> all, List<NodeSpec> leaving, EtcdState etcd) {
    List<String> going =
        leaving.stream().filter(NodeSpec::isControlPlane).map(n -> n.name().text()).toList();
    if (going.isEmpty()) {
      return Optional.empty();
    }
    if (all.stream().allMatch(n -> going.contains(n.name().text()))) {
      return Optional.of(
          "It would be the end of the cluster: no control plane is left. acp reset takes a whole"
              + " cluster away.");
    }
    if (!etcd.quorum()) {
      return Optional.of("etcd has no majority now, and no member can be taken out without one.");
    }
    List<EtcdMember> staying =
        etcd.members().stream()
            .filter(m -> !m.state().equals(MISSING) && !going.contains(m.node()))
            .toList();
    long voters = staying.stream().filter(m -> m.state().equals(VOTER)).count();
    long wanted = staying.size() / 2 + 1L;
    if (voters >= wanted) {
      return Optional.empty();
    }
    return Optional.of(
        "etcd would lose its majority: of the "
            + staying.size()
            + " members that stay only "
            + voters
            + " answer and vote, and "
            + wanted
            + " are needed.");
  }
}
