package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.bundle.Manifest;
import dev.acp.change.Gate;
import dev.acp.change.Gates;
import dev.acp.change.Preprocess;
import dev.acp.check.CheckList;
import dev.acp.check.CheckRun;
import dev.acp.check.SupportMatrix;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.Decisions.Departure;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Fact;
import dev.acp.node.FileFacts.PathKind;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Probe;
import dev.acp.node.Result;
import dev.acp.oci.Inventory;
import dev.acp.pipeline.Journal;
import dev.acp.pipeline.Pipeline;
import dev.acp.pki.ClusterPki;
import dev.acp.stage.EncryptionAtRest;
import dev.acp.stage.RegistryAccess;
import dev.acp.stage.RegistryUnit;
import dev.acp.stage.SetupInput;
import dev.acp.stage.Tokens;
import dev.acp.value.ClusterId;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.StageId;
import dev.acp.value.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Everything that one run of setup stands on: the cluster's folder under its lock, the decisions,
 * the authorities, the connected nodes and their facts. A dry run uses what an earlier run decided,
 * or makes everything up in a folder that goes away again.
 */
final class SetupSession implements AutoCloseable {
  /** The kubelet's own file, which it has once it is in a cluster. */
  private static final String JOINED = "/etc/kubernetes/kubelet.conf";

  private final SetupInput input;
  private final Pipeline<SetupInput> pipeline;
  private final List<AutoCloseable> open;
  private final Optional<Path> scratch;

  private SetupSession(
      SetupInput input,
      Pipeline<SetupInput> pipeline,
      List<AutoCloseable> open,
      Optional<Path> scratch) {
    this.input = input;
    this.pipeline = pipeline;
    this.open = open;
    this.scratch = scratch;
  }

  /**
   * Opens everything for one run.
   *
   * @param work for whose sake
   * @param named the Kubernetes version that the cluster file names, if it does
   */
  static SetupSession open(
      Work work,
      ClusterSpec wanted,
      Optional<Version> named,
      Bundle bundle,
      ConnectOptions connect,
      Console console,
      Run run,
      boolean dryRun) {
    List<AutoCloseable> open = new ArrayList<>();
    Optional<Path> scratch = Optional.empty();
    try {
      Events events = run.events();
      ClusterHome home = ClusterHome.of(console.environment(), wanted.name());
      boolean known = Files.exists(home.decisions());
      Path kept = home.folder();
      if (dryRun && !known) {
        kept = Files.createTempDirectory("acp-dry-run-");
        scratch = Optional.of(kept);
      } else {
        home.create();
        open.add(ClusterLock.take(home, work.command));
      }
      Fleet fleet = connect.fleet(wanted, wanted.nodes(), console, events);
      open.add(fleet);
      fleet.needAll();
      Probe probe = new Probe(Clock.systemUTC(), wanted.containerdRoot());
      Map<NodeName, NodeFacts> facts = facts(fleet, probe);
      SecureRandom random = new SecureRandom();
      Decisions earlier = decisions(kept, wanted, random, fleet);
      Decisions decisions = fitting(earlier, work, wanted, facts, events);
      if (!dryRun && !decisions.equals(earlier)) {
        decisions.save(kept);
      }
      decisions.secrets().values().forEach(connect.masker()::hide);
      sameVersion(named, decisions);
      ClusterSpec spec = wanted.withKubernetesVersion(decisions.kubernetesVersion());
      ClusterPki pki =
          ClusterPki.loadOrCreate(
              kept.resolve("pki"),
              Clock.systemUTC(),
              random,
              KnownCluster.wantedCertificates(spec));
      pki.secrets().forEach(connect.masker()::hide);
      if (!dryRun) {
        new SameInputs(home, events).hold(spec, bundle, touched(facts, decisions.clusterId()));
      }
      Map<NodeName, Node> nodes = new LinkedHashMap<>();
      fleet.nodes().forEach(node -> nodes.put(node.name(), node));
      Optional<ClusterId> cluster =
          known || !dryRun ? Optional.of(decisions.clusterId()) : Optional.empty();
      SetupInput input =
          new SetupInput(
              spec,
              bundle,
              bundle.offer(),
              decisions,
              pki,
              nodes,
              facts,
              new CheckRun(
                  spec,
                  CheckList.ofSite().with(spec.checks()),
                  SupportMatrix.load(Optional.of(bundle.root())),
                  cluster,
                  bundle.offer().archs()),
              probe::look,
              new Preprocess(fleet::writer, cluster, events, run.stop())
                  .withNewLogin(fleet::byNewLogin),
              RegistryAccess.of(spec, connect.secrets(console)),
              images(bundle.manifest()));
      Optional<Journal> journal = Optional.empty();
      if (!dryRun) {
        Inventory.of(input.layout()).save(home.images());
        Journal opened = Journal.open(home.journal(), Clock.systemUTC(), runName(random));
        open.add(0, opened);
        journal = Optional.of(opened);
      }
      Function<StageId, Gate> gates =
          stage ->
              dryRun
                  ? Gates.dry(cluster, stage, events, run.stop())
                  : Gates.wet(fleet::writer, decisions.clusterId(), stage, events, run.stop());
      return new SetupSession(
          input, new Pipeline<>(nodes, gates, journal, events, run.stop()), open, scratch);
    } catch (IOException e) {
      closeAll(open, scratch);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      closeAll(open, scratch);
      throw e;
    }
  }

