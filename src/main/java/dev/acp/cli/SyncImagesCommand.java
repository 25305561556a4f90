package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.file.Lock;
import dev.acp.kube.ArchConstraint;
import dev.acp.node.Fleet;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.Inventory;
import dev.acp.oci.PlatformSync;
import dev.acp.oci.RegistryClient;
import dev.acp.operation.SyncImages;
import dev.acp.pki.ClusterPki;
import dev.acp.registry.RegistryNames;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp sync-images. */
@Command(
    name = "sync-images",
    description = {
      "Push the images of another bundle into the cluster's registries.",
      "By platform: a name keeps the platforms that the registry has, and those of the bundle come to",
      "it. What is there is passed over, so a run that was cut short goes on. Run it where the cluster",
      "was set up: the keys to its registries are there."
    },
    footer = {
      "",
      "Example: acp sync-images -f cluster.yaml --bundle /root/hybrid/installer",
      "Look first: acp sync-images -f cluster.yaml --bundle DIR --platform linux/arm64 --dry-run"
    })
final class SyncImagesCommand extends AcpCommand {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      split = ",",
      completionCandidates = Candidates.Platforms.class,
      description = "These platforms only, such as linux/arm64; a bare arm64 is linux/arm64.")
  private List<String> platforms = new ArrayList<>();

  @Option(
      names = "--all-platforms",
      description = "Every platform of the bundle; so it is without --platform, too.")
  private boolean all;

  @Option(names = "--dry-run", description = "Show what would be pushed, and send nothing.")
  private boolean dryRun;

  SyncImagesCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (all && !platforms.isEmpty()) {
      throw AcpException.of(
          FaultCode.USAGE, "Either --platform or --all-platforms, but both were given.");
    }
    cluster.needFile();
    Bundle bundle = cluster.needBundle(console);
    ClusterSpec spec = cluster.spec(console, Optional.empty());
    if (!(spec.registry() instanceof ClusterSpec.Registry.PlatformRegistry)) {
      throw AcpException.of(
          FaultCode.USAGE,
          "The cluster file names an external registry; acp pushes to the platform's own only."
              + " For another one take skopeo copy --all.");
    }
    Map<String, Digest> signed = new LinkedHashMap<>();
    bundle.manifest().images().forEach(image -> signed.put(image.ref(), image.digest()));
    ImageLayout layout = ImageLayout.open(bundle.imageLayout(), signed);
    Set<String> wanted = wanted(layout);
    ClusterHome home = ClusterHome.of(console.environment(), spec.name());
    try {
      SSLContext tls = tls(home);
      return sync(spec, home, layout, wanted, tls);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Set<String> wanted(ImageLayout layout) {
    Set<String> there = PlatformSync.platforms(layout);
    Set<String> wanted = new TreeSet<>();
    for (String platform : platforms) {
      String normal = PlatformSync.normal(platform.strip());
      if (!there.contains(normal)) {
        throw AcpException.of(
            FaultCode.USAGE,
            "The bundle has nothing for the platform "
                + normal
                + "; it has "
                + String.join(", ", there)
                + ".");
      }
      wanted.add(normal);
    }
    return wanted;
  }

  private static SSLContext tls(ClusterHome home) throws IOException {
    Optional<SSLContext> tls =
        Files.exists(home.decisions()) ? ClusterPki.pushContext(home.pki()) : Optional.empty();
    return tls.orElseThrow(
        () ->
            new AcpException(
                Fault.of(
                        FaultCode.NOT_INSTALLED,
                        "No cluster of this name was set up from here: "
                            + home.folder()
                            + " has no keys to its registries.")
                    .withNext(home.folder().toString())));
  }

  @SuppressWarnings("try") // the lock is held, not used
  private int sync(
      ClusterSpec spec, ClusterHome home, ImageLayout layout, Set<String> wanted, SSLContext tls)
      throws IOException {
    Map<NodeName, RegistryClient> registries = new LinkedHashMap<>();
    for (NodeSpec node : spec.controlPlanes()) {
      registries.put(
          node.name(), new RegistryClient(URI.create(RegistryNames.url(node.address())), tls));
    }
    try (Run run = Run.open("sync-images", console, common, Clock.systemUTC());
        Lock lock = ClusterLock.take(home, "sync-images")) {
      List<SyncImages.Synced> synced =
          new SyncImages(layout, wanted, run.events(), run.stop()).run(registries, dryRun);
      if (!dryRun) {
        remember(home, synced);
      }
      SyncImagesReport report =
          new SyncImagesReport(
              spec.name(), console.lang(), dryRun, synced, constraint(spec, run.events()));
      console.out().print(output.json() ? report.json() : report.text(common.verbose()));
      return 0;
    }
  }

  /** status holds the registries to these, too. */
  private static void remember(ClusterHome home, List<SyncImages.Synced> synced)
      throws IOException {
    Inventory all = Inventory.load(home.images()).orElse(new Inventory(List.of()));
    for (SyncImages.Synced one : synced) {
      all =
          all.plus(
              Inventory.ofSendings(
                  one.images().stream().flatMap(i -> i.sending().stream()).toList()));
    }
    all.save(home.images());
  }

  /** The images are there by now; where nobody answers, the person is told to look. */
  private ArchConstraint constraint(ClusterSpec spec, Events events) {
    try (Fleet fleet = connect.fleet(spec, spec.controlPlanes(), console, events)) {
      return fleet.nodes().isEmpty()
          ? ArchConstraint.unknown()
          : ArchConstraint.read(fleet.nodes().get(0).remote());
    } catch (AcpException e) {
      events.warning(e.fault().what());
      return ArchConstraint.unknown();
    }
  }
}
