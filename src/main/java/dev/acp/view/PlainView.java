package dev.acp.view;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.fault.Texts;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells a run as one plain line a step, for a pipe, a serial console or a log. Safe for several
 * threads.
 */
public final class PlainView implements Events {
  private final PrintWriter out;
  private final Lang lang;
  private final boolean verbose;

  public PlainView(PrintWriter out, Lang lang, boolean verbose) {
    this.out = out;
    this.lang = lang;
    this.verbose = verbose;
  }

  @Override
  public synchronized void tell(Event event) {
    line(event, lang, verbose).ifPresent(out::println);
    out.flush();
  }

  /** The line for an event, fit for a terminal, or empty for one that is only for the log. */
  static Optional<String> line(Event event, Lang lang, boolean verbose) {
    return raw(event, lang, verbose).map(Printable::line);
  }

  private static Optional<String> raw(Event event, Lang lang, boolean verbose) {
    if (event instanceof Event.StageStarted e) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "[%d/%d] %s: %s",
              e.index(),
              e.total(),
              e.stage(),
              Texts.of(lang).get("stage." + e.stage() + ".title")));
    }
    if (event instanceof Event.StageDone e) {
      return Optional.of(
          "      "
              + e.stage()
              + ": "
              + (e.changed() == 0 ? "nothing to change" : changes(e.changed()))
              + ", "
              + seconds(e.took()));
    }
    if (event instanceof Event.StageFailed e) {
      return Optional.of("      " + e.stage() + " failed after " + seconds(e.took()));
    }
    if (event instanceof Event.NodeDone e) {
      String text = "      " + e.node() + ": " + changes(e.changed()) + ", " + seconds(e.took());
      return e.changed() > 0 || verbose ? Optional.of(text) : Optional.empty();
    }
    if (event instanceof Event.Waiting e) {
      return Optional.of(
          "      "
              + node(e.node())
              + "waiting for "
              + e.forWhat()
              + " (at most "
              + e.limit().toSeconds()
              + " s)");
    }
    if (event instanceof Event.Said e && (verbose || e.level() != Event.Said.Level.DETAIL)) {
      String mark = e.level() == Event.Said.Level.WARNING ? "warning: " : "";
      return Optional.of("      " + node(e.node()) + mark + e.text());
    }
    if (event instanceof Event.Moved e && e.done().equals(e.total())) {
      return Optional.of("      " + node(e.node()) + e.what() + ", " + e.total());
    }
    if (verbose && event instanceof Event.Changed e) {
      return Optional.of("      " + e.node() + ": " + e.change() + " " + e.path());
    }
    return Optional.empty();
  }

  static String changes(int count) {
    return count == 1 ? "1 change" : count + " changes";
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  static String node(Optional<NodeName> node) {
    return node.map(n -> n + ": ").orElse("");
  }
}
