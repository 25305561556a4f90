package dev.acp.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.event.Event;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = 1_000_000_000L;
  private final Pace pace = new Pace();

  private String moved(String node, long done, long total, long seconds) {
    return pace.line(
        new Event.Moved(
            Optional.of(NodeName.of(node)), "contents", Bytes.mib(done), Bytes.mib(total)),
        seconds * SECOND);
  }

  @Test
  void theRateIsOfThisTransferAndTheTimeLeftFollowsFromIt() {
    assertThat(moved("10.0.0.1", 0, 100, 10)).isEqualTo("contents 0 B of 100.0 MiB");
    assertThat(moved("10.0.0.1", 20, 100, 12))
        .isEqualTo("contents 20.0 MiB of 100.0 MiB, 10.0 MiB/s, 8 s left");
    // the next file: what was measured for the last one says nothing of it
    assertThat(moved("10.0.0.1", 1, 4000, 13)).isEqualTo("contents 1.0 MiB of 3.9 GiB");
    assertThat(moved("10.0.0.1", 11, 4000, 14)).endsWith("10.0 MiB/s, 6 min 39 s left");
    assertThat(moved("10.0.0.1", 4000, 4000, 15)).isEqualTo("contents 3.9 GiB of 3.9 GiB");
  }

  @Test
  void severalNodesAtOnceAreToldTogether() {
    moved("10.0.0.1", 0, 100, 1);
    moved("10.0.0.2", 0, 100, 1);
    moved("10.0.0.1", 10, 100, 2);
    assertThat(moved("10.0.0.2", 30, 100, 2))
        .isEqualTo("contents 40.0 MiB of 200.0 MiB, 40.0 MiB/s, 4 s left");
  }

  @Test
  void whatGoesOnFromAnEarlierTryIsNotCountedAsMovedNow() {
    moved("10.0.0.1", 500, 1000, 0);
    assertThat(moved("10.0.0.1", 510, 1000, 10)).contains("1.0 MiB/s", "8 min 10 s left");
  }
}
