package dev.acp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ParallelTest {
  @Test
  void aFaultOfItsOwnWaitsForWhatRunsAndBeginsNothingElse() {
    AtomicInteger ended = new AtomicInteger();
    List<String> items = List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
    assertThatThrownBy(
            () ->
                Parallel.each(
                    items,
                    NodeName::of,
                    2,
                    Duration.ofSeconds(30),
                    item -> {
                      if (item.endsWith(".1")) {
                        throw new IllegalArgumentException("a fault of acp's own");
                      }
                      sleep(400);
                      return ended.incrementAndGet();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("a fault of acp's own");
    // All that had begun by then has ended; nothing goes on behind the caller's back.
    int then = ended.get();
    assertThat(then).isBetween(1, 3);
    sleep(600);
    assertThat(ended.get()).isEqualTo(then);
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
