package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.change.NodeRecord;
import dev.acp.change.Preprocess;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Decisions;
import dev.acp.fault.Fault;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
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
      "Exit codes: 0 done, 5 a repair or a node failed (the others are done), 6 only refusals: a node",
      "of another cluster, or --undo below a cluster that stands"
    })
final class InitNodesCommand extends AcpCommand {
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

  InitNodesCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    ClusterSpec spec = cluster.spec(console, cluster.bundle().map(Bundle::offer));
    try (Run run = Run.open("init-nodes", console, common, Clock.systemUTC());
        Fleet fleet = connect.fleet(spec, spec.nodes(), console, run.events())) {
      InitNodesReport report = new InitNodesReport(spec.name(), dryRun);
      if (undo) {
        NodeRecord record = new NodeRecord(fleet::writer, run.events());
        Optional<ClusterId> own = clusterId(spec);
        each(fleet, n -> record.undoPreprocess(n, own, dryRun)).forEach(report::undone);
      } else {
        Preprocess init = new Preprocess(fleet::writer, clusterId(spec), run.events(), run.stop());
        each(fleet, n -> init.run(n, dryRun, only)).forEach(report::repaired);
      }
      console.out().print(output.json() ? report.json() : report.text());
      return report.exit().code();
    }
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
