package dev.acp.event;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** A value that is worked out in a thread of its own, once, while others go on. */
public final class Background<T> {
  private final FutureTask<T> task;

  private Background(FutureTask<T> task) {
    this.task = task;
  }

  /** Begins at once. */
  public static <T> Background<T> of(String threadName, Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = new Thread(task, threadName);
    thread.setDaemon(true);
    thread.start();
    return new Background<>(task);
  }

  /** Work without a value. */
  public static Background<Void> run(String threadName, Runnable work) {
    return of(
        threadName,
        () -> {
          work.run();
          return null;
        });
  }

  /** The value, waited for; or what the work threw. */
  public T get() {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException told) {
        throw told;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    }
  }

  /** Throws what the work threw, if it has ended so; does not wait. */
  public void failIfFailed() {
    if (task.isDone()) {
      get();
    }
  }
}
