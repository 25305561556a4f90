package dev.acp.view;

import dev.acp.event.Event;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How fast bytes move and how long they will still take: over all transfers of one kind that are
 * under way at once, each measured from its own beginning. Not safe for several threads.
 */
final class Pace {
  /** Before this long a rate is a guess. */
  private static final Duration SOON = Duration.ofMillis(500);

  private record Transfer(long began, long first, long done, long total) {}

  private final Map<Optional<NodeName>, Transfer> transfers = new LinkedHashMap<>();
  private String what = "";

  /** Nothing moves any more. */
  void clear() {
    transfers.clear();
    what = "";
  }

  /**
   * Notes an event and gives the line for it.
   *
   * @param now in nanoseconds, of any clock that never goes back
   */
  String line(Event.Moved e, long now) {
    if (!e.what().equals(what)) {
      clear();
      what = e.what();
    }
    Transfer before = transfers.get(e.node());
    long done = e.done().count();
    boolean same = before != null && before.total() == e.total().count() && done >= before.done();
    transfers.put(
        e.node(),
        new Transfer(
            same ? before.began() : now, same ? before.first() : done, done, e.total().count()));
    return text(now);
  }

  private String text(long now) {
    long done = 0;
    long total = 0;
    double rate = 0;
    boolean known = false;
    for (Transfer t : transfers.values()) {
      done += t.done();
      total += t.total();
      long nanos = now - t.began();
      if (t.done() < t.total() && nanos >= SOON.toNanos()) {
        rate += (t.done() - t.first()) / (nanos / 1e9);
        known = true;
      }
    }
    String text = String.format(Locale.ROOT, "%s %s of %s", what, Bytes.of(done), Bytes.of(total));
    if (!known || rate < 1) {
      return text;
    }
    return text
        + ", "
        + Bytes.of((long) rate)
        + "/s, "
        + left(Duration.ofSeconds((long) Math.ceil((total - done) / rate)))
        + " left";
  }

  private static String left(Duration d) {
    if (d.toMinutes() >= 60) {
      return String.format(Locale.ROOT, "%d h %02d min", d.toHours(), d.toMinutesPart());
    }
    return d.toSeconds() < 60
        ? d.toSeconds() + " s"
        : String.format(Locale.ROOT, "%d min %02d s", d.toMinutes(), d.toSecondsPart());
  }
}
