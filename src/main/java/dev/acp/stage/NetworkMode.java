package dev.acp.stage;

import dev.acp.bundle.ModeFile;
import dev.acp.change.Change;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.util.List;

/**
 * The network mode of the bundle, applied on the first control plane. What it leaves on nodes was
 * declared on each before its kubelet started.
 */
public final class NetworkMode implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("network");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(List.of(in.first().name()), 1);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    String mode = in.spec().network().mode();
    return Manifests.apply(
        in,
        "network-" + mode,
        modeFile(in).manifests().stream().map(m -> "network/" + mode + "/" + m).toList());
  }

  static ModeFile modeFile(SetupInput in) {
    return in.bundle().mode(in.spec().network().mode());
  }
}