  /** What a session is for. */
  enum Work {
    SETUP("setup"),
    ADD_NODE("add-node"),
    /** The rest of a cluster is brought to what it is without a node. */
    REMOVE_NODE("remove-node");

    private final String command;

    Work(String command) {
      this.command = command;
    }
  }

  /**
   * The decisions as they fit this cluster file and these machines.
   *
   * @throws AcpException NODE_REMOVED or REMOVAL_UNFINISHED, if the file names a node that
   *     remove-node took out; INPUT_CHANGED, if it lacks the control plane to work on
   */
  static Decisions fitting(
      Decisions decisions,
      Work work,
      ClusterSpec spec,
      Map<NodeName, NodeFacts> facts,
      Events events) {
    List<NodeName> back = new ArrayList<>();
    for (NodeSpec node : spec.nodes()) {
      if (decisions.departed().get(node.name()) == Departure.LEAVING) {
        throw AcpException.on(
            node.name(),
            FaultCode.REMOVAL_UNFINISHED,
            "The removal of this node was begun and has not ended.",
            List.of());
      }
      if (decisions.isGone(node.name())) {
        if (work != Work.ADD_NODE) {
          throw AcpException.on(
              node.name(),
              FaultCode.NODE_REMOVED,
              "This node was removed from the cluster, and the cluster file still names it.",
              List.of());
        }
        back.add(node.name());
      }
    }
    Decisions fitting = back.isEmpty() ? decisions : decisions.wantedAgain(back);
    Optional<NodeName> member = memberBesideAnEmptyFounder(fitting, spec, facts);
    if (member.isPresent()) {
      events.warning(
          fitting.founder().orElseThrow()
              + " was the first control plane and is empty now, while "
              + member.get()
              + " is a member of the cluster; the empty machine joins it.");
      fitting = fitting.withoutFounder(member.get());
    }
    NodeName first = fitting.firstControlPlane();
    if (spec.controlPlanes().stream().noneMatch(node -> node.name().equals(first))) {
      throw AcpException.of(
          FaultCode.INPUT_CHANGED,
          "The cluster file has no longer the control plane "
              + first
              + "; acp remove-node takes one out of the cluster.");
    }
    return fitting;
  }

