package dev.acp.node;

import dev.acp.value.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Disks, mounts, paths, tools and packages.
 *
 * @param localBinaries programs of container runtimes and Kubernetes under /usr/local
 * @param runtimes where docker, containerd and runc lie
 * @param listenTools languages that can open a socket, in the order in which acp would use them
 */
public record FileFacts(
    Map<String, Fact<Disk>> disks,
    Fact<List<Mount>> mounts,
    Fact<Boolean> tmpUsable,
    Map<String, Fact<PathKind>> paths,
    Map<String, Fact<Optional<String>>> tools,
    Fact<List<String>> packages,
    Fact<List<String>> snaps,
    Fact<List<String>> localBinaries,
    Fact<List<String>> runtimes,
    Fact<List<String>> listenTools) {
  /** The file system under a path. */
  public record Disk(String device, Bytes size, Bytes free, String mountPoint) {}

  /** One line of /proc/self/mounts. */
  public record Mount(String device, String point, String type, List<String> options) {}

  /** What stands at a path. */
  public enum PathKind {
    MISSING,
    /** A folder without entries; lost+found does not count. */
    EMPTY,
    FULL,
    FILE
  }

  /** The mount that a path lies on: the last one with the longest mount point. */
  public static Optional<Mount> mountOf(List<Mount> mounts, String path) {
    Mount best = null;
    for (Mount mount : mounts) {
      boolean on =
          mount.point().equals("/")
              || path.equals(mount.point())
              || path.startsWith(mount.point() + "/");
      if (on && (best == null || mount.point().length() >= best.point().length())) {
        best = mount;
      }
    }
    return Optional.ofNullable(best);
  }
}
