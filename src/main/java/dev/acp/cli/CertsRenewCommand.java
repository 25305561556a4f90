package dev.acp.cli;

import dev.acp.change.Gate;
import dev.acp.change.Gates;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Decisions;
import dev.acp.event.Wait;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.file.Lock;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.kube.CertificateFile.State;
import dev.acp.kube.NodeCertificates;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.operation.RenewCertificates;
import dev.acp.pipeline.Journal;
import dev.acp.pipeline.Pipeline;
import dev.acp.pki.ClusterPki;
import dev.acp.report.CertificatesReport;
import dev.acp.stage.RenewInput;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.StageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp certs renew. */
@Command(
    name = "renew",
    description = {
      "Renew the certificates that end soon, one control plane at a time.",
      "A snapshot of etcd comes first; the next control plane follows when this one's API server and",
      "etcd are back. Works with everything expired and the API down, over SSH alone. Authorities",
      "stay. Run again, it goes on where it stopped."
    },
    footer = {
      "",
      "Example: acp certs renew -f cluster.yaml",
      "Look first: acp certs renew -f cluster.yaml --dry-run"
    })
final class CertsRenewCommand extends AcpCommand {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Duration EARLIER = Duration.ofMinutes(16);

  private final Clock clock = Clock.systemUTC();
  private final SecureRandom random = new SecureRandom();

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final WithinOption within = new WithinOption();

  @Option(names = "--all", description = "Renew all of kubeadm's and the kubelets', however new.")
  private boolean all;

  @Option(names = "--dry-run", description = "Show what would be done where, and do nothing.")
  private boolean dryRun;

  CertsRenewCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // the lock is held, not used
  public Integer call() {
    Duration limit = within.limit();
    ClusterSpec asked = cluster.spec(console, Optional.empty());
    ClusterHome home = ClusterHome.of(console.environment(), asked.name());
    Decisions decisions =
        Decisions.find(home.folder()).orElseThrow(() -> KnownCluster.missing(home));
    ClusterSpec spec = asked.withKubernetesVersion(decisions.kubernetesVersion());
    try (Run run = Run.open("certs-renew", console, common, clock);
        Lock lock = ClusterLock.take(home, "certs renew");
        Fleet fleet = connect.fleet(spec, spec.nodes(), console, run.events())) {
      decisions.secrets().values().forEach(connect.masker()::hide);
      CertificatesReport before = settled(fleet, spec, limit, run);
      CertsCheckCommand.skewed(before).forEach(run.events()::warning);
      RenewInput in = input(spec, decisions, home, before);
      Map<NodeName, Node> nodes = new LinkedHashMap<>();
      fleet.nodes().stream()
          .filter(node -> in.seen().containsKey(node.name()))
          .forEach(node -> nodes.put(node.name(), node));
      if (dryRun) {
        return dry(in, nodes, decisions, run);
      }
      int changed = in.nothing() ? 0 : renew(in, nodes, fleet, decisions, home, run);
      return told(spec, CertsCheckCommand.report(fleet, spec, limit), changed, run);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an earlier run started on a node is waited for: what is left is known only after it. */
  private static CertificatesReport settled(
      Fleet fleet, ClusterSpec spec, Duration limit, Run run) {
    return Wait.until(
            Optional.empty(),
            "a renewal that an earlier run started",
            EARLIER,
            Duration.ofSeconds(2),
            run.events(),
            run.stop(),
            () ->
                Optional.of(CertsCheckCommand.report(fleet, spec, limit))
                    .filter(r -> r.nodes().stream().noneMatch(NodeCertificates::renewing)))
        .orElseThrow(
            () ->
                AcpException.of(
                    FaultCode.NODE_LOCKED,
                    "An earlier renewal did not end within " + EARLIER.toMinutes() + " minutes."));
  }

  private RenewInput input(
      ClusterSpec spec, Decisions decisions, ClusterHome home, CertificatesReport before)
      throws IOException {
    ClusterPki pki =
        ClusterPki.loadOrCreate(
            home.pki(), clock, random, KnownCluster.wantedCertificates(spec), before.within());
    pki.secrets().forEach(connect.masker()::hide);
    Map<NodeName, NodeCertificates> seen = new LinkedHashMap<>();
    Map<NodeName, Secret> kubelets = new LinkedHashMap<>();
    for (NodeCertificates node : before.nodes()) {
      seen.put(node.node(), node);
      boolean due =
          node.files().stream()
              .anyMatch(
                  f ->
                      f.kind() == Kind.KUBELET_CLIENT
                          && (all || f.state(node.clock(), before.within()) != State.GOOD));
      Optional<String> name =
          spec.node(node.node()).kubernetesName(spec.nodeNaming()).or(node::kubernetesName);
      if (due && name.isPresent()) {
        Secret made = pki.kubeletClient(name.get(), clock, random);
        connect.masker().hide(made);
        kubelets.put(node.node(), made);
      }
    }
    return new RenewInput(
        spec, decisions, pki, NAME.format(clock.instant()), seen, before.within(), all, kubelets);
  }

  private int dry(RenewInput in, Map<NodeName, Node> nodes, Decisions decisions, Run run) {
    Function<StageId, Gate> gates =
        stage -> Gates.dry(Optional.of(decisions.clusterId()), stage, run.events(), run.stop());
    List<Pipeline.Planned> planned =
        in.nothing()
            ? List.of()
            : new Pipeline<RenewInput>(nodes, gates, Optional.empty(), run.events(), run.stop())
                .dryRun(RenewCertificates.plan(), in);
    DryRunReport report = new DryRunReport(planned, List.of());
    console.out().print(output.json() ? report.json() : report.text());
    return Exit.DONE.code();
  }

  private int renew(
      RenewInput in,
      Map<NodeName, Node> nodes,
      Fleet fleet,
      Decisions decisions,
      ClusterHome home,
      Run run)
      throws IOException {
    Function<StageId, Gate> gates =
        stage -> Gates.wet(fleet::writer, decisions.clusterId(), stage, run.events(), run.stop());
    try (Journal journal = Journal.open(home.journal(), clock, "renew-" + in.id())) {
      return new Pipeline<RenewInput>(nodes, gates, Optional.of(journal), run.events(), run.stop())
          .run(RenewCertificates.plan(), in)
          .changed();
    }
  }

  /** Says how all certificates stand afterwards; throws where one that should be good is not. */
  private int told(ClusterSpec spec, CertificatesReport after, int changed, Run run) {
    if (output.json()) {
      console.out().print(after.json());
    }
    List<String> left = new ArrayList<>();
    for (NodeCertificates node : after.nodes()) {
      node.due(after.within())
          .forEach(
              f ->
                  left.add(
                      node.node()
                          + " "
                          + f.path()
                          + ": "
                          + f.state(node.clock(), after.within()).word()));
    }
    after.missing().forEach((name, why) -> left.add(name + " was not renewed: " + why));
    if (!left.isEmpty()) {
      throw new AcpException(
          Fault.of(
                  FaultCode.CERTIFICATES_LEFT,
                  changed + " changes were made, and " + left.size() + " things are left.")
              .withEvidence(left));
    }
    console
        .err()
        .println(
            Texts.of(console.lang())
                .format(
                    changed == 0 ? "certs.nothing" : "certs.renewed",
                    List.of(spec.name(), Integer.toString(changed), run.logFile().toString())));
    return Exit.DONE.code();
  }
}
