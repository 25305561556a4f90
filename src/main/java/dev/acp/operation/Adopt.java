package dev.acp.operation;

import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.InstallerFiles;
import dev.acp.cluster.ResolvedFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.node.Node;
import dev.acp.pki.ClusterPki;
import dev.acp.remote.RemotePath;
import dev.acp.value.Bytes;
import dev.acp.value.ClusterId;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Brings back what the installer node knew of a cluster from the copies that the control planes
 * hold. What comes from a node is judged like any input before a byte of it is kept: the copy must
 * make sense, belong to the cluster that all nodes name, and be the same on every control plane.
 */
public final class Adopt {
  /** Where a copy lies below the cluster's folder while it is judged. */
  public static final String SCRATCH = "adopting";

  private static final Bytes MOST = Bytes.of(1 << 20);
  private static final String AUTHORITY = "/etc/kubernetes/pki/ca.crt";

  private final Map<NodeName, Optional<ClusterId>> owners;
  private final Function<Path, ClusterPki> readPki;

  /**
   * @param owners the cluster that each reachable node belongs to, by its own record
   * @param readPki reads the folder of authorities, and fails where something in it is missing or
   *     damaged
   */
  public Adopt(Map<NodeName, Optional<ClusterId>> owners, Function<Path, ClusterPki> readPki) {
    this.owners = Map.copyOf(owners);
    this.readPki = readPki;
  }

  /** One control plane's copy, by the names below the folder. */
  record Copy(NodeName node, Map<String, byte[]> files) {
    Digest digest() {
      StringBuilder all = new StringBuilder();
      files.forEach((name, content) -> all.append(name).append(Digest.ofBytes(content).hex()));
      return Digest.ofText(all.toString());
    }
  }

  /**
   * What was found.
   *
   * @param from the control plane whose copy was taken
   */
  public record Adopted(ClusterId cluster, NodeName from, int files) {}

  /**
   * The one cluster that the nodes belong to.
   *
   * @throws AcpException NOT_INSTALLED, FOREIGN_CLUSTER
   */
  public ClusterId cluster() {
    List<ClusterId> ids = owners.values().stream().flatMap(Optional::stream).distinct().toList();
    if (ids.isEmpty()) {
      throw AcpException.of(
          FaultCode.NOT_ADOPTABLE, "None of these nodes belongs to a cluster of acp.");
    }
    if (ids.size() > 1) {
      throw AcpException.of(
          FaultCode.FOREIGN_CLUSTER, "The nodes belong to different clusters: " + owners + ".");
    }
    return ids.get(0);
  }

  /**
   * Fetches, judges and writes.
   *
   * @param controlPlanes those that can be reached
   * @param from the one whose copy counts where they differ
   * @throws AcpException NOT_ADOPTABLE, FOREIGN_CLUSTER, INPUT_CHANGED
   */
  public Adopted run(
      ClusterSpec spec, List<Node> controlPlanes, Optional<NodeName> from, ClusterHome home)
      throws IOException {
    ClusterId id = cluster();
    List<Copy> copies = new ArrayList<>();
    for (Node node : controlPlanes) {
      fetch(spec, node).ifPresent(copies::add);
    }
    Copy chosen = choose(copies, from, id);
    Path scratch = home.folder().resolve(SCRATCH);
    clear(scratch);
    for (Map.Entry<String, byte[]> file : chosen.files().entrySet()) {
      write(scratch.resolve(file.getKey()), file.getValue());
    }
    Decisions decisions = decisions(chosen);
    ClusterPki pki = readPki.apply(scratch.resolve(InstallerFiles.PKI));
    sameAuthority(controlPlanes, chosen, pki);
    sameCluster(spec.withKubernetesVersion(decisions.kubernetesVersion()), chosen);
    keep(home, scratch, spec.withKubernetesVersion(decisions.kubernetesVersion()));
    return new Adopted(id, chosen.node(), chosen.files().size());
  }

