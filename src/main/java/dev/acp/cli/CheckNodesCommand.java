package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.change.DiskBench;
import dev.acp.check.AcrossRun;
import dev.acp.check.CheckList;
import dev.acp.check.CheckReport;
import dev.acp.check.CheckRun;
import dev.acp.check.SupportMatrix;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.Offer;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Fleet;
import dev.acp.node.NodeFacts;
import dev.acp.node.Probe;
import dev.acp.node.Result;
import dev.acp.report.ChecksHtml;
import dev.acp.report.ChecksJunit;
import dev.acp.report.ChecksReport;
import dev.acp.value.ClusterId;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import dev.acp.view.RunLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp check-nodes. */
@Command(
    name = "check-nodes",
    description = {
      "Check every node, all at once, and change nothing.",
      "The checks are those of res/check-list.yaml. Exit code 4 when one fails or cannot be made."
    },
    footer = {
      "",
      "Example: acp check-nodes -f cluster.yaml --bundle installer -o json",
      "Before there is a cluster file: acp check-nodes --nodes 10.0.0.11,10.0.0.12 --ssh-key KEY",
      "With the disks measured: acp check-nodes -f cluster.yaml --disk-bench"
    })
final class CheckNodesCommand extends AcpCommand {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final NodesOptions nodes = new NodesOptions();

  @Option(names = "--only", paramLabel = "ID", split = ",", description = "Make these checks only.")
  private List<String> only = List.of();

  @Option(names = "--skip", paramLabel = "ID", split = ",", description = "Leave these checks out.")
  private List<String> skip = List.of();

  @Option(
      names = "--disk-bench",
      arity = "0..1",
      fallbackValue = "",
      split = ",",
      paramLabel = "PATH",
      description = {
        "Measure the disks, too: on a control plane at /var/lib/etcd, on every node at",
        "containerd's folder, and at the paths given. Writes a file without a name, 256 MiB at",
        "most, for some 10 seconds a path; nothing is left. Nothing else writes anything."
      })
  private List<String> diskBench;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the result as JUnit XML, too.")
  private Path junit;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the result as one HTML file, too.")
  private Path html;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description = "Cut the run after this long; default: 110, with --disk-bench 300.")
  private Integer limitSeconds;

  CheckNodesCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (limitSeconds != null && limitSeconds < 1) {
      throw AcpException.of(FaultCode.USAGE, "--limit is " + limitSeconds + "; at least 1.");
    }
    Optional<Bundle> bundle = cluster.bundle(console);
    ClusterSpec spec = spec(bundle.map(Bundle::offer));
    CheckList list = CheckList.ofSite().with(spec.checks()).choose(only, skip);
    if (!cluster.hasFile()) {
      list = list.withoutFile(spec.capacity());
    }
    List<NodeSpec> chosen = nodes.chosen(spec);
    List<String> bench = benchPaths();
    CheckRun run =
        new CheckRun(
            spec,
            list,
            SupportMatrix.load(bundle.map(Bundle::root)),
            clusterId(spec),
            bundle.map(b -> b.offer().archs()).orElse(List.of()));
    CheckReport report = run.judge(chosen, look(spec, chosen, bench, AcrossRun.wanted(list)));
    ChecksReport document = new ChecksReport(report, console.lang());
    write(junit, () -> new ChecksJunit(report, console.lang()).xml());
    write(html, () -> new ChecksHtml(report, console.lang()).html());
    if (output.json()) {
      print(document);
    } else {
      console.out().print(document.text(common.verbose()));
    }
    return report.ready() ? Exit.DONE.code() : Exit.CHECKS.code();
  }

  private ClusterSpec spec(Optional<Offer> offer) {
    if (cluster.hasFile()) {
      nodes.onlyWithoutFile();
    } else if (nodes.named()) {
      return nodes.bare(cluster.flags(), offer, ClusterOptions.userHome(console));
    }
    return cluster.spec(console, offer);
  }

  /** The paths that --disk-bench names besides those it always means. */
  private List<String> benchPaths() {
    List<String> paths =
        Optional.ofNullable(diskBench).orElse(List.of()).stream()
            .filter(p -> !p.isEmpty())
            .toList();
    for (String path : paths) {
      if (!path.matches("/[A-Za-z0-9._/-]*") || path.contains("..")) {
        throw AcpException.of(
            FaultCode.USAGE,
            "--disk-bench has " + path + "; wanted absolute paths, such as /data.");
      }
    }
    return paths;
  }

  private void print(ChecksReport document) {
    try {
      document.json(console.out());
    } catch (IOException e) {
      throw new UncheckedIOException("texts and numbers can always be written", e);
    }
  }

  private static void write(Path file, Supplier<String> text) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, text.get());
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be written: " + e, e);
    }
  }

  private Map<NodeName, Result<NodeFacts>> look(
      ClusterSpec spec, List<NodeSpec> chosen, List<String> bench, boolean across) {
    int limit = limitSeconds != null ? limitSeconds : diskBench == null ? 110 : 300;
    long end = System.nanoTime() + Duration.ofSeconds(limit).toNanos();
    Clock clock = Clock.systemUTC();
    Probe probe = new Probe(clock, spec.containerdRoot());
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    try (RunLog log =
            common.logFile().isPresent() ? RunLog.at(common.logFile().get(), clock) : null;
        Fleet fleet = connect.fleet(spec, chosen, console, log == null ? Events.none() : log)) {
      fleet.faults().forEach((name, fault) -> seen.put(name, new Result.Failed<>(fault)));
      seen.putAll(Fleet.each(fleet.nodes(), Fleet.PARALLEL, left(end), probe::look));
      if (across) {
        new AcrossRun(spec).add(fleet.nodes(), seen, left(end));
      }
      if (diskBench != null) {
        new BenchRun(spec, new DiskBench(fleet::writer), bench).add(fleet.nodes(), seen, left(end));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the log cannot be written", e);
    }
    return seen;
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
  }

  /** The cluster's id, where setup has begun: what its own record holds is no finding. */
  private Optional<ClusterId> clusterId(ClusterSpec spec) {
    return Decisions.find(ClusterHome.of(console.environment(), spec.name()).folder())
        .map(Decisions::clusterId);
  }
}
