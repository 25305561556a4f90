package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.change.EtcdSnapshot;
import dev.acp.change.Gate;
import dev.acp.change.Gates;
import dev.acp.change.NodeRecord;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.ResolvedFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.file.AtomicFile;
import dev.acp.file.Lock;
import dev.acp.kube.ClusterStatus;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.operation.KeepEtcd;
import dev.acp.operation.RemoveNodes;
import dev.acp.operation.Setup;
import dev.acp.operation.Status;
import dev.acp.pipeline.Journal;
import dev.acp.pipeline.Pipeline;
import dev.acp.pki.ClusterPki;
import dev.acp.stage.InstallerCopy;
import dev.acp.stage.RemoveInput;
import dev.acp.stage.SetupInput;
import dev.acp.stage.Tokens;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** acp remove-node. */
@Command(
    name = "remove-node",
    description = {
      "Take nodes out of the cluster, and acp off them.",
      "Their pods go elsewhere first; a control plane leaves etcd, which must keep its majority. Then the",
      "machine is cleaned by its own record, and the others are brought to the cluster without it. The",
      "cluster file still names the nodes. Run again, it goes on where it stopped."
    },
    footer = {
      "",
      "Example: acp remove-node -f cluster.yaml --bundle DIR 10.0.0.21",
      "A machine that is gone: acp remove-node -f cluster.yaml --bundle DIR --dead 10.0.0.13"
    })
final class RemoveNodeCommand extends AcpCommand {
  private final Clock clock = Clock.systemUTC();

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();

  @Parameters(
      paramLabel = "NODE",
      arity = "1..*",
      description = "Nodes by their first address in the cluster file.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--dead",
      description = {
        "Those of them that do not answer are switched off for good.",
        "A script to clean such a machine is left for when it comes back."
      })
  private boolean dead;

  @Option(
      names = "--force",
      description = "Also pods go that belong to nobody, and so are not started anew elsewhere.")
  private boolean force;

  @Option(
      names = "--drain-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long the pods of a node may take to go; default: ${DEFAULT-VALUE}.")
  private int drainSeconds;

