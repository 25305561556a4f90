package dev.acp.value;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, never negative. */
public record Bytes(long count) implements Comparable<Bytes> {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,7})(?:([KMGT])(?:iB|B)?)?");

  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("a number of bytes below zero: " + count);
    }
  }

  public static Bytes of(long count) {
    return new Bytes(count);
  }

  public static Bytes kib(long count) {
    return new Bytes(Math.multiplyExact(count, 1L << 10));
  }

  public static Bytes mib(long count) {
    return new Bytes(Math.multiplyExact(count, 1L << 20));
  }

  public static Bytes gib(long count) {
    return new Bytes(Math.multiplyExact(count, 1L << 30));
  }

  /** Reads 700M, 4G, 4GiB or 1048576; K, M, G and T are powers of 1024, as with split(1). */
  public static Optional<Bytes> parse(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    int power = m.group(2) == null ? 0 : "KMGT".indexOf(m.group(2)) + 1;
    return Optional.of(
        new Bytes(Math.multiplyExact(Long.parseLong(m.group(1)), 1L << (10 * power))));
  }

  public Bytes plus(Bytes other) {
    return new Bytes(Math.addExact(count, other.count));
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /** For people: 512 B, 1.5 KiB, 2.0 GiB. */
  @Override
  public String toString() {
    if (count < 1024) {
      return count + " B";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = count;
    int unit = -1;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}
