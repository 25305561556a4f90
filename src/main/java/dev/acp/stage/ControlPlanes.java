package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.KubernetesTraits;
import dev.acp.kubeadm.KubeadmConfig;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The other control planes, one after another, each a healthy voting member of etcd before the next
 * begins. acp itself owns etcd's part of the join: kubeadm's voting add can wedge a cluster of one
 * for good when it is killed in between (operations.md, fact 1).
 */
public final class ControlPlanes implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("control-planes");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(
        in.spec().controlPlanes().stream()
            .filter(node -> !in.founds(node))
            .map(NodeSpec::name)
            .toList(),
        1);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    List<Change> files = new ArrayList<>(ControlPlane.authorities(in));
    files.addAll(Kubeadm.joinFiles(in, node.spec()));
    var input = Kubeadm.input(in, node.spec());
    var token = in.decisions().secret(Tokens.nameFor(node.name()));
    // kubeadm init's own phase writes etcd's manifest, so that every flag of it is kubeadm's
    files.add(
        Kubeadm.secret(
            NodePaths.ACP.resolve("kubeadm-etcd.yaml"), KubeadmConfig.init(input, token)));
    List<Change> changes = new ArrayList<>(Kubeadm.before(in, node.spec(), files));
    KubernetesTraits traits = KubernetesTraits.of(in.spec().kubernetes().version());
    changes.add(
        new Action(
            "join-control-plane",
            "join-control-plane.sh",
            List.of(
                in.kubernetesName(node.spec()),
                "https://" + node.spec().address().inUrl() + ":2380",
                memberEndpoints(in, node.spec()),
                traits.hasClusterStatus() ? "status" : "-",
                Kubeadm.skipped(in, "control-plane-join/etcd"),
                Kubeadm.patches(in, node.spec())),
            Kubeadm.LIMIT,
            true));
    return changes;
  }

  /** etcd's client addresses on the control planes that are members before this one. */
  private static String memberEndpoints(SetupInput in, NodeSpec joining) {
    List<NodeSpec> all = in.spec().controlPlanes();
    List<NodeSpec> members = new ArrayList<>(List.of(in.first()));
    for (NodeSpec node : all.subList(0, all.indexOf(joining))) {
      if (!members.contains(node)) {
        members.add(node);
      }
    }
    members.remove(joining);
    if (members.isEmpty()) {
      // the first one itself, which joined when another was: it is looked at through the others
      members.addAll(all);
    }
    return members.stream()
        .map(n -> "https://" + n.address().inUrl() + ":2379")
        .collect(Collectors.joining(","));
  }

  @Override
  public Optional<Goal> goal(Node node, SetupInput in) {
    return Optional.of(ready(node.spec(), in));
  }

  /** That one control plane serves, votes, and has its part in the cluster's address. */
  static Goal ready(NodeSpec node, SetupInput in) {
    return ready(node, in, Vip.pods(in, node));
  }

  /**
   * That it serves and votes.
   *
   * @param pods of the cluster's address that must be ready, as Vip gives them
   */
  static Goal ready(NodeSpec node, SetupInput in, List<String> pods) {
    List<String> args = new ArrayList<>();
    args.add("https://" + node.address().inUrl() + ":" + ClusterSpec.Endpoint.PORT);
    args.add(in.kubernetesName(node));
    args.addAll(pods);
    return new Goal(
        "this control plane's own API server and etcd, and the cluster's address",
        "control-plane-ready.sh",
        args,
        Duration.ofMinutes(5),
        Duration.ofMillis(500));
  }
}
