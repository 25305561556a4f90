package dev.acp.cli;

import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.event.Events;
import dev.acp.node.Fleet;
import dev.acp.remote.HostKeys;
import dev.acp.remote.Masker;
import dev.acp.remote.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of the way to the nodes, and that way. */
final class ConnectOptions {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Option(
      names = "--accept-new-host-keys",
      description = "Take the key of a host met for the first time; a changed key always stops.")
  private boolean acceptNew;

  @Option(
      names = "--known-hosts",
      paramLabel = "FILE",
      description = "The host keys; default: the cluster's own file.")
  private Path knownHosts;

  private final Masker masker = new Masker();
  private Secrets secrets;

  /** What hides secrets in everything that comes back from nodes. */
  Masker masker() {
    return masker;
  }

  /** The secrets that the cluster file names, each read once a run. */
  synchronized Secrets secrets(Console console) {
    if (secrets == null) {
      secrets = new Secrets(console.environment(), console::askSecret, masker);
    }
    return secrets;
  }

  /** Connects to these nodes of the cluster; one that fails costs only itself. */
  Fleet fleet(ClusterSpec spec, List<NodeSpec> nodes, Console console, Events events) {
    Path known =
        knownHosts != null
            ? knownHosts
            : ClusterHome.of(console.environment(), spec.name()).knownHosts();
    return Fleet.connect(
        nodes,
        HostKeys.in(known, (host, type, fingerprint) -> take(console, host, type, fingerprint)),
        secrets(console),
        events,
        Fleet.PARALLEL,
        LIMIT);
  }

  /**
   * A key met for the first time is shown and asked for; where nobody can be asked it is refused.
   */
  private boolean take(Console console, String host, String type, String fingerprint) {
    if (acceptNew || !console.terminal()) {
      return acceptNew;
    }
    synchronized (console) {
      return console
          .ask(
              "The host "
                  + host
                  + " is not known. Its "
                  + type
                  + " key is "
                  + fingerprint
                  + ". Is that what its own console says? (yes/no) ")
          .equals("yes");
    }
  }
}
