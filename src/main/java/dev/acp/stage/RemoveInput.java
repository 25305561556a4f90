package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.NodeRecord;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.node.Node;
import dev.acp.pki.ClusterPki;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the removal of nodes works from.
 *
 * @param after the cluster without them
 * @param decisions as they stand when the removal begins
 * @param pki of the cluster without them
 * @param first the control plane that stays and is worked on
 * @param dead those of them that do not answer and never will as they are
 * @param nodes every connected node
 * @param drain how long their pods may take to go
 * @param force pods go, too, that nothing starts anew elsewhere
 */
public record RemoveInput(
    ClusterSpec after,
    Decisions decisions,
    ClusterPki pki,
    NodeName first,
    List<NodeSpec> leaving,
    Set<NodeName> dead,
    NodeRecord record,
    Map<NodeName, Node> nodes,
    ClusterHome home,
    Duration drain,
    boolean force) {
  public RemoveInput {
    leaving = List.copyOf(leaving);
    dead = Set.copyOf(dead);
    nodes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
  }

  List<NodeName> names() {
    return leaving.stream().map(NodeSpec::name).toList();
  }

  /** The decisions from the point on at which there is no going back. */
  Decisions whileLeaving() {
    return decisions.leaving(names(), first);
  }

  /** The control planes that stay and can be reached. */
  List<NodeName> staying() {
    return after.controlPlanes().stream().map(NodeSpec::name).filter(nodes::containsKey).toList();
  }

  /** One step of res/actions/remove-node.sh. */
  static Change step(String what, NodeSpec node, Duration limit, boolean detached, String... more) {
    List<String> args = new ArrayList<>(List.of(what, node.address().toString()));
    args.addAll(List.of(more));
    String name = what + "-" + node.name().text().replace(':', '-');
    return new Action(name, "remove-node.sh", args, limit, detached);
  }
}
