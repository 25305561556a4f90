package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;

/**
 * The leaving nodes take no new pods, and give those that they have to others. Where that does not
 * end well the node takes pods again as before, and nothing was removed.
 */
public final class Drain implements Stage.OnNodes<RemoveInput> {
  @Override
  public StageId id() {
    return StageId.of("drain");
  }

  @Override
  public Scope scope(RemoveInput in) {
    return new Scope(List.of(in.first()), 1);
  }

  @Override
  public List<Change> changes(Node node, RemoveInput in) {
    return in.leaving().stream()
        .map(
            leaving ->
                RemoveInput.step(
                    "drain",
                    leaving,
                    in.drain().plus(Duration.ofMinutes(2)),
                    true,
                    Long.toString(in.drain().toSeconds()),
                    force(in, leaving.name())))
        .toList();
  }

  private static String force(RemoveInput in, NodeName leaving) {
    if (in.dead().contains(leaving)) {
      return "dead";
    }
    return in.force() ? "yes" : "no";
  }
}
