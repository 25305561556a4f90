package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.ResolvedFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.operation.Setup;
import dev.acp.pipeline.Pipeline;
import dev.acp.pipeline.Plan;
import dev.acp.stage.SetupInput;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** acp add-node. */
@Command(
    name = "add-node",
    description = {
      "Bring the new nodes of the cluster file into the cluster.",
      "Workers and control planes are checked and prepared as by acp setup; a control plane is a voting member of etcd before",
      "the next one begins. The others are brought to what a larger cluster wants of them: where the",
      "registries are, who may hold the cluster's address. Run again, it goes on where it stopped."
    },
    footer = {
      "",
      "Example: acp add-node -f cluster.yaml --bundle DIR",
      "Only if it is just this one: acp add-node -f cluster.yaml --bundle DIR 10.0.0.22"
    })
final class AddNodeCommand extends AcpCommand {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();

  @Parameters(
      paramLabel = "NODE",
      arity = "0..*",
      description = {
        "The nodes that you mean to be new; acp stops where others are. Default: all that are new in",
        "the cluster file."
      })
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--dry-run",
      description = {
        "Show every change on every node, in order, and do nothing. Findings that would stop the run",
        "are warnings; exit code 4 if there are any."
      })
  private boolean dryRun;

  AddNodeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    cluster.needFile();
    Bundle bundle = cluster.needBundle(console);
    ClusterSpec spec = cluster.spec(console, Optional.of(bundle.offer()));
    SetupScope.check(spec, Optional.of(bundle));
    ClusterHome home = ClusterHome.of(console.environment(), spec.name());
    Decisions decisions =
        Decisions.find(home.folder()).orElseThrow(() -> KnownCluster.missing(home));
    List<NodeName> added = added(spec, decisions, home);
    meant(spec, added);
    try (Run run = Run.open("add-node", console, common, Clock.systemUTC())) {
      run.events()
          .info(
              added.isEmpty()
                  ? "no node of the cluster file is new; what was begun is gone on with"
                  : "new: " + String.join(", ", added.stream().map(NodeName::text).toList()));
      try (SetupSession session =
          SetupSession.open(
              SetupSession.Work.ADD_NODE,
              spec,
              Optional.empty(),
              bundle,
              connect,
              console,
              run,
              dryRun)) {
        return dryRun
            ? SetupCommand.dry(Setup.plan(), session, console, output)
            : wet(session, added, run);
      }
    }
  }

  /** Those that the cluster as it is kept here has not, or has no longer. */
  private static List<NodeName> added(ClusterSpec spec, Decisions decisions, ClusterHome home) {
    List<NodeName> all = new ArrayList<>(spec.nodes().stream().map(NodeSpec::name).toList());
    if (!Files.exists(home.resolvedFile())) {
      return List.of();
    }
    try {
      byte[] kept = Files.readAllBytes(home.resolvedFile());
      ResolvedFile.read(home.resolvedFile().toString(), kept).nodes().stream()
          .map(NodeSpec::name)
          .filter(name -> !decisions.isGone(name))
          .forEach(all::remove);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void meant(ClusterSpec spec, List<NodeName> added) {
    if (names.isEmpty()) {
      return;
    }
    List<NodeName> wanted = NodesOptions.named(spec, names).stream().map(NodeSpec::name).toList();
    List<NodeName> others = added.stream().filter(name -> !wanted.contains(name)).toList();
    if (!others.isEmpty()) {
      throw AcpException.of(
          FaultCode.USAGE,
          "The cluster file has other new nodes, too: "
              + String.join(", ", others.stream().map(NodeName::text).toList())
              + ".");
    }
  }

  private int wet(SetupSession session, List<NodeName> added, Run run) {
    Plan<SetupInput> plan = Setup.plan();
    Pipeline.Summary summary = session.pipeline().run(plan, session.input());
    long seconds = summary.took().toSeconds();
    console
        .err()
        .println(
            Texts.of(console.lang())
                .format(
                    "add-node.done",
                    List.of(
                        session.input().spec().name(),
                        Integer.toString(added.size()),
                        Integer.toString(session.input().spec().nodes().size()),
                        Long.toString(seconds / 60),
                        Long.toString(seconds % 60),
                        run.logFile().toString())));
    console.err().println(console.next() + "acp status -f CLUSTER");
    return Exit.DONE.code();
  }
}