  /**
   * A founder that was made anew, or reset alone, must not found a second cluster beside the one
   * that goes on without it: a control plane that bears this cluster's record and Kubernetes'.
   */
  private static Optional<NodeName> memberBesideAnEmptyFounder(
      Decisions decisions, ClusterSpec spec, Map<NodeName, NodeFacts> facts) {
    Optional<NodeFacts> founder = decisions.founder().map(facts::get);
    if (founder.isEmpty()
        || !founder.get().system().cluster().asOptional().equals(Optional.of(Optional.empty()))) {
      return Optional.empty();
    }
    return spec.controlPlanes().stream()
        .map(NodeSpec::name)
        .filter(node -> facts.get(node).system().owner().equals(Optional.of(decisions.clusterId())))
        .filter(
            node ->
                Optional.ofNullable(facts.get(node).files().paths().get(JOINED))
                    .flatMap(Fact::asOptional)
                    .filter(kind -> kind != PathKind.MISSING)
                    .isPresent())
        .findFirst();
  }

  private static Map<NodeName, NodeFacts> facts(Fleet fleet, Probe probe) {
    Map<NodeName, NodeFacts> facts = new LinkedHashMap<>();
    Map<NodeName, Result<NodeFacts>> results =
        Fleet.each(fleet.nodes(), Fleet.PARALLEL, probe::look);
    results.forEach(
        (name, result) -> {
          if (result.failure().isPresent()) {
            throw new AcpException(result.failure().get());
          }
          facts.put(name, result.done().orElseThrow());
        });
    return facts;
  }

  /** Those of the first run, with a token for each node that has come since. */
  private static Decisions decisions(Path kept, ClusterSpec spec, SecureRandom random, Fleet fleet)
      throws IOException {
    Decisions decisions = Decisions.loadOrCreate(kept, () -> decide(spec, random, fleet));
    Map<String, Secret> all = Tokens.make(spec, random);
    all.putAll(decisions.secrets());
    if (all.equals(decisions.secrets())) {
      return decisions;
    }
    Decisions more = decisions.withSecrets(all);
    more.save(kept);
    return more;
  }

  /** setup does not upgrade: another version than the first run's is refused, not passed over. */
  private static void sameVersion(Optional<Version> named, Decisions decisions) {
    if (named.isPresent() && !named.get().equals(decisions.kubernetesVersion())) {
      throw AcpException.of(
          FaultCode.INPUT_CHANGED,
          "The cluster file asks for Kubernetes "
              + named.get()
              + ", but this cluster was begun with "
              + decisions.kubernetesVersion()
              + ".");
    }
  }

  /** True when some node carries this cluster's record already. */
  private static boolean touched(Map<NodeName, NodeFacts> facts, ClusterId cluster) {
    return facts.values().stream().anyMatch(f -> f.system().owner().equals(Optional.of(cluster)));
  }

  private static Decisions decide(ClusterSpec spec, SecureRandom random, Fleet fleet) {
    Map<String, Secret> secrets = new LinkedHashMap<>(Tokens.make(spec, random));
    byte[] http = new byte[32];
    random.nextBytes(http);
    secrets.put(RegistryUnit.SECRET, Secret.of(HexFormat.of().formatHex(http)));
    secrets.put(
        EncryptionAtRest.SECRET,
        EncryptionAtRest.decide(
            fleet.nodes().stream().filter(n -> n.spec().isControlPlane()).toList(), random));
    return Decisions.begin(
        ClusterId.of(UUID.randomUUID()),
        spec.kubernetes().version(),
        spec.controlPlanes().get(0).name(),
        secrets);
  }

  private static Map<String, Digest> images(Manifest manifest) {
    Map<String, Digest> images = new LinkedHashMap<>();
    manifest.images().forEach(image -> images.put(image.ref(), image.digest()));
    return images;
  }

  private static String runName(SecureRandom random) {
    byte[] bytes = new byte[4];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  SetupInput input() {
    return input;
  }

  Pipeline<SetupInput> pipeline() {
    return pipeline;
  }

  @Override
  public void close() {
    closeAll(open, scratch);
  }

  private static void closeAll(List<AutoCloseable> open, Optional<Path> scratch) {
    RuntimeException first = null;
    for (int i = open.size() - 1; i >= 0; i--) {
      try {
        open.get(i).close();
      } catch (Exception e) {
        first = first == null ? new IllegalStateException("closing failed", e) : first;
      }
    }
    scratch.ifPresent(SetupSession::delete);
    if (first != null) {
      throw first;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
