package dev.acp.stage;

import dev.acp.check.CheckResult;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.util.List;
import java.util.Optional;

/**
 * The same checks as acp check-nodes, over the facts of this run. What the next stage repairs is
 * told and let pass; anything else that fails, or cannot be told, stops before a node is touched.
 */
public final class Preflight implements Stage.Check<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("preflight");
  }

  @Override
  public void check(SetupInput in, List<Node> nodes, Events events, Stop stop) {
    List<CheckResult> bad =
        in.checks().results().stream()
            .filter(
                r ->
                    r.status() == CheckResult.Status.FAIL || r.status() == CheckResult.Status.ERROR)
            .toList();
    for (CheckResult result : bad) {
      if (repairable(result)) {
        events.tell(
            new Event.Said(
                Event.Said.Level.INFO,
                Optional.of(result.node()),
                "to be repaired: " + result.check().id() + ", seen " + result.seen()));
      }
    }
    List<String> fatal = bad.stream().filter(r -> !repairable(r)).map(Preflight::line).toList();
    if (!fatal.isEmpty()) {
      throw new AcpException(
          Fault.of(
                  FaultCode.CHECKS_FAILED,
                  "The machines are not ready: " + fatal.size() + " findings.")
              .withEvidence(fatal));
    }
  }

  private static boolean repairable(CheckResult result) {
    return result.status() == CheckResult.Status.FAIL && result.check().fix().isPresent();
  }

  private static String line(CheckResult r) {
    return r.node() + " " + r.check().id() + ": seen " + r.seen() + ", wanted " + r.wanted();
  }
}
