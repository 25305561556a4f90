package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.InstallerFiles;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;

/** The control planes that stay keep no key of the registries that went. */
public final class ForgetCopies implements Stage.OnNodes<RemoveInput> {
  @Override
  public StageId id() {
    return StageId.of("forget-copies");
  }

  @Override
  public Scope scope(RemoveInput in) {
    return new Scope(in.staying(), 5);
  }

  @Override
  public List<Change> changes(Node node, RemoveInput in) {
    List<String> files =
        in.leaving().stream()
            .filter(NodeSpec::isControlPlane)
            .map(
                leaving ->
                    InstallerFiles.FOLDER
                        + "/"
                        + InstallerFiles.PKI
                        + "/registry/"
                        + leaving.name())
            .flatMap(base -> List.of(base + ".key", base + ".crt").stream())
            .toList();
    return files.isEmpty()
        ? List.of()
        : List.of(
            new Action("forget-copies", "forget-copies.sh", files, Duration.ofMinutes(1), false));
  }
}
