package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.change.NodeRecord;
import dev.acp.change.Preprocess;
import dev.acp.change.Preprocess.Wishes;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Decisions;
import dev.acp.fault.Fault;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.stage.PrepareNodes;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp init-nodes. */
@Command(
    name = "init-nodes",
    description = {
      "Repair on every node what Kubernetes needs and most machines lack.",
      "What is changed is recorded there with the value before, and --undo brings it back. A second",
      "run changes nothing."
    },
    footer = {
      "",
      "Example: acp init-nodes -f cluster.yaml",
      "Look first: acp init-nodes -f cluster.yaml --dry-run",
      "With a name server, a time zone and a clock: acp init-nodes -f cluster.yaml \\",
      "  --dns 10.0.0.53 --time-zone Asia/Shanghai --ntp 10.0.0.1",
      "Exit codes: 0 done, 5 a repair or a node failed (the others are done), 6 only refusals: a node",
      "of another cluster, or --undo below a cluster that stands"
    })
final class InitNodesCommand extends AcpCommand {
  /** How init.sh tells what it would remove. */
  private static final String REMOVE = "remove packages ";

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(names = "--undo", description = "Bring back the state before.")
  private boolean undo;

  @Option(names = "--dry-run", description = "Show every change, and make none.")
  private boolean dryRun;

  @Option(
      names = "--only",
      paramLabel = "ID,...",
      split = ",",
      description = "These repairs only; not with --undo.")
  private List<String> only = List.of();

  @Option(
      names = "--dns",
      paramLabel = "ADDRESS,...",
      description = "The name servers for /etc/resolv.conf.")
  private String dns;

  @Option(names = "--time-zone", paramLabel = "ZONE", description = "Such as Asia/Shanghai.")
  private String timeZone;

  @Option(
      names = "--ntp",
      paramLabel = "SERVER,...",
      description = "What chrony (or systemd-timesyncd) on the nodes follows.")
  private String ntp;

  @Option(
      names = "--remove-conflicts",
      description = {
        "List the packages that cannot stand beside the platform's, and remove them after a yes.",
        "--undo cannot bring them back."
      })
  private boolean removeConflicts;

  @Option(
      names = "--yes-to",
      paramLabel = "PACKAGE,...",
      description = "With --remove-conflicts: the yes to just these packages, given beforehand.")
  private String yesTo;

  InitNodesCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    ClusterSpec spec = cluster.spec(console, cluster.bundle(console).map(Bundle::offer));
    try (Run run = Run.open("init-nodes", console, common, Clock.systemUTC());
        Fleet fleet = connect.fleet(spec, spec.nodes(), console, run.events())) {
      InitNodesReport report = new InitNodesReport(spec.name(), dryRun);
      if (undo) {
        NodeRecord record = new NodeRecord(fleet::writer, run.events());
        Optional<ClusterId> own = clusterId(spec);
        each(fleet, n -> record.undoPreprocess(n, own, dryRun)).forEach(report::undone);
      } else {
        Preprocess init =
            new Preprocess(fleet::writer, clusterId(spec), run.events(), run.stop())
                .withNewLogin(fleet::byNewLogin);
        Wishes wishes = wishes(spec);
        each(fleet, n -> init.run(n, dryRun, wishes)).forEach(report::repaired);
        if (removeConflicts) {
          Map<NodeName, List<String>> agreed = agreed(fleet, init);
          each(fleet, n -> init.run(n, dryRun, toRemove(agreed.getOrDefault(n.name(), List.of()))))
              .forEach(report::repaired);
        }
      }
      console.out().print(output.json() ? report.json() : report.text());
      return report.exit().code();
    }
  }

  private Wishes wishes(ClusterSpec spec) {
    Map<String, String> values = new LinkedHashMap<>(PrepareNodes.wishes(spec).values());
    Optional.ofNullable(dns).ifPresent(v -> values.put("--dns", v));
    Optional.ofNullable(timeZone).ifPresent(v -> values.put("--time-zone", v));
    Optional.ofNullable(ntp).ifPresent(v -> values.put("--ntp", v));
    return new Wishes(only, values);
  }

  private static Wishes toRemove(List<String> packages) {
    return new Wishes(
        List.of("conflicts"),
        packages.isEmpty() ? Map.of() : Map.of("--yes-to", String.join(",", packages)));
  }

  /** The packages of each node that somebody has said yes to, after seeing them all. */
  private Map<NodeName, List<String>> agreed(Fleet fleet, Preprocess init) {
    Map<NodeName, List<String>> found = new LinkedHashMap<>();
    each(fleet, n -> init.run(n, true, toRemove(List.of())))
        .forEach(
            (name, result) ->
                result.done().stream()
                    .flatMap(List::stream)
                    .flatMap(repair -> repair.changes().stream())
                    .filter(change -> change.startsWith(REMOVE))
                    .forEach(
                        change ->
                            found.put(
                                name, List.of(change.substring(REMOVE.length()).split(" ", -1)))));
    if (dryRun || found.isEmpty()) {
      return Map.of();
    }
    if (yesTo != null) {
      List<String> yes = List.of(yesTo.split(",", -1));
      found.values().removeIf(packages -> !yes.containsAll(packages));
      return found;
    }
    if (!console.terminal()) {
      return Map.of();
    }
    StringBuilder question = new StringBuilder();
    found.forEach(
        (name, packages) ->
            question.append(name).append(": ").append(String.join(" ", packages)).append('\n'));
    question.append("Remove these packages? --undo cannot bring them back. (yes/no) ");
    return console.ask(Printable.lines(question.toString())).equals("yes") ? found : Map.of();
  }

  /** The id that a setup of this cluster has made, so that a node of another one is refused. */
  private Optional<ClusterId> clusterId(ClusterSpec spec) {
    return Decisions.find(ClusterHome.of(console.environment(), spec.name()).folder())
        .map(Decisions::clusterId);
  }

  /** All nodes at once; those that could not be reached are failed ones, in the file's order. */
  private static <T> Map<NodeName, Result<T>> each(Fleet fleet, Function<Node, T> work) {
    Map<NodeName, Result<T>> results =
        new LinkedHashMap<>(Fleet.each(fleet.nodes(), Fleet.PARALLEL, work));
    Map<NodeName, Fault> faults = fleet.faults();
    faults.forEach((name, fault) -> results.put(name, new Result.Failed<>(fault)));
    return results;
  }
}
