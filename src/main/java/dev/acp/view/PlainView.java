package dev.acp.view;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.fault.Texts;
import dev.acp.value.Bytes;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Tells a run as one plain line a step, for a pipe, a serial console or a log. Safe for several
 * threads.
 */
public final class PlainView implements Events {
  /** Setup moves hundreds of files; only those that take their time have a line of their own. */
  private static final Bytes LARGE = Bytes.mib(16);

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

  /** The line for an event, or empty for one that is only for the log. */
  static Optional<String> line(Event event, Lang lang, boolean verbose) {
    return text(event, lang, verbose).map(Printable::line);
  }

  private static Optional<String> text(Event event, Lang lang, boolean verbose) {
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
          "      " + e.stage() + ": " + done(e.changed(), lang) + ", " + seconds(e.took()));
    }
    if (event instanceof Event.StageFailed e) {
      return Optional.of(
          "      "
              + Texts.of(lang)
                  .format("run.failed-after", List.of(e.stage().text(), seconds(e.took()))));
    }
    if (event instanceof Event.NodeDone e) {
      String text =
          "      "
              + e.node()
              + ": "
              + e.stage()
              + ": "
              + changes(e.changed(), lang)
              + ", "
              + seconds(e.took());
      return e.changed() > 0 || verbose ? Optional.of(text) : Optional.empty();
    }
    if (event instanceof Event.Waiting e) {
      return Optional.of(
          "      "
              + node(e.node())
              + Texts.of(lang)
                  .format(
                      "run.waiting", List.of(e.forWhat(), Long.toString(e.limit().toSeconds()))));
    }
    if (event instanceof Event.Said e && (verbose || e.level() != Event.Said.Level.DETAIL)) {
      String mark =
          e.level() == Event.Said.Level.WARNING
              ? Texts.of(lang).get("run.warning") + (lang == Lang.EN ? " " : "")
              : "";
      return Optional.of("      " + node(e.node()) + mark + e.text());
    }
    if (event instanceof Event.Moved e && e.done().equals(e.total()) && large(e.total())) {
      return Optional.of("      " + node(e.node()) + e.what() + ", " + e.total());
    }
    if (verbose && event instanceof Event.Changed e && !e.outcome().equals("already")) {
      return Optional.of("      " + e.node() + ": " + e.change() + " " + e.path());
    }
    return Optional.empty();
  }

  private static boolean large(Bytes size) {
    return size.compareTo(LARGE) >= 0;
  }

  private static String done(OptionalInt changed, Lang lang) {
    return changed.isPresent() ? changes(changed.getAsInt(), lang) : Texts.of(lang).get("run.done");
  }

  private static String changes(int count, Lang lang) {
    String key = count == 0 ? "run.no-change" : count == 1 ? "run.change" : "run.changes";
    return Texts.of(lang).format(key, List.of(Integer.toString(count)));
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  static String node(Optional<NodeName> node) {
    return node.map(n -> n + ": ").orElse("");
  }
}
