package dev.acp.cli;

import dev.acp.change.EtcdSnapshot;
import dev.acp.change.NodeRecord;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.file.Lock;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.operation.Adopt;
import dev.acp.operation.KeepEtcd;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp reset. */
@Command(
    name = "reset",
    description = {
      "Take away from the nodes exactly what acp put there.",
      "It goes by the record that each node keeps; what somebody changed since then stays and is",
      "named. The cluster's data goes with it; a snapshot of etcd is kept here before."
    },
    footer = {
      "",
      "Example: acp reset -f cluster.yaml --yes",
      "One node: acp reset -f cluster.yaml --node 10.0.0.21 --yes"
    })
final class ResetCommand extends AcpCommand {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Option(names = "--node", paramLabel = "NODE", description = "Only this node; may be repeated.")
  private List<String> only = new ArrayList<>();

  @Option(names = "--dry-run", description = "Show what would be taken away, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--no-snapshot",
      description = "Do not keep a snapshot of etcd, where it cannot be had or is not wanted.")
  private boolean noSnapshot;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  ResetCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // the lock is held, not used
  public Integer call() {
    ClusterSpec spec = cluster.spec(console, Optional.empty());
    List<NodeSpec> nodes = chosen(spec);
    if (!dryRun) {
      confirm(spec, nodes);
    }
    ClusterHome home = ClusterHome.of(console.environment(), spec.name());
    try (Run run = Run.open("reset", console, common, Clock.systemUTC());
        Lock lock = ClusterLock.take(home.create(), "reset");
        Fleet fleet = connect.fleet(spec, nodes, console, run.events())) {
      NodeRecord record = new NodeRecord(fleet::writer, run.events());
      refuseForeign(home, fleet, record);
      run.stop().check();
      if (!dryRun && !noSnapshot) {
        keepEtcd(fleet, home);
      }
      run.stop().check();
      Map<NodeName, Result<NodeRecord.Undo>> results =
          Fleet.each(
              fleet.nodes(), Fleet.PARALLEL, node -> record.undo(node, Optional.empty(), dryRun));
      Map<NodeName, Result<NodeRecord.Undo>> all = new LinkedHashMap<>(results);
      fleet.faults().forEach((name, fault) -> all.put(name, new Result.Failed<>(fault)));
      long kept = report(all);
      if (!dryRun && only.isEmpty()) {
        forget(home);
        console
            .err()
            .println(
                Texts.of(console.lang())
                    .format(
                        kept == 0 ? "reset.done" : "reset.done-but",
                        List.of(run.logFile().toString(), Long.toString(kept))));
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Before anything is taken; where it lies is said at once, in case that the rest fails. */
  private void keepEtcd(Fleet fleet, ClusterHome home) throws IOException {
    KeepEtcd.run(new EtcdSnapshot(fleet::writer), fleet.nodes(), home, "reset", Clock.systemUTC())
        .ifPresent(
            folder ->
                console
                    .err()
                    .println(
                        Texts.of(console.lang())
                            .format("reset.etcd-kept", List.of(folder.toString()))));
  }

  private List<NodeSpec> chosen(ClusterSpec spec) {
    return only.isEmpty() ? spec.nodes() : NodesOptions.named(spec, only);
  }

  private void confirm(ClusterSpec spec, List<NodeSpec> nodes) {
    if (yes) {
      return;
    }
    String what =
        "Reset of cluster "
            + spec.name()
            + " takes Kubernetes and its data from "
            + nodes.stream().map(n -> n.name().text()).toList();
    if (!console.terminal()) {
      throw AcpException.of(FaultCode.WOULD_DESTROY, what + "; nobody said yes to that.");
    }
    console.err().println(what + ".");
    String answer = console.ask("Type the cluster's name to go on: ");
    if (!answer.equals(spec.name())) {
      throw AcpException.of(FaultCode.ANSWER_NO, "The answer was not " + spec.name() + ".");
    }
  }

  /** Nodes of another cluster are left alone, also where the cluster file names them by mistake. */
  private static void refuseForeign(ClusterHome home, Fleet fleet, NodeRecord record) {
    Map<NodeName, ClusterId> ids = new LinkedHashMap<>();
    for (Node node : fleet.nodes()) {
      record.clusterId(node).ifPresent(id -> ids.put(node.name(), id));
    }
    Set<ClusterId> different = new LinkedHashSet<>(ids.values());
    Decisions.find(home.folder()).ifPresent(d -> different.add(d.clusterId()));
    if (different.size() > 1) {
      throw AcpException.of(
          FaultCode.FOREIGN_CLUSTER, "The nodes belong to different clusters: " + ids + ".");
    }
  }

  /**
   * Tells what became of each node; throws when one is not done. Gives the number of things kept.
   */
  private long report(Map<NodeName, Result<NodeRecord.Undo>> results) {
    List<String> failures = new ArrayList<>();
    results.forEach(
        (name, result) -> {
          result.failure().ifPresent(fault -> failures.add(name + ": " + fault.what()));
          result
              .done()
              .ifPresent(
                  undo -> {
                    for (NodeRecord.Line line : undo.lines()) {
                      if (dryRun || line.result() != NodeRecord.Line.Result.UNDONE) {
                        console
                            .out()
                            .println(
                                name
                                    + " "
                                    + line.result().name().toLowerCase(java.util.Locale.ROOT)
                                    + " "
                                    + Printable.line(line.id()));
                      }
                    }
                    console
                        .err()
                        .println(
                            name
                                + ": "
                                + undo.lines().size()
                                + (dryRun
                                    ? " changes would be taken back"
                                    : " changes taken back"));
                    if (!undo.complete()) {
                      failures.add(name + ": not all of it could be taken back");
                      failures.addAll(undo.evidence());
                    }
                  });
        });
    if (!failures.isEmpty()) {
      throw new AcpException(
          Fault.of(
                  FaultCode.CHANGE_FAILED,
                  "The reset is not complete; what could be taken back on the other nodes was.")
              .withEvidence(failures));
    }
    return results.values().stream()
        .flatMap(result -> result.done().stream())
        .flatMap(undo -> undo.lines().stream())
        .filter(line -> line.result() == NodeRecord.Line.Result.KEPT)
        .count();
  }

  /** The cluster's folder keeps its host keys and logs; ids, keys and history of the cluster go. */
  private static void forget(ClusterHome home) throws IOException {
    for (Path path :
        List.of(
            home.journal(),
            home.resolvedFile(),
            home.packageFile(),
            home.folder().resolve(Adopt.SCRATCH),
            home.pki(),
            home.decisions())) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> all = Files.walk(path)) {
          for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(one);
          }
        }
      } else {
        Files.deleteIfExists(path);
      }
    }
  }
}
