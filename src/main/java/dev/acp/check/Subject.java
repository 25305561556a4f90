package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.NodeFacts;
import dev.acp.value.Arch;
import dev.acp.value.ClusterId;
import dev.acp.value.IpAddress;
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
    return heldByUs(facts);
  }

  private boolean heldByUs(NodeFacts seen) {
    return cluster.isPresent() && seen.system().owner().equals(cluster);
  }

  /** The control planes that are this cluster's already, for one that is to join them. */
  List<NodeName> ourControlPlanes() {
    return spec.controlPlanes().stream()
        .map(NodeSpec::name)
        .filter(name -> all.containsKey(name) && heldByUs(all.get(name)))
        .toList();
  }

  /** The one of them that has an address now, besides its own. */
  Optional<NodeName> holderAmongOurs(IpAddress address) {
    return ourControlPlanes().stream()
        .filter(
            name ->
                all.get(name).network().addresses().asOptional().orElse(List.of()).stream()
                    .anyMatch(link -> link.address().equals(address)))
        .findFirst();
  }
}
