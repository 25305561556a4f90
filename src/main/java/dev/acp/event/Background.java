package dev.acp.event;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    return of(task -> daemon(threadName, task).start(), work);
  }

  /** Begins when a thread of that executor has time. */
  public static <T> Background<T> of(Executor executor, Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    executor.execute(task);
    return new Background<>(task);
  }

  /**
   * One thread for one piece of work after another, which does not keep the program from ending.
   */
  public static ExecutorService thread(String threadName) {
    return Executors.newSingleThreadExecutor(work -> daemon(threadName, work));
  }

  /** A thread that does not keep the program from ending; not begun yet. */
  public static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
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
