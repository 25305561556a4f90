package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.util.List;

/** The copy for {@code acp adopt} knows of the removal before anything is taken out. */
public final class LeavingCopy implements Stage.OnNodes<RemoveInput> {
  @Override
  public StageId id() {
    return StageId.of("installer-copy");
  }

  @Override
  public Scope scope(RemoveInput in) {
    return new Scope(in.staying(), 5);
  }

  @Override
  public List<Change> changes(Node node, RemoveInput in) {
    return InstallerCopy.files(in.after(), in.whileLeaving(), in.pki());
  }
}
