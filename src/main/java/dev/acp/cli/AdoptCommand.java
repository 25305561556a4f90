package dev.acp.cli;

import dev.acp.change.NodeRecord;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Decisions;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.file.Lock;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.operation.Adopt;
import dev.acp.pki.ClusterPki;
import dev.acp.value.ClusterId;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp adopt. */
@Command(
    name = "adopt",
    description = {
      "Bring back what this machine knew of a cluster, from its nodes.",
      "For when /var/lib/acp/CLUSTER of the machine that ran acp setup is lost, or another machine",
      "takes over. Over SSH alone; nothing is changed on any node."
    },
    footer = {
      "",
      "Example: acp adopt -f cluster.yaml --accept-new-host-keys",
      "Where the copies differ: acp adopt -f cluster.yaml --from 10.0.0.11"
    })
final class AdoptCommand extends AcpCommand {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Option(
      names = "--from",
      paramLabel = "NODE",
      description = "Take the copy of this control plane, where theirs differ.")
  private String from;

  AdoptCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // the lock is held, not used
  public Integer call() {
    ClusterSpec spec = cluster.spec(console, Optional.empty());
    Clock clock = Clock.systemUTC();
    ClusterHome home = ClusterHome.of(console.environment(), spec.name());
    try (Run run = Run.open("adopt", console, common, clock);
        Lock lock = ClusterLock.take(home.create(), "adopt");
        Fleet fleet = connect.fleet(spec, spec.nodes(), console, run.events())) {
      fleet
          .faults()
          .forEach((name, fault) -> run.events().warning(name + " is left out: " + fault.what()));
      Adopt adopt = new Adopt(owners(fleet, run), folder -> read(folder, spec, clock));
      ClusterId id = adopt.cluster();
      Optional<Decisions> known = Decisions.find(home.folder());
      if (known.isPresent() && known.get().clusterId().equals(id)) {
        console.err().println(said("adopt.known", spec.name(), home.folder().toString()));
        return Exit.DONE.code();
      }
      if (known.isPresent()) {
        aside(home, clock, run);
      }
      List<Node> controlPlanes =
          fleet.nodes().stream().filter(node -> node.spec().isControlPlane()).toList();
      Adopt.Adopted adopted =
          adopt.run(spec, controlPlanes, Optional.ofNullable(from).map(NodeName::of), home);
      console
          .err()
          .println(
              said(
                  "adopt.done",
                  spec.name(),
                  adopted.cluster().text(),
                  adopted.from().text(),
                  home.folder().toString(),
                  run.logFile().toString()));
      console.err().println(console.next() + "acp setup -f CLUSTER --bundle DIR --dry-run");
      return Exit.DONE.code();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<NodeName, Optional<ClusterId>> owners(Fleet fleet, Run run) {
    NodeRecord record = new NodeRecord(fleet::writer, run.events());
    Map<NodeName, Result<Optional<ClusterId>>> asked =
        Fleet.each(fleet.nodes(), Fleet.PARALLEL, record::clusterId);
    Fleet.throwIfAny(asked);
    Map<NodeName, Optional<ClusterId>> owners = new LinkedHashMap<>();
    asked.forEach((name, result) -> owners.put(name, result.done().orElseThrow()));
    return owners;
  }

  /** Every authority is there by now; a registry's certificate that does not fit is issued anew. */
  private static ClusterPki read(Path folder, ClusterSpec spec, Clock clock) {
    try {
      return ClusterPki.loadOrCreate(
          folder, clock, new SecureRandom(), KnownCluster.wantedCertificates(spec));
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.NOT_ADOPTABLE, "The copy's keys cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /**
   * What a setup made here after the loss, which no node ever took, is kept beside; no node carries
   * its id.
   */
  private static void aside(ClusterHome home, Clock clock, Run run) throws IOException {
    Path beside = home.folder().resolve("before-adopt-" + NAME.format(clock.instant()));
    Files.createDirectory(beside);
    for (Path path :
        List.of(home.decisions(), home.pki(), home.resolvedFile(), home.packageFile())) {
      if (Files.exists(path)) {
        Files.move(path, beside.resolve(path.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    run.events().warning("what was begun here since, for no node, is kept in " + beside);
  }

  private String said(String key, String... args) {
    return Texts.of(console.lang()).format(key, List.of(args));
  }
}
