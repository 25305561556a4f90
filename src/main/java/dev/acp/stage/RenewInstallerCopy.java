package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.util.List;

/** The copy for {@code acp adopt} holds the registry's new certificates, too. */
public final class RenewInstallerCopy implements Stage.OnNodes<RenewInput> {
  @Override
  public StageId id() {
    return StageId.of("installer-copy");
  }

  @Override
  public Scope scope(RenewInput in) {
    return new Scope(
        in.spec().controlPlanes().stream()
            .map(NodeSpec::name)
            .filter(in.seen()::containsKey)
            .toList(),
        5);
  }

  @Override
  public List<Change> changes(Node node, RenewInput in) {
    return InstallerCopy.files(in.spec(), in.decisions(), in.pki());
  }
}
