package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.List;

/**
 * The workers join, a few at once, each by its own token; beside the control planes, since the
 * first one is there.
 */
public final class Workers implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("workers");
  }

  @Override
  public boolean besideTheOneBefore() {
    return true;
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(in.workers(), 4);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    List<Change> changes =
        new ArrayList<>(Kubeadm.before(in, node.spec(), Kubeadm.joinFiles(in, node.spec())));
    changes.add(
        new Action(
            "kubeadm-join",
            "kubeadm-join.sh",
            List.of(in.kubernetesName(node.spec()), Kubeadm.skipped(in)),
            Kubeadm.LIMIT,
            true));
    return changes;
  }
}
