package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.pki.Pem;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * With an external load balancer: every node reaches the first API server through it, before any
 * other joins by it. {@link LoadBalancer} could only warn; now there is somebody to be reached.
 */
public final class BalancerServes implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("load-balancer-serves");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(LoadBalancer.wanted(in.spec()) ? in.all() : List.of(), 16);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    return List.of();
  }

  @Override
  public Optional<Goal> goal(Node node, SetupInput in) {
    return Optional.of(
        new Goal(
            "the API server through the load balancer "
                + in.spec().endpoint().hostPort()
                + ", from this node",
            "balancer-serves.sh",
            List.of("https://" + in.spec().endpoint().hostPort(), Pem.certificate(in.pki().ca())),
            Duration.ofMinutes(1),
            Duration.ofSeconds(2)));
  }
}
