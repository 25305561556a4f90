package dev.acp.cluster;

import dev.acp.file.AtomicFile;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the installer node keeps what it knows of one cluster (contract.md, "Where things are
 * kept"): ${ACP_HOME:-/var/lib/acp}/CLUSTER/, mode 0700.
 */
public record ClusterHome(Path folder) {
  /**
   * @param environment as {@link System#getenv()} gives it
   */
  public static ClusterHome of(Map<String, String> environment, String cluster) {
    return new ClusterHome(AcpHome.of(environment).folder().resolve(cluster));
  }

  /** Makes the folder, and those above it, if they are not there. */
  public ClusterHome create() throws IOException {
    AtomicFile.privateFolder(folder);
    return this;
  }

  /** History of every run, a JSON line each. */
  public Path journal() {
    return folder.resolve("journal.jsonl");
  }

  /** The cluster file as last resolved, without secrets. */
  public Path resolvedFile() {
    return folder.resolve("cluster.yaml");
  }

  /** Which package the cluster was begun with. */
  public Path packageFile() {
    return folder.resolve("package");
  }

  public Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  /** What {@code ClusterPki} makes. */
  public Path pki() {
    return folder.resolve("pki");
  }

  public Path decisions() {
    return folder.resolve("decisions.json");
  }

  /** What the registries must hold, by digest. */
  public Path images() {
    return folder.resolve("images.json");
  }

  /** Snapshots of etcd, from before something was taken away. */
  public Path etcd() {
    return folder.resolve("etcd");
  }

  /** What cleans a machine that was removed while it did not answer. */
  public Path cleanupScript(NodeName node) {
    return folder.resolve("clean-" + node.text().replace(':', '-') + ".sh");
  }

  /** Held while a command changes this cluster. */
  public Path lock() {
    return folder.resolve("lock");
  }
}
