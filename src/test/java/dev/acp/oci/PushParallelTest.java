package dev.acp.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a push goes about many things at once. */
class PushParallelTest {
  private final AtomicInteger begun = new AtomicInteger();

  @Test
  void allIsDone() {
    Push.inParallel(Collections.nCopies(100, this::count));
    assertThat(begun).hasValue(100);
  }

  /** A registry that is gone costs each request its ten seconds. */
  @Test
  void afterTheFirstFailureNothingElseIsBegun() {
    Callable<Void> failing =
        () -> {
          count();
          throw new IllegalArgumentException("gone");
        };
    assertThatThrownBy(() -> Push.inParallel(Collections.nCopies(1000, failing)))
        .hasMessage("gone");
    assertThat(begun.get()).isBetween(1, 4);
  }

  private Void count() {
    begun.incrementAndGet();
    return null;
  }
}
