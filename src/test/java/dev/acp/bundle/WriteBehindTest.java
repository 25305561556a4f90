package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WriteBehindTest {
  private final WriteBehind memory = new WriteBehind();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void oneHalfIsFilledWhileTheOtherIsWritten() throws Exception {
    CountDownLatch filledMeanwhile = new CountDownLatch(1);
    List<Integer> written = Collections.synchronizedList(new ArrayList<>());
    memory.filling().putInt(1);
    memory.begin(
        bytes -> {
          await(filledMeanwhile);
          written.add(bytes.getInt());
          assertThat(bytes.hasRemaining()).isFalse();
        });
    memory.filling().putInt(2);
    filledMeanwhile.countDown();
    memory.begin(bytes -> written.add(bytes.getInt()));
    memory.settle();
    assertThat(written).containsExactly(1, 2);
  }

  @Test
  void whatAWriteThrowsIsThrownByWhateverComesNextAndOnce() throws Exception {
    memory.begin(WriteBehindTest::full);
    assertThatThrownBy(() -> memory.begin(bytes -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    memory.begin(WriteBehindTest::full);
    assertThatThrownBy(memory::settle).hasMessage("No space left on device");
    memory.settle();
    memory.begin(bytes -> {});
    memory.settle();
  }

  @Test
  void bothHalvesAreAligned() throws Exception {
    for (int half = 0; half < 2; half++) {
      ByteBuffer filling = memory.filling();
      assertThat(filling.isDirect()).isTrue();
      assertThat(filling.remaining()).isEqualTo(WriteBehind.SIZE);
      assertThat(filling.alignmentOffset(0, WriteBehind.ALIGNMENT)).isZero();
      memory.begin(bytes -> {});
    }
    memory.settle();
  }

  private static void full(ByteBuffer bytes) throws IOException {
    throw new IOException("No space left on device");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