  @Option(names = "--dry-run", description = "Show what would be done where, and do nothing.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  RemoveNodeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (drainSeconds < 1) {
      throw AcpException.of(FaultCode.USAGE, "--drain-timeout is a number of seconds above 0.");
    }
    cluster.needFile();
    Bundle bundle = cluster.needBundle(console);
    ClusterSpec asked = cluster.spec(console, Optional.of(bundle.offer()));
    ClusterHome home = ClusterHome.of(console.environment(), asked.name());
    Decisions decisions =
        Decisions.find(home.folder()).orElseThrow(() -> KnownCluster.missing(home));
    ClusterSpec spec = asked.withKubernetesVersion(decisions.kubernetesVersion());
    List<NodeSpec> leaving = NodesOptions.named(spec, names);
    ClusterSpec after = after(spec, leaving, decisions);
    if (!dryRun) {
      confirm(spec, leaving);
    }
    try (Run run = Run.open("remove-node", console, common, clock)) {
      long began = System.nanoTime();
      if (dryRun) {
        return dry(spec, after, leaving, decisions, home, run);
      }
      remove(spec, after, leaving, decisions, home, run);
      settle(after, bundle, run);
      long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
      console
          .err()
          .println(
              Texts.of(console.lang())
                  .format(
                      "remove-node.done",
                      List.of(
                          text(leaving),
                          spec.name(),
                          Long.toString(seconds / 60),
                          Long.toString(seconds % 60),
                          run.logFile().toString())));
      return Exit.DONE.code();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without those that leave now and those that left before. */
  private static ClusterSpec after(ClusterSpec spec, List<NodeSpec> leaving, Decisions decisions) {
    List<NodeName> gone =
        spec.nodes().stream()
            .filter(node -> leaving.contains(node) || decisions.isGone(node.name()))
            .map(NodeSpec::name)
            .toList();
    return spec.without(gone);
  }

  private static String text(List<NodeSpec> nodes) {
    return String.join(", ", nodes.stream().map(n -> n.name().text()).toList());
  }

  private void confirm(ClusterSpec spec, List<NodeSpec> leaving) {
    if (yes) {
      return;
    }
    String what =
        "remove-node takes " + text(leaving) + " out of cluster " + spec.name() + " with all data";
    if (!console.terminal()) {
      throw AcpException.of(FaultCode.WOULD_DESTROY, what + "; nobody said yes to that.");
    }
    console.err().println(what + ".");
    if (!console.ask("Type the number of nodes that go, to go on: ").equals("" + leaving.size())) {
      throw AcpException.of(FaultCode.ANSWER_NO, "The answer was not " + leaving.size() + ".");
    }
  }

  private int dry(
      ClusterSpec spec,
      ClusterSpec after,
      List<NodeSpec> leaving,
      Decisions decisions,
      ClusterHome home,
      Run run)
      throws IOException {
    try (Fleet fleet = connect.fleet(spec, spec.nodes(), console, run.events())) {
      RemoveInput in = input(spec, after, leaving, decisions, home, fleet, run);
      Function<StageId, Gate> gates =
          stage -> Gates.dry(Optional.of(decisions.clusterId()), stage, run.events(), run.stop());
      DryRunReport report =
          new DryRunReport(
              new Pipeline<RemoveInput>(
                      in.nodes(), gates, Optional.empty(), run.events(), run.stop())
                  .dryRun(RemoveNodes.plan(), in),
              List.of());
      console.out().print(output.json() ? report.json() : report.text());
      return Exit.DONE.code();
    }
  }

  @SuppressWarnings("try") // the lock is held, not used
  private void remove(
      ClusterSpec spec,
      ClusterSpec after,
      List<NodeSpec> leaving,
      Decisions decisions,
      ClusterHome home,
      Run run)
      throws IOException {
    List<NodeName> names = leaving.stream().map(NodeSpec::name).toList();
    try (Lock lock = ClusterLock.take(home, "remove-node");
        Fleet fleet = connect.fleet(spec, spec.nodes(), console, run.events())) {
      if (names.stream().allMatch(decisions::isGone)) {
        run.events().info(text(leaving) + " left the cluster before");
        return;
      }
      RemoveInput in = input(spec, after, leaving, decisions, home, fleet, run);
      if (leaving.stream().anyMatch(NodeSpec::isControlPlane)) {
        keepEtcd(fleet, home, in, run);
      }
      Function<StageId, Gate> gates =
          stage -> Gates.wet(fleet::writer, decisions.clusterId(), stage, run.events(), run.stop());
      try (Journal journal =
          Journal.open(home.journal(), clock, "remove-" + clock.instant().getEpochSecond())) {
        new Pipeline<RemoveInput>(in.nodes(), gates, Optional.of(journal), run.events(), run.stop())
            .run(RemoveNodes.plan(), in);
      }
      forget(home, after, names);
      Tokens.without(Decisions.find(home.folder()).orElseThrow().gone(names), names)
          .save(home.folder());
    }
  }

  /** What is not in the cluster any more: its keys here, and its place in the kept cluster file. */
  private static void forget(ClusterHome home, ClusterSpec after, List<NodeName> names)
      throws IOException {
    for (NodeName name : names) {
      for (String end : List.of(".key", ".crt")) {
        Files.deleteIfExists(home.pki().resolve("registry").resolve(name + end));
      }
    }
    AtomicFile.write(
        home.resolvedFile(),
        ResolvedFile.write(after).getBytes(StandardCharsets.UTF_8),
        "rw-------");
  }

  private void keepEtcd(Fleet fleet, ClusterHome home, RemoveInput in, Run run) throws IOException {
    List<Node> staying = fleet.nodes().stream().filter(n -> n.name().equals(in.first())).toList();
    KeepEtcd.run(new EtcdSnapshot(fleet::writer), staying, home, "remove-node", clock)
        .ifPresent(folder -> run.events().info("a snapshot of etcd from before: " + folder));
  }

  /** Judges the machines and etcd, before anything is done. */
  private RemoveInput input(
      ClusterSpec spec,
      ClusterSpec after,
      List<NodeSpec> leaving,
      Decisions decisions,
      ClusterHome home,
      Fleet fleet,
      Run run)
      throws IOException {
    decisions.secrets().values().forEach(connect.masker()::hide);
    Map<NodeName, Node> nodes = new LinkedHashMap<>();
    fleet.nodes().forEach(node -> nodes.put(node.name(), node));
    List<NodeName> silent =
        leaving.stream().map(NodeSpec::name).filter(name -> !nodes.containsKey(name)).toList();
    if (!silent.isEmpty() && !dead) {
      Fault why = fleet.faults().get(silent.get(0));
      throw new AcpException(
          why.withEvidence(
              List.of(
                  "If this machine is switched off for good, say so: --dead takes it out of the"
                      + " cluster without it.")));
    }
    ClusterStatus.EtcdState etcd =
        new Status(spec, Status.Registries.unknown("not asked"), run.stop()).look(fleet).etcd();
    List<NodeSpec> before =
        spec.controlPlanes().stream().filter(n -> !decisions.isGone(n.name())).toList();
    RemoveNodes.lostQuorum(before, leaving, etcd)
        .ifPresent(
            why -> {
              throw AcpException.of(FaultCode.WOULD_DESTROY, why);
            });
    ClusterPki pki =
        ClusterPki.loadOrCreate(
            home.pki(), clock, new SecureRandom(), KnownCluster.wantedCertificates(after));
    pki.secrets().forEach(connect.masker()::hide);
    return new RemoveInput(
        after,
        decisions,
        pki,
        first(after, decisions, nodes),
        leaving,
        Set.copyOf(silent),
        new NodeRecord(fleet::writer, run.events()),
        nodes,
        home,
        Duration.ofSeconds(drainSeconds),
        force);
  }

  /** The one as before, if it stays and answers. */
  private static NodeName first(ClusterSpec after, Decisions decisions, Map<NodeName, Node> nodes) {
    List<NodeName> possible =
        after.controlPlanes().stream().map(NodeSpec::name).filter(nodes::containsKey).toList();
    if (possible.isEmpty()) {
      throw AcpException.of(
          FaultCode.WOULD_DESTROY, "No control plane that stays answers; nothing was changed.");
    }
    return possible.contains(decisions.firstControlPlane())
        ? decisions.firstControlPlane()
        : possible.get(0);
  }

  /** The others, as setup wants them in a cluster without these nodes. */
  private void settle(ClusterSpec after, Bundle bundle, Run run) {
    try (SetupSession session =
        SetupSession.open(
            SetupSession.Work.REMOVE_NODE,
            after,
            Optional.empty(),
            bundle,
            connect,
            console,
            run,
            false)) {
      Pipeline<SetupInput> pipeline = session.pipeline();
      pipeline.run(
          Setup.plan().part(Optional.of(new InstallerCopy().id().text()), Optional.empty()),
          session.input());
    }
  }
}
