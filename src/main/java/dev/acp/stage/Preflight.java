package dev.acp.stage;

import dev.acp.check.CheckReport;
import dev.acp.check.CheckResult;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.pipeline.Stage;
import dev.acp.registry.RegistryNames;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same checks as acp check-nodes, over the facts of this run. What init.sh repairs is told and
 * let pass, for {@link Recheck} to judge again; anything else that fails, or cannot be told, stops
 * before a node is touched.
 */
public final class Preflight implements Stage.Check<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("preflight");
  }

  @Override
  public void check(SetupInput in, List<Node> nodes, Events events, Stop stop) {
    for (CheckResult result : bad(judged(in))) {
      if (repairable(result)) {
        events.tell(
            new Event.Said(
                Event.Said.Level.INFO,
                Optional.of(result.node()),
                "to be repaired: " + result.check().id() + ", seen " + result.seen()));
      }
    }
    List<String> fatal = fatal(in);
    if (!fatal.isEmpty()) {
      throw new AcpException(
          Fault.of(
                  FaultCode.CHECKS_FAILED,
                  "The machines are not ready: " + fatal.size() + " findings.")
              .withEvidence(fatal));
    }
  }

  /** The findings that stop setup here, a line each; a dry run tells them, too. */
  public static List<String> fatal(SetupInput in) {
    List<String> fatal = new ArrayList<>();
    bad(judged(in)).stream().filter(r -> !repairable(r)).map(Preflight::line).forEach(fatal::add);
    externalRegistry(in).ifPresent(fatal::add);
    return fatal;
  }

  /** Why the external registry will not do, if it will not: TLS, the login, and leave to push. */
  private static Optional<String> externalRegistry(SetupInput in) {
    if (!(in.spec().registry() instanceof Registry.External external)) {
      return Optional.empty();
    }
    try {
      in.registry().external(external).provePush(RegistryNames.FOLDER + "/pause");
      return Optional.empty();
    } catch (AcpException e) {
      List<String> said = new ArrayList<>(List.of(e.fault().what()));
      said.addAll(e.fault().evidence());
      return Optional.of(
          "registry "
              + external.address()
              + ": seen "
              + Printable.line(String.join(" ", said))
              + ", wanted one that acp may push to");
    }
  }

  private static CheckReport judged(SetupInput in) {
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    in.facts().forEach((name, facts) -> seen.put(name, new Result.Done<>(facts)));
    return in.checks().judge(in.spec().nodes(), seen);
  }

  static List<CheckResult> bad(CheckReport report) {
    return report.results().stream()
        .filter(
            r -> r.status() == CheckResult.Status.FAIL || r.status() == CheckResult.Status.ERROR)
        .toList();
  }

  private static boolean repairable(CheckResult result) {
    return result.status() == CheckResult.Status.FAIL && result.check().fix().isPresent();
  }

  static String line(CheckResult r) {
    return r.node() + " " + r.check().id() + ": seen " + r.seen() + ", wanted " + r.wanted();
  }
}
