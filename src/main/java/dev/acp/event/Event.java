package dev.acp.event;

import dev.acp.fault.Fault;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What work tells while it runs. Work never prints; listeners (terminal, plain lines, run log,
 * journal) make of it what they like. No event holds a secret.
 */
public sealed interface Event {
  /** A stage of a plan begins; index counts from 1. */
  record StageStarted(StageId stage, int index, int total, int nodes) implements Event {}

  /**
   * A stage has ended well.
   *
   * @param changed how much of the nodes; empty for a stage that is none of changes, such as checks
   */
  record StageDone(StageId stage, OptionalInt changed, Duration took) implements Event {}

  record StageFailed(StageId stage, Fault fault, Duration took) implements Event {}

  /** A node's part of a stage begins. */
  record NodeStarted(StageId stage, NodeName node) implements Event {}

  record NodeDone(StageId stage, NodeName node, int changed, int already, Duration took)
      implements Event {}

  /** One change on one node, as the gate saw it: already, done, would. */
  record Changed(Optional<StageId> stage, NodeName node, String change, String path, String outcome)
      implements Event {}

  /** A wait with a limit, so that a view can show what is waited for. */
  record Waiting(Optional<NodeName> node, String forWhat, Duration limit) implements Event {}

  /** Bytes moved towards a known total. */
  record Moved(Optional<NodeName> node, String what, Bytes done, Bytes total) implements Event {}

  /** A remote command has ended; for the run log. */
  record Ran(NodeName node, String command, int exit, Duration took, String output)
      implements Event {}

  /** A sentence for the person who watches. */
  record Said(Level level, Optional<NodeName> node, String text) implements Event {
    public enum Level {
      DETAIL,
      INFO,
      WARNING
    }
  }
}
