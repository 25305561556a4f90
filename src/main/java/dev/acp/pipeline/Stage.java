package dev.acp.pipeline;

import dev.acp.change.Change;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.node.Node;
import dev.acp.value.StageId;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One step of an operation: a small final class without state of its own; its inputs come in. Three
 * kinds: what is judged, what is brought about on nodes, what is delivered to a service.
 *
 * @param <I> the inputs of the operation
 */
public sealed interface Stage<I> {
  /** Stable: --from, the journal and its title ({@code stage.ID.title}) use it. */
  StageId id();

  /**
   * Whether it may begin with the stage before it: they work on different nodes, and neither needs
   * what the other does.
   */
  default boolean besideTheOneBefore() {
    return false;
  }

  /** Looks and judges; changes nothing. Throws when the operation must not go on. */
  non-sealed interface Check<I> extends Stage<I> {
    void check(I in, List<Node> nodes, Events events, Stop stop);
  }

  /** Wanted states of nodes. */
  non-sealed interface OnNodes<I> extends Stage<I> {
    /** Which nodes, in which order, how many at once. */
    Scope scope(I in);

    /** The wanted state: pure, without input or output, clock or randomness. */
    List<Change> changes(Node node, I in);

    /** What must be observably true of the node after its changes. */
    default Optional<Goal> goal(Node node, I in) {
      return Optional.empty();
    }
  }

  /** Something brought to a service rather than to a node's files, such as images to a registry. */
  non-sealed interface Deliver<I> extends Stage<I> {
    /** What is still missing there, a line a piece, in order; empty when nothing is left to do. */
    List<Delivery> missing(I in);

    /** Brings what is missing and proves that it is there; safe to call again. */
    void deliver(I in, Events events, Stop stop);

    /**
     * The same, at these services at least.
     *
     * @param places by the name that {@link Delivery#where} has
     */
    default void deliver(I in, Predicate<String> places, Events events, Stop stop) {
      deliver(in, events, stop);
    }
  }

  /** A piece that a service lacks. */
  record Delivery(String where, String verb, String subject) {}
}
