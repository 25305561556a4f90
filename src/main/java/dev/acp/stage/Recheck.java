package dev.acp.stage;

import dev.acp.check.AcrossRun;
import dev.acp.check.CheckReport;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.pipeline.Stage;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the prepared machines anew and judges them by the same checks; now nothing is let pass.
 * What this cluster's own record holds on a node is no finding, so that an installed cluster
 * passes. Where a firewall was on at first, the nodes try anew to reach each other.
 */
public final class Recheck implements Stage.Check<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("recheck");
  }

  /** What the facts of the run's beginning come to: a firewall that was on then is off now. */
  private static CheckReport atFirst(SetupInput in) {
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    in.facts().forEach((name, facts) -> seen.put(name, new Result.Done<>(facts)));
    return in.checks().judge(in.spec().nodes(), seen);
  }

  @Override
  public void check(SetupInput in, List<Node> nodes, Events events, Stop stop) {
    Map<NodeName, Result<NodeFacts>> seen =
        Fleet.each(nodes, Fleet.PARALLEL, node -> in.probe().apply(node));
    for (Result<NodeFacts> result : seen.values()) {
      if (result.failure().isPresent()) {
        throw new AcpException(result.failure().get());
      }
    }
    stop.check();
    if (Preflight.firewallOn(atFirst(in))) {
      new AcrossRun(in.spec()).add(nodes, seen, Preflight.ACROSS);
    }
    List<String> left =
        Preflight.bad(in.checks().judge(in.spec().nodes(), seen)).stream()
            .map(Preflight::line)
            .toList();
    if (!left.isEmpty()) {
      throw new AcpException(
          Fault.of(
                  FaultCode.CHECKS_FAILED,
                  "The machines are not ready after their preparation: "
                      + left.size()
                      + " findings.")
              .withEvidence(left));
    }
  }
}
