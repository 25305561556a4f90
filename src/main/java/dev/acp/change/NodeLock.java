package dev.acp.change;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.event.Wait;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.remote.CommandResult;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Waiting for a node's lock, which the process at work there holds itself: a minute for whoever it
 * is; as long as an action may take where a run that was killed has left one behind, since that one
 * ends by itself and this run goes on from what it did.
 */
final class NodeLock {
  /** The recorder's exit status when somebody else holds the lock. */
  private static final int HELD = 75;

  private static final String ACTION = "acp-action-";

  /** How long somebody else's batch is waited for. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration OWN_ACTION = Duration.ofMinutes(20);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private NodeLock() {}

  /**
   * Runs a batch as soon as the lock is free.
   *
   * @throws AcpException NODE_LOCKED with the holder
   */
  static CommandResult whenFree(
      Node node, Duration patience, Events events, Stop stop, Supplier<CommandResult> batch) {
    CommandResult[] last = {batch.get()};
    if (last[0].exit() != HELD) {
      return last[0];
    }
    String holder = holder(last[0]);
    return Wait.until(
            Optional.of(node.name()),
            "the node's lock, held by " + holder,
            holder.startsWith(ACTION) ? OWN_ACTION : patience,
            EVERY,
            events,
            stop,
            () -> {
              last[0] = batch.get();
              return last[0].exit() == HELD
                  ? Optional.<CommandResult>empty()
                  : Optional.of(last[0]);
            })
        .orElseThrow(
            () ->
                AcpException.on(
                    node.name(),
                    FaultCode.NODE_LOCKED,
                    "The node is held by: " + holder(last[0]),
                    last[0].lastLines(15)));
  }

  private static String holder(CommandResult result) {
    return Reply.of(result).details(0, "locked").stream().findFirst().orElse("somebody");
  }
}
