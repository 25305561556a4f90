package dev.acp.node;

import dev.acp.event.Background;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Runs the same work for several nodes at once; one that fails or hangs costs only itself. */
final class Parallel {
  private Parallel() {}

  /**
   * Runs work for each item.
   *
   * @param atOnce the most that run together
   * @param limit when it is over, work that has not ended is left to itself (its threads are
   *     daemons) and answers with a fault
   * @return one result a name, in the items' order
   * @throws RuntimeException a fault of acp's own; only when no other work runs any more, since the
   *     caller closes what that work stands on
   */
  static <I, T> Map<NodeName, Result<T>> each(
      List<I> items, Function<I, NodeName> name, int atOnce, Duration limit, Function<I, T> work) {
    Map<NodeName, Result<T>> results = new LinkedHashMap<>();
    if (items.isEmpty()) {
      return results;
    }
    int size = Math.max(1, Math.min(atOnce, items.size()));
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Background.daemon("fleet", task));
    try {
      long end = System.nanoTime() + limit.toNanos();
      List<Future<T>> running = new ArrayList<>();
      items.forEach(item -> running.add(threads.submit(() -> work.apply(item))));
      Throwable own = null;
      for (int i = 0; i < items.size(); i++) {
        NodeName node = name.apply(items.get(i));
        try {
          results.put(node, collect(node, running.get(i), end, limit));
        } catch (RuntimeException | Error e) {
          // What has not begun need not; what runs is waited for, within the limit.
          threads.shutdown();
          running.forEach(other -> cancelUnbegun(threads, other));
          if (own == null) {
            own = e;
          } else {
            own.addSuppressed(e);
          }
        }
      }
      throwAny(own);
    } finally {
      threads.shutdown();
    }
    return results;
  }

  private static void cancelUnbegun(ThreadPoolExecutor threads, Future<?> work) {
    if (work instanceof Runnable waiting && threads.remove(waiting)) {
      work.cancel(false);
    }
  }

  private static void throwAny(Throwable own) {
    if (own instanceof Error error) {
      throw error;
    }
    if (own != null) {
      throw (RuntimeException) own;
    }
  }

  private static <T> Result<T> collect(NodeName node, Future<T> running, long end, Duration limit) {
    try {
      return new Result.Done<>(
          running.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      running.cancel(false);
      return new Result.Failed<>(
          Fault.of(
                  FaultCode.COMMAND_TIMEOUT,
                  "The work on it did not end within the run's " + limit.toSeconds() + " s.")
              .on(node));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result.Failed<>(Fault.of(FaultCode.INTERRUPTED, "Stopped.").on(node));
    } catch (CancellationException e) {
      return new Result.Failed<>(
          Fault.of(FaultCode.INTERRUPTED, "Not begun, since acp itself failed.").on(node));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AcpException known) {
        Fault fault = known.fault();
        return new Result.Failed<>(fault.node().isPresent() ? fault : fault.on(node));
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      // A fault of acp's own is not one node's: it must not look like a result.
      throw new IllegalStateException("work on " + node + " failed", e.getCause());
    }
  }
}