  /** Empty where a node has no whole copy. */
  private static Optional<Copy> fetch(ClusterSpec spec, Node node) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<String> registries =
        spec.controlPlanes().stream().map(n -> "/registry/" + n.name() + ".").toList();
    for (String name : names(spec)) {
      Optional<byte[]> content = read(node, InstallerFiles.FOLDER + "/" + name);
      if (content.isPresent()) {
        files.put(name, content.get());
      } else if (registries.stream().noneMatch(name::contains)) {
        return Optional.empty();
      }
      // a control plane that the cluster file names and the cluster has not met yet has no registry
    }
    return Optional.of(new Copy(node.name(), files));
  }

  /** The names are acp's own; nothing that a node lists is taken for a path here. */
  static List<String> names(ClusterSpec spec) {
    List<String> pairs = new ArrayList<>(List.of("ca", "front-proxy-ca", "etcd/ca", "registry/ca"));
    for (NodeSpec node : spec.controlPlanes()) {
      pairs.add("registry/" + node.name());
    }
    pairs.add("registry/node-client");
    pairs.add("registry/acp-client");
    List<String> names = new ArrayList<>();
    for (String pair : pairs) {
      names.add(InstallerFiles.PKI + "/" + pair + ".key");
      names.add(InstallerFiles.PKI + "/" + pair + ".crt");
    }
    names.add(InstallerFiles.PKI + "/sa.key");
    names.add(InstallerFiles.CLUSTER);
    names.add(InstallerFiles.DECISIONS);
    return names;
  }

  private static Optional<byte[]> read(Node node, String path) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try {
      node.remote().fetch(RemotePath.of(path), content, MOST);
    } catch (AcpException e) {
      if (e.fault().code() == FaultCode.COMMAND_FAILED) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(content.toByteArray());
  }

  private static Copy choose(List<Copy> copies, Optional<NodeName> from, ClusterId id) {
    List<Copy> ours =
        copies.stream()
            .filter(c -> from.isEmpty() || c.node().equals(from.get()))
            .filter(c -> decisions(c).clusterId().equals(id))
            .toList();
    if (ours.isEmpty()) {
      throw AcpException.of(
          FaultCode.NOT_ADOPTABLE,
          "No control plane that could be asked holds a whole copy of what the installer of cluster "
              + id
              + " knew, in "
              + InstallerFiles.FOLDER
              + ".");
    }
    List<String> different =
        ours.stream()
            .filter(c -> !c.digest().equals(ours.get(0).digest()))
            .map(Adopt::say)
            .toList();
    if (!different.isEmpty()) {
      throw AcpException.of(
          FaultCode.NOT_ADOPTABLE,
          "The control planes hold different copies: "
              + say(ours.get(0))
              + ", "
              + String.join(", ", different)
              + ". Take the one that acp wrote last, with --from NODE.");
    }
    return ours.get(0);
  }

  private static String say(Copy copy) {
    return copy.node() + " " + copy.digest().hex().substring(0, 12);
  }

  private static Decisions decisions(Copy copy) {
    return Decisions.parse(
        copy.node() + ":" + InstallerFiles.FOLDER + "/" + InstallerFiles.DECISIONS,
        copy.files().get(InstallerFiles.DECISIONS));
  }

  /** The cluster runs by the authority of the copy. */
  private static void sameAuthority(List<Node> controlPlanes, Copy chosen, ClusterPki pki) {
    Node node =
        controlPlanes.stream()
            .filter(n -> n.name().equals(chosen.node()))
            .findFirst()
            .orElseThrow();
    Optional<byte[]> there = read(node, AUTHORITY);
    byte[] copied = chosen.files().get(InstallerFiles.PKI + "/ca.crt");
    // a cluster whose first control plane was never begun has none there yet
    if (there.isPresent() && !java.util.Arrays.equals(there.get(), copied)) {
      throw AcpException.on(
          node.name(),
          FaultCode.NOT_ADOPTABLE,
          "The cluster runs by another authority than the copy holds: "
              + AUTHORITY
              + " differs from it ("
              + pki.caCertHash()
              + ").",
          List.of());
    }
  }

  private static void sameCluster(ClusterSpec spec, Copy chosen) {
    List<String> changed =
        ResolvedFile.differences(
            ResolvedFile.read(
                chosen.node() + ":" + InstallerFiles.CLUSTER,
                chosen.files().get(InstallerFiles.CLUSTER)),
            spec);
    if (!changed.isEmpty()) {
      throw new AcpException(
          Fault.of(
                  FaultCode.INPUT_CHANGED,
                  "The cluster file differs from the one that the cluster was installed from, in what"
                      + " cannot change later.")
              .withEvidence(changed));
    }
  }

  /** The decisions come last: where they are, everything is. */
  private static void keep(ClusterHome home, Path scratch, ClusterSpec spec) throws IOException {
    clear(home.pki());
    Files.move(scratch.resolve(InstallerFiles.PKI), home.pki(), StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.write(
        home.resolvedFile(),
        ResolvedFile.write(spec).getBytes(StandardCharsets.UTF_8),
        "rw-------");
    AtomicFile.syncFolder(home.folder());
    AtomicFile.write(
        home.decisions(),
        Files.readAllBytes(scratch.resolve(InstallerFiles.DECISIONS)),
        "rw-------");
    clear(scratch);
  }

  private static void write(Path file, byte[] content) throws IOException {
    AtomicFile.privateFolder(file.getParent());
    AtomicFile.write(file, content, "rw-------");
  }

  private static void clear(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
  }
}
