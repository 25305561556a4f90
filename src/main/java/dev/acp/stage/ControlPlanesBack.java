package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.util.List;
import java.util.Optional;

/**
 * After a renewal every control plane serves and votes, also where that could not be awaited, and
 * Kubernetes knows its pods as ready: the kubelet tells that some seconds later.
 */
public final class ControlPlanesBack implements Stage.OnNodes<RenewInput> {
  private static final List<String> PODS =
      List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd");

  @Override
  public StageId id() {
    return StageId.of("control-planes-back");
  }

  @Override
  public Scope scope(RenewInput in) {
    return new Scope(in.controlPlanes(), 1);
  }

  @Override
  public List<Change> changes(Node node, RenewInput in) {
    return List.of();
  }

  @Override
  public Optional<Goal> goal(Node node, RenewInput in) {
    return Optional.of(RenewControlPlanes.ready(node.spec(), in, PODS));
  }
}
