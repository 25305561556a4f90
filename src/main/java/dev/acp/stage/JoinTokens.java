package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The join tokens of the nodes that are not in the cluster yet, put there for two hours. */
public final class JoinTokens implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("join-tokens");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(List.of(in.first().name()), 1);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    StringBuilder lines = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (var joining : in.spec().nodes()) {
      if (joining.name().equals(in.first().name())) {
        continue;
      }
      String token = in.decisions().secret(Tokens.nameFor(joining.name())).reveal();
      lines.append(token.replace('.', ' ')).append('\n');
      names.add(in.kubernetesName(joining));
    }
    return List.of(
        Kubeadm.secret(NodePaths.ACP.resolve("tokens"), lines.toString()),
        new Action("join-tokens", "bootstrap-tokens.sh", names, Duration.ofMinutes(2), false));
  }
}
