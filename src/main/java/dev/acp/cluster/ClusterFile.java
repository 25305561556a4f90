package dev.acp.cluster;

import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.NodeNaming;
import dev.acp.cluster.ClusterSpec.Role;
import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.cluster.ClusterSpec.Ssh.Become;
import dev.acp.cluster.ClusterSpec.Ssh.HostPort;
import dev.acp.cluster.ClusterSpec.Ssh.Jump;
import dev.acp.fault.Problems;
import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster file as it was written: what stood there, with its lines and without defaults
 * (contract.md, "Cluster file"). Mistakes of form are kept in {@link #problems()}, so that {@link
 * Resolver} can tell them together with the rules that the values break.
 */
public record ClusterFile(
    Problems problems,
    At<String> name,
    KubernetesPart kubernetes,
    Optional<At<NodeNaming>> nodeName,
    EndpointPart endpoint,
    NetworkPart network,
    PlatformPart platform,
    RegistryPart registry,
    Optional<At<String>> containerdRoot,
    Optional<At<String>> capacity,
    Optional<At<Boolean>> disasterRecovery,
    ChecksPart checks,
    SshPart ssh,
    List<NodePart> nodes,
    int nodesLine) {

  /**
   * Reads a cluster file.
   *
   * @param shownName the file's name as messages show it
   * @throws dev.acp.fault.InvalidInput CLUSTER_FILE_INVALID, where the content is no YAML mapping
   *     at all; every other mistake is kept for {@link Resolver}
   */
  public static ClusterFile read(String shownName, byte[] content) {
    return ClusterFileReader.read(shownName, content);
  }

  /** True if something stands at this path that could not be read, and has been told. */
  boolean isUnreadable(String path) {
    return problems.all().stream().anyMatch(p -> p.what().startsWith(path + " "));
  }

  /** spec.kubernetes. */
  public record KubernetesPart(
      int line,
      Optional<At<String>> version,
      Optional<At<Integer>> maxPods,
      Map<String, At<String>> kubeletArgs,
      Map<String, At<String>> apiServerArgs,
      Map<String, At<String>> controllerManagerArgs,
      Map<String, At<String>> schedulerArgs) {}

  /** spec.endpoint. */
  public record EndpointPart(
      int line,
      Optional<At<String>> address,
      Optional<At<Boolean>> vipEnabled,
      Optional<At<Integer>> vrid,
      boolean haproxy,
      int vipLine) {
    boolean selfBuiltVip() {
      return vipEnabled.map(At::value).orElse(false);
    }
  }

  /** spec.network. */
  public record NetworkPart(
      int line,
      Optional<At<String>> mode,
      Optional<At<IpFamily>> ipFamily,
      List<At<Cidr>> podCidr,
      List<At<Integer>> nodeMask,
      List<At<Cidr>> serviceCidr,
      List<At<Cidr>> joinCidr,
      Optional<At<String>> nic,
      Optional<At<String>> kubeProxyMode) {}

  /** spec.platform. */
  public record PlatformPart(
      int line,
      Optional<At<String>> address,
      List<At<String>> otherAddresses,
      Optional<At<Integer>> httpsPort,
      Optional<At<Integer>> httpPort,
      boolean isolation,
      Optional<At<String>> certFile,
      Optional<At<String>> keyFile,
      Optional<Integer> certificateLine) {}

  /** spec.registry. */
  public record RegistryPart(
      int line,
      Optional<At<String>> type,
      Optional<At<String>> address,
      Optional<At<String>> caFile,
      Optional<At<String>> user,
      Optional<At<SecretSource>> passwordFrom) {}

  /** spec.checks. */
  public record ChecksPart(List<At<String>> disable, Map<String, At<String>> limits) {}

  /** spec.ssh, or what one node says otherwise. */
  public record SshPart(
      Optional<At<String>> user,
      Optional<At<String>> address,
      Optional<At<Integer>> port,
      Optional<At<String>> keyFile,
      Optional<At<SecretSource>> passphraseFrom,
      Optional<At<SecretSource>> passwordFrom,
      Optional<At<Become>> become,
      Optional<At<SecretSource>> becomePasswordFrom,
      Optional<At<Jump>> jump,
      Optional<At<HostPort>> socks5) {}

  /** One of spec.nodes. */
  public record NodePart(
      int line,
      List<At<IpAddress>> addresses,
      Optional<At<Role>> role,
      Optional<At<Boolean>> deployable,
      Optional<At<Boolean>> platformDedicated,
      SshPart ssh,
      Optional<At<String>> nic,
      Map<String, At<String>> labels,
      List<At<String>> taints,
      Optional<At<String>> displayName,
      Optional<At<String>> gpu) {}
}
