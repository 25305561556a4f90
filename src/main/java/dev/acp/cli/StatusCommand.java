package dev.acp.cli;

import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.kube.ClusterStatus;
import dev.acp.node.Fleet;
import dev.acp.oci.Inventory;
import dev.acp.operation.Status;
import dev.acp.pki.ClusterPki;
import dev.acp.report.StatusReport;
import dev.acp.stage.RegistryAccess;
import dev.acp.value.Exit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp status. */
@Command(
    name = "status",
    description = {
      "Show whether the cluster is healthy, and why not.",
      "Every control plane is asked over SSH, so that etcd, the virtual address and the way out are told",
      "when no API server answers; every registry is asked for every image, where the cluster was set up.",
      "Exit code 4 when it is not healthy."
    },
    footer = {
      "",
      "Example: acp status -f cluster.yaml",
      "Look every 5 seconds: acp status -f cluster.yaml --watch"
    })
final class StatusCommand extends AcpCommand {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final String CLEAR = "\033[H\033[2J";

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = {"-w", "--watch"},
      description = "Look again every 5 seconds, until Ctrl-C.")
  private boolean watch;

  StatusCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // the signals are held, not used
  public Integer call() {
    if (watch && output.json()) {
      throw AcpException.of(
          FaultCode.USAGE, "--watch draws again and again, and -o json is one document.");
    }
    ClusterSpec spec = cluster.spec(console, Optional.empty());
    if (spec.controlPlanes().isEmpty()) {
      throw AcpException.of(FaultCode.USAGE, "The cluster file has no control plane.");
    }
    Stop stop = new Stop();
    Status.Registries registries = registries(spec);
    if (!watch) {
      ClusterStatus status = look(new Status(spec, registries, stop), spec);
      console
          .out()
          .print(
              output.json()
                  ? StatusReport.json(status) + "\n"
                  : StatusReport.text(spec.name(), status));
      return status.healthy() ? Exit.DONE.code() : Exit.CHECKS.code();
    }
    try (Interrupt ignored = Interrupt.asks(stop, console)) {
      return again(new Status(spec, registries, stop), spec, stop);
    }
  }

  /** Ends by a stop alone. */
  private int again(Status status, ClusterSpec spec, Stop stop) {
    while (true) {
      ClusterStatus now = look(status, spec);
      stop.check();
      String head = console.terminal() ? CLEAR : "";
      console.out().print(head + StatusReport.text(spec.name(), now));
      console.out().flush();
      for (long left = EVERY.toMillis(); left > 0; left -= 100) {
        stop.check();
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    }
  }

  /** Logs in anew each time, so that a machine that came back is seen. */
  private ClusterStatus look(Status status, ClusterSpec spec) {
    try (Fleet fleet = connect.fleet(spec, spec.controlPlanes(), console, Events.none())) {
      return status.look(fleet);
    }
  }

  private Status.Registries registries(ClusterSpec spec) {
    ClusterHome home = ClusterHome.of(console.environment(), spec.name());
    Optional<Inventory> wanted = Inventory.load(home.images());
    if (wanted.isEmpty()) {
      return Status.Registries.unknown(
          "Whether the registries have every image cannot be told: "
              + home.images()
              + " is not here; acp setup writes it.");
    }
    try {
      Optional<SSLContext> own = ClusterPki.pushContext(home.pki());
      if (own.isEmpty()) {
        return Status.Registries.unknown(
            "Whether the registries have every image cannot be told: "
                + home.pki()
                + " has no keys to them.");
      }
      RegistryAccess access = RegistryAccess.of(spec, connect.secrets(console));
      return new Status.Registries(access.clients(spec, own.get()), wanted.get(), Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
