package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;

/**
 * The leaving control planes are no members of etcd any more, one after another, each confirmed.
 */
public final class MembersOut implements Stage.OnNodes<RemoveInput> {
  @Override
  public StageId id() {
    return StageId.of("members-out");
  }

  @Override
  public Scope scope(RemoveInput in) {
    return new Scope(List.of(in.first()), 1);
  }

  @Override
  public List<Change> changes(Node node, RemoveInput in) {
    return in.leaving().stream()
        .filter(NodeSpec::isControlPlane)
        .map(leaving -> RemoveInput.step("member", leaving, Duration.ofMinutes(5), true))
        .toList();
  }
}
