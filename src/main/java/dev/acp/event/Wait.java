package dev.acp.event;

import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waiting for a condition: always with a limit, told as an event, and ended by a stop. */
public final class Wait {
  private Wait() {}

  /**
   * Asks poll until it gives a value.
   *
   * @param what the condition, as a noun phrase: "the API server's /readyz"
   * @param limit after this long the answer is empty
   * @param every the pause between two questions
   * @return the value, or empty when the limit was reached
   */
  public static <T> Optional<T> until(
      Optional<NodeName> node,
      String what,
      Duration limit,
      Duration every,
      Events events,
      Stop stop,
      Supplier<Optional<T>> poll) {
    long end = System.nanoTime() + limit.toNanos();
    boolean told = false;
    while (true) {
      stop.check();
      Optional<T> value = poll.get();
      if (value.isPresent()) {
        return value;
      }
      if (!told) {
        events.tell(new Event.Waiting(node, what, limit));
        told = true;
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      try {
        Thread.sleep(Math.min(every.toMillis(), Math.max(1, left / 1_000_000)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stop.ask();
      }
    }
  }
}
