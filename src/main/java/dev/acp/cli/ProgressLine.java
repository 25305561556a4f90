package dev.acp.cli;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Progress;
import dev.acp.value.Bytes;
import dev.acp.value.Printable;

/**
 * A line on a terminal that is rewritten while bytes move; warnings stand on lines of their own.
 */
final class ProgressLine implements Events, AutoCloseable {
  private static final long EVERY_NANOS = 200_000_000;

  private final Console console;
  private long last;
  private boolean drawn;

  ProgressLine(Console console) {
    this.console = console;
  }

  /** Draws "WHAT: 1.2 GiB of 8.0 GiB". */
  Progress of(String what, Bytes total) {
    return done -> draw(what, done, total);
  }

  private synchronized void draw(String what, Bytes done, Bytes total) {
    long now = System.nanoTime();
    if (!console.terminal() || (drawn && now - last < EVERY_NANOS)) {
      return;
    }
    last = now;
    drawn = true;
    console.err().print("\r" + what + ": " + done + " of " + total + "    ");
    console.err().flush();
  }

  @Override
  public synchronized void tell(Event event) {
    if (event instanceof Event.Moved moved) {
      draw(moved.what(), moved.done(), moved.total());
    } else if (event instanceof Event.Said said && said.level() != Event.Said.Level.DETAIL) {
      close();
      String mark = said.level() == Event.Said.Level.WARNING ? "Warning: " : "";
      console.err().println(mark + Printable.line(said.text()));
    }
  }

  @Override
  public synchronized void close() {
    if (drawn) {
      console.err().print("\r" + " ".repeat(70) + "\r");
      console.err().flush();
      drawn = false;
    }
  }
}
