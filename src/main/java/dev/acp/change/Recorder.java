package dev.acp.change;

import dev.acp.change.Change.Action;
import java.util.List;

/**
 * One node's recorder, as the gate drives it: the real one runs res/record.sh, a model stands in
 * for it in tests. For one gate call, by one thread.
 */
interface Recorder {
  /** Looks at all changes in one round trip; changes nothing. One answer a change, in order. */
  List<Seen> look(List<Change> wanted);

  /**
   * Records and makes the changes, in order, under the node's lock, up to the first failure.
   *
   * @throws dev.acp.fault.AcpException CHANGE_FAILED, NODE_LOCKED, FOREIGN_CLUSTER
   */
  void apply(List<Change> batch);

  /** Records a detached action and starts it as a unit of its own. */
  void start(Action action);

  /** How a detached action stands. */
  Run poll(Action action);

  /** Ends a detached action that took too long. */
  void end(Action action);

  /**
   * A detached action's state.
   *
   * @param exit its exit status, where it ended
   */
  record Run(State state, int exit, List<String> lastLines) {
    /** GONE: neither running nor ended with a result, as after a power loss. */
    enum State {
      RUNNING,
      ENDED,
      GONE
    }
  }
}
