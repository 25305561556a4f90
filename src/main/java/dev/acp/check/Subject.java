package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.NodeFacts;
import dev.acp.value.Arch;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a judge looks at.
 *
 * @param all the facts of every node that was reached, the subject's too
 * @param cluster this cluster's id, where setup has begun already; what its own record holds on the
 *     node is no finding
 * @param packageArchs the architectures that the bundle carries; empty where none was named
 */
public record Subject(
    ClusterSpec spec,
    NodeSpec node,
    NodeFacts facts,
    Map<NodeName, NodeFacts> all,
    SupportMatrix matrix,
    Ports ports,
    Optional<ClusterId> cluster,
    List<Arch> packageArchs) {

  /** True where this cluster's acp keeps a record on the node. */
  boolean heldByUs() {
    return cluster.isPresent()
        && facts.system().cluster().asOptional().orElse(Optional.empty()).equals(cluster);
  }
}
