package dev.acp.check;

import dev.acp.cluster.ClusterFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Flags;
import dev.acp.cluster.Resolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
}
