package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import java.util.List;

/**
 * What a node is to a check: its role in the cluster, and whether it is the installer's machine.
 */
final class Roles {
  private Roles() {}

  /** 001: the installer runs on the machine that becomes the first control plane. */
  static List<String> of(ClusterSpec spec, NodeSpec node) {
    if (!node.isControlPlane()) {
      return List.of("worker");
    }
    boolean first = spec.controlPlanes().get(0).name().equals(node.name());
    return first ? List.of("control-plane", "installer") : List.of("control-plane");
  }
}
