package dev.acp.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;

/**
 * One remote command from its start to its end: three threads move its streams, so that none can
 * block another, and the caller watches the clock. sshj's streams know no time limit; only closing
 * the channel ends them.
 */
final class Exchange {
  private static final Duration LATE_OUTPUT = Duration.ofSeconds(2);
  private static final Duration EXIT_STATUS = Duration.ofSeconds(5);

  /** Writes what the command is to read. */
  @FunctionalInterface
  interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A command's time is up. */
  static final class TimeUp extends IOException {
    private static final long serialVersionUID = 1L;

    TimeUp(String why) {
      super(why);
    }
  }

  /**
   * How long a command may take.
   *
   * @param total from its start to its end, if there is a limit
   * @param idle without a byte moved in any direction, if there is a limit
   */
  record Limits(Optional<Duration> total, Optional<Duration> idle) {
    static Limits total(Duration limit) {
      return new Limits(Optional.of(limit), Optional.empty());
    }

    static Limits idle(Duration limit) {
      return new Limits(Optional.empty(), Optional.of(limit));
    }
  }

  private final Session.Command command;
  private final Executor threads;
  private final AtomicLong moved = new AtomicLong();
  private final AtomicReference<IOException> sinkFailed = new AtomicReference<>();
  private final AtomicReference<OutOfMemoryError> died = new AtomicReference<>();
  private final AtomicReference<IOException> sourceFailed = new AtomicReference<>();

  Exchange(Session.Command command, Executor threads) {
    this.command = command;
    this.threads = threads;
  }

  /**
   * Moves the streams until the command ends.
   *
   * @return its exit status; 128 + n when signal n ended it
   * @throws Lost when the connection broke
   * @throws TimeUp when a limit was reached
   * @throws Sinks.Overflow when more came than out takes
   * @throws OutOfMemoryError when this machine could not hold what came
   */
  int run(Source in, OutputStream out, OutputStream err, Limits limits) throws IOException {
    CountDownLatch open = new CountDownLatch(2);
    threads.execute(() -> feed(in));
    threads.execute(() -> drain(command.getInputStream(), out, open));
    threads.execute(() -> drain(command.getErrorStream(), err, open));
    watch(open, limits);
    return status();
  }

  private void feed(Source in) {
    try (OutputStream to = command.getOutputStream()) {
      in.writeTo(counting(to));
      // sshj's close() sends only what the window takes at that moment, and drops the rest.
      to.flush();
    } catch (IOException e) {
      // A command may end without reading all; whether that is a failure its exit status says.
      sourceFailed.set(e);
    }
  }

  private void drain(InputStream from, OutputStream to, CountDownLatch open) {
    byte[] block = new byte[32 << 10];
    try {
      for (int n = from.read(block); n >= 0; n = from.read(block)) {
        moved.addAndGet(n);
        to.write(block, 0, n);
      }
    } catch (IOException e) {
      sinkFailed.compareAndSet(null, e);
    } catch (OutOfMemoryError e) {
      // What came until now must not pass for all that was said.
      died.compareAndSet(null, e);
    } finally {
      open.countDown();
    }
  }

  private void watch(CountDownLatch open, Limits limits) throws IOException {
    long start = System.nanoTime();
    long lastMoved = 0;
    long lastChange = start;
    long ended = 0;
    while (!await(open)) {
      long now = System.nanoTime();
      if (moved.get() != lastMoved) {
        lastMoved = moved.get();
        lastChange = now;
      }
      if (sinkFailed.get() instanceof Sinks.Overflow) {
        return;
      }
      if (over(limits.total(), start, now)) {
        throw new TimeUp("it ran longer than " + limits.total().get().toSeconds() + " s");
      }
      if (over(limits.idle(), lastChange, now)) {
        throw new TimeUp("nothing moved for " + limits.idle().get().toSeconds() + " s");
      }
      if (command.getExitStatus() != null) {
        // A process that it left behind may hold its output open.
        ended = ended == 0 ? now : ended;
        if (now - ended > LATE_OUTPUT.toNanos()) {
          return;
        }
      }
    }
  }

  private static boolean over(Optional<Duration> limit, long since, long now) {
    return limit.isPresent() && now - since > limit.get().toNanos();
  }

  private static boolean await(CountDownLatch latch) throws Lost {
    try {
      return latch.await(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Lost(true, "interrupted", e);
    }
  }

  private int status() throws IOException {
    if (died.get() != null) {
      throw died.get();
    }
    if (sinkFailed.get() instanceof Sinks.Overflow overflow) {
      throw overflow;
    }
    if (command.getExitStatus() == null && sinkFailed.get() == null) {
      try {
        command.join(EXIT_STATUS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (IOException e) {
        throw new Lost(true, String.valueOf(e.getMessage()), e);
      }
    }
    Integer status = command.getExitStatus();
    if (status != null) {
      return status;
    }
    Signal signal = command.getExitSignal();
    if (signal != null) {
      return 128 + (signal == Signal.KILL ? 9 : signal == Signal.TERM ? 15 : 1);
    }
    IOException cause = sinkFailed.get() == null ? sourceFailed.get() : sinkFailed.get();
    throw new Lost(true, "the channel was closed without an exit status", cause);
  }

  private OutputStream counting(OutputStream to) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        to.write(b);
        moved.incrementAndGet();
      }

      @Override
      public void write(byte[] bytes, int off, int len) throws IOException {
        to.write(bytes, off, len);
        moved.addAndGet(len);
      }

      @Override
      public void flush() throws IOException {
        to.flush();
      }
    };
  }
}
