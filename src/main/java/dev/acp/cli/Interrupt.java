package dev.acp.cli;

import dev.acp.event.Stop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns Ctrl-C and SIGTERM into a wish to stop, and lets the work clean up before acp ends. */
final class Interrupt implements AutoCloseable {
  private static final long MOST_SECONDS = 20;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interrupt(Stop stop) {
    this.hook =
        new Thread(
            () -> {
              stop.ask();
              awaitEnd();
            },
            "acp-interrupt");
  }

  static Interrupt asks(Stop stop) {
    Interrupt interrupt = new Interrupt(stop);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  private void awaitEnd() {
    try {
      if (!ended.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        // the work does not look at the flag; what it leaves is cleaned up by the next run
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work is done and cannot be undone by a stop any more. */
  void done() {
    ended.countDown();
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // acp is ending already, and the hook has done its part
      return;
    }
  }
}
