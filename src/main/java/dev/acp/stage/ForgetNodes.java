package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;

/**
 * The cluster knows nothing of the nodes any more: their Node, their join token, their place in
 * kubeadm's notes.
 */
public final class ForgetNodes implements Stage.OnNodes<RemoveInput> {
  @Override
  public StageId id() {
    return StageId.of("forget-nodes");
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
                    "forget",
                    leaving,
                    Duration.ofMinutes(3),
                    false,
                    Tokens.idFor(in.decisions(), leaving.name())))
        .toList();
  }
}
