package dev.acp.check;

import dev.acp.cluster.ClusterFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Flags;
import dev.acp.cluster.Resolver;
import dev.acp.value.IpAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Cluster files for tests, through the real reader. */
final class Specs {
  static final String YAML =
      """
        apiVersion: acp.dev/v1
        kind: GlobalCluster
        metadata: {name: global}
        spec:
          kubernetes: {version: VERSION}
          endpoint: {address: 10.0.0.11}
          network: {mode: MODE, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
          platform: {address: 10.0.0.11}
          capacity: CAPACITY
          ssh: {user: root, keyFile: /k}
          nodes:
            - {addresses: [10.0.0.11], role: control-plane}
            - {addresses: [10.0.0.12], role: worker}
        """;

  private Specs() {}

  /** One control plane 10.0.0.11 and one worker 10.0.0.12. */
  static ClusterSpec spec(String mode, String version, String capacity) {
    return resolved(
        YAML.replace("MODE", mode).replace("VERSION", version).replace("CAPACITY", capacity));
  }

  static ClusterSpec resolved(String yaml) {
    return new Resolver(Path.of("/root"))
        .resolve(
            ClusterFile.read("test.yaml", yaml.getBytes(StandardCharsets.UTF_8)),
            Flags.none(),
            Optional.empty());
  }

  /** A cluster of this node alone, at another address; without the rules of cluster files. */
  static ClusterSpec with(ClusterSpec s, ClusterSpec.NodeSpec n, String address) {
    return nodes(
        s,
        List.of(
            new ClusterSpec.NodeSpec(
                n.name(),
                List.of(IpAddress.of(address)),
                n.role(),
                n.deployable(),
                n.platformDedicated(),
                n.ssh(),
                n.nic(),
                n.labels(),
                n.taints(),
                n.displayName(),
                n.gpu(),
                n.line())));
  }

  /** The same cluster with other nodes; without the rules of cluster files. */
  static ClusterSpec nodes(ClusterSpec s, List<ClusterSpec.NodeSpec> nodes) {
    return new ClusterSpec(
        s.name(),
        s.kubernetes(),
        s.nodeNaming(),
        s.endpoint(),
        s.network(),
        s.platform(),
        s.registry(),
        s.containerdRoot(),
        s.capacity(),
        s.disasterRecovery(),
        s.checks(),
        nodes);
  }
}
