package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.NodeFacts;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import java.util.Map;
import java.util.Optional;

/**
 * What a judge looks at.
 *
 * @param all the facts of every node that was reached, the subject's too
 * @param cluster this cluster's id, where setup has begun already; what its own record holds on the
 *     node is no finding
 */
public record Subject(
    ClusterSpec spec,
    NodeSpec node,
    NodeFacts facts,
    Map<NodeName, NodeFacts> all,
    SupportMatrix matrix,
    Ports ports,
    Optional<ClusterId> cluster) {

  /** True where this cluster's acp keeps a record on the node. */
  boolean heldByUs() {
    return cluster.isPresent()
        && facts.system().cluster().asOptional().orElse(Optional.empty()).equals(cluster);
  }
}
