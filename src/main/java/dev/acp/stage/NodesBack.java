package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** After a renewal every node whose kubelet got new certificates is Ready by them. */
public final class NodesBack implements Stage.OnNodes<RenewInput> {
  @Override
  public StageId id() {
    return StageId.of("nodes-back");
  }

  @Override
  public Scope scope(RenewInput in) {
    return new Scope(in.kubeletNodes(), 4);
  }

  @Override
  public List<Change> changes(Node node, RenewInput in) {
    return List.of();
  }

  @Override
  public Optional<Goal> goal(Node node, RenewInput in) {
    return Optional.of(
        new Goal(
            "the node to be Ready",
            "node-ready.sh",
            List.of(RenewControlPlanes.kubernetesName(in, node.spec())),
            Duration.ofMinutes(5),
            Duration.ofSeconds(1)));
  }
}
