package dev.acp.stage;

import dev.acp.check.AcrossRun;
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
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same checks as acp check-nodes, over the facts of this run, and the nodes' tries to reach
 * each other. What init.sh repairs is told and let pass, for {@link Recheck} to judge again; so is
 * what did not get through while a firewall that it repairs was on. Anything else that fails, or
 * cannot be told, stops before a node is touched.
 */
public final class Preflight implements Stage.Check<SetupInput> {
  /** The nodes try for 10 s at most. */
  static final Duration ACROSS = Duration.ofSeconds(30);

  @Override
  public StageId id() {
    return StageId.of("preflight");
  }

  @Override
  public void check(SetupInput in, List<Node> nodes, Events events, Stop stop) {
    CheckReport report = judged(in);
    stop.check();
    for (CheckResult result : bad(report)) {
      if (later(report, result)) {
        events.tell(
            new Event.Said(
                Event.Said.Level.INFO,
                Optional.of(result.node()),
                "to be repaired: " + result.check().id() + ", seen " + result.seen()));
      }
    }
    List<String> fatal = fatal(in, report);
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
    return fatal(in, judged(in));
  }

  private static List<String> fatal(SetupInput in, CheckReport report) {
    List<String> fatal = new ArrayList<>();
    bad(report).stream().filter(r -> !later(report, r)).map(Preflight::line).forEach(fatal::add);
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
    if (!prepared(in)) {
      new AcrossRun(in.spec()).add(List.copyOf(in.nodes().values()), seen, ACROSS);
    }
    return in.checks().judge(in.spec().nodes(), seen);
  }

  /** True where every node bears this cluster's record: they have come through here before. */
  private static boolean prepared(SetupInput in) {
    Optional<ClusterId> own = Optional.of(in.decisions().clusterId());
    return in.facts().values().stream().allMatch(f -> f.system().owner().equals(own));
  }

  static List<CheckResult> bad(CheckReport report) {
    return report.results().stream()
        .filter(
            r -> r.status() == CheckResult.Status.FAIL || r.status() == CheckResult.Status.ERROR)
        .toList();
  }

  /** What the preparation may mend is judged after it. */
  private static boolean later(CheckReport report, CheckResult result) {
    boolean failed = result.status() == CheckResult.Status.FAIL;
    return failed
        && (result.check().fix().isPresent()
            || (AcrossRun.dials(result.check()) && firewallOn(report)));
  }

  /** True where some node's firewall is on and init.sh will turn it off. */
  static boolean firewallOn(CheckReport report) {
    return bad(report).stream()
        .anyMatch(r -> r.check().fix().filter("firewall"::equals).isPresent());
  }

  static String line(CheckResult r) {
    return r.node() + " " + r.check().id() + ": seen " + r.seen() + ", wanted " + r.wanted();
  }
}
