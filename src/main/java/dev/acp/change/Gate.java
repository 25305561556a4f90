package dev.acp.change;

import dev.acp.node.Node;
import java.util.List;

/**
 * The only way to a node's state. One round trip observes all wanted changes; only what differs is
 * recorded on the node and done, in the order given. Two implementations: wet and dry.
 */
public interface Gate {
  /**
   * Brings a node to the wanted state.
   *
   * @return one outcome a change, in the same order
   * @throws dev.acp.fault.AcpException CHANGE_FAILED, CANNOT_TELL, NODE_LOCKED, FOREIGN_CLUSTER, or
   *     a failure of the way there; what was done before it stays recorded
   */
  List<Outcome> bring(Node node, List<Change> wanted);
}
