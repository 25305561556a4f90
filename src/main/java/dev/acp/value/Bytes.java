package dev.acp.value;

import java.util.Locale;

/** A number of bytes, never negative. */
public record Bytes(long count) implements Comparable<Bytes> {
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
