package dev.acp.operation;

import dev.acp.change.EtcdSnapshot;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.Decisions;
import dev.acp.file.AtomicFile;
import dev.acp.node.Node;
import dev.acp.stage.EncryptionAtRest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what etcd holds before a cluster is taken away or changed for good: a snapshot, and the key
 * without which its Secrets cannot be read. Both in a folder of their own, mode 0700.
 */
public final class KeepEtcd {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private KeepEtcd() {}

  /**
   * Of the first control plane on which etcd runs.
   *
   * @param before what is about to be done, such as reset; names the folder
   * @return the folder; empty if etcd runs on none of these nodes
   * @throws dev.acp.fault.AcpException CHANGE_FAILED
   */
  public static Optional<Path> run(
      EtcdSnapshot snapshots, List<Node> nodes, ClusterHome home, String before, Clock clock)
      throws IOException {
    Path folder = home.etcd().resolve("before-" + before + "-" + TIME.format(clock.instant()));
    for (Node node : nodes) {
      if (!node.spec().isControlPlane()) {
        continue;
      }
      AtomicFile.privateFolder(folder);
      if (snapshots.bring(node, folder.resolve("snapshot.db"))) {
        keepKey(home, folder);
        return Optional.of(folder);
      }
    }
    // nothing to keep: the folder goes again
    Files.deleteIfExists(folder);
    return Optional.empty();
  }

  private static void keepKey(ClusterHome home, Path folder) throws IOException {
    Optional<Decisions> decisions = Decisions.find(home.folder());
    if (decisions.isPresent() && decisions.get().secrets().containsKey(EncryptionAtRest.SECRET)) {
      String text = decisions.get().secret(EncryptionAtRest.SECRET).reveal();
      AtomicFile.write(
          folder.resolve("encryption-provider.conf"),
          text.getBytes(StandardCharsets.UTF_8),
          "rw-------");
    }
  }
}
