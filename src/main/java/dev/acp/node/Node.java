package dev.acp.node;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.remote.Remote;
import dev.acp.value.NodeName;

/** A machine of the cluster and the way to ask it. */
public record Node(NodeSpec spec, Remote remote) {
  public NodeName name() {
    return spec.name();
  }
}
