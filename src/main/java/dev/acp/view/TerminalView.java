package dev.acp.view;

import dev.acp.event.Background;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.value.Columns;
import dev.acp.value.Lang;
import dev.acp.value.Printable;
import dev.acp.value.StageId;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells a run to a person at a terminal: the plain lines, and below them one line that is drawn
 * anew with what is in hand, the bytes moved and the time gone by. Safe for several threads.
 */
public final class TerminalView implements Events, AutoCloseable {
  private static final int WIDTH = 100;
  private static final long EVERY_MILLIS = 500;

  private final PrintWriter out;
  private final Lang lang;
  private final boolean verbose;
  private final long began = System.nanoTime();
  private final Map<String, String> inHand = new TreeMap<>();
  private final Map<String, StageId> working = new HashMap<>();
  private final Pace pace = new Pace();
  private final Thread clock;
  private String moving = "";
  private boolean drawn;
  private volatile boolean closed;

  public TerminalView(PrintWriter out, Lang lang, boolean verbose) {
    this.out = out;
    this.lang = lang;
    this.verbose = verbose;
    this.clock = Background.daemon("terminal-view", this::tick);
    clock.start();
  }

  @Override
  public synchronized void tell(Event event) {
    if (closed) {
      return;
    }
    note(event);
    Optional<String> line = PlainView.line(event, lang, verbose);
    if (line.isPresent()) {
      erase();
      out.println(line.get());
    }
    draw();
  }

  private void note(Event event) {
    if (event instanceof Event.NodeStarted e) {
      inHand.put(e.node().text(), e.stage().text());
      working.put(e.node().text(), e.stage());
    } else if (event instanceof Event.NodeDone e) {
      inHand.remove(e.node().text());
    } else if (event instanceof Event.StageDone e) {
      // another may run beside it
      inHand.keySet().removeIf(node -> e.stage().equals(working.getOrDefault(node, e.stage())));
      moving = "";
      pace.clear();
    } else if (event instanceof Event.Waiting e) {
      e.node().ifPresent(n -> inHand.put(n.text(), e.forWhat()));
    } else if (event instanceof Event.Moved e) {
      moving = pace.line(e, System.nanoTime());
    }
  }

  private void tick() {
    while (!closed) {
      try {
        Thread.sleep(EVERY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      synchronized (this) {
        if (!closed) {
          draw();
        }
      }
    }
  }

  private void draw() {
    StringBuilder text = new StringBuilder();
    Duration gone = Duration.ofNanos(System.nanoTime() - began);
    text.append(String.format(Locale.ROOT, "  %d:%02d ", gone.toMinutes(), gone.toSecondsPart()));
    inHand.forEach((node, what) -> text.append(' ').append(node).append(": ").append(what));
    if (!moving.isEmpty()) {
      text.append("  ").append(moving);
    }
    String line = Printable.line(text.toString());
    String shown = Columns.of(line) > WIDTH ? Columns.cut(line, WIDTH - 3) + "..." : line;
    out.print("\r\u001b[K" + shown);
    out.flush();
    drawn = true;
  }

  private void erase() {
    if (drawn) {
      out.print("\r\u001b[K");
      drawn = false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    erase();
    out.flush();
  }
}
