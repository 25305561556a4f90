package dev.acp.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One header block of 512 bytes: POSIX ustar, or GNU's variation of it.
 *
 * @param name one char for each byte; it may be cut within a character where an extended header
 *     holds the real name
 * @param mtime in seconds since 1970
 * @param link the target of a link, one char for each byte; empty if none is named
 */
record TarHeader(String name, int mode, long size, long mtime, char type, String link) {
  static final int BLOCK = 512;
  private static final int GNU_BIG = 0x80;

  /** Where a mode has the kind of file, as in stat's st_mode. */
  private static final long KIND = 0170000;

  /**
   * Parses a block that is not all zero.
   *
   * @param kinds true if a mode may hold the kind of file too, which Docker writes; that of an
   *     extended header always may, for commons-compress writes it there and nobody applies it
   */
  static TarHeader parse(byte[] block, boolean kinds) {
    checksum(block);
    boolean posix = magic(block, "ustar\u000000");
    if (!posix && !magic(block, "ustar  \u0000")) {
      throw Refused.because("a header has no ustar magic");
    }
    boolean extended = block[156] == 'x' || block[156] == 'L';
    long mode = number(block, 100, 8) & (kinds || extended ? ~KIND : ~0);
    if (mode > 07777) {
      throw Refused.because("a header has the mode " + Long.toOctalString(mode));
    }
    String prefix = posix ? text(block, 345, 155) : "";
    return new TarHeader(
        (prefix.isEmpty() ? "" : prefix + "/") + text(block, 0, 100),
        (int) mode,
        number(block, 124, 12),
        number(block, 136, 12),
        (char) (block[156] & 0xff),
        text(block, 157, 100));
  }

  private static boolean magic(byte[] block, String wanted) {
    byte[] raw = wanted.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(block, 257, 257 + raw.length, raw, 0, raw.length);
  }

  /** The sum of all bytes, those of the sum's own field taken as spaces. */
  private static void checksum(byte[] block) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
    }
    if (sum != number(block, 148, 8)) {
      throw Refused.because("a header has a wrong checksum");
    }
  }

  private static String text(byte[] block, int from, int length) {
    int end = from;
    while (end < from + length && block[end] != 0) {
      end++;
    }
    for (int i = end; i < from + length; i++) {
      if (block[i] != 0) {
        throw Refused.because("a header hides text behind a zero byte");
      }
    }
    return new String(block, from, end - from, StandardCharsets.ISO_8859_1);
  }

  /** Octal digits, ended by spaces or zero bytes; or GNU's base 256. */
  private static long number(byte[] block, int from, int length) {
    if ((block[from] & GNU_BIG) != 0) {
      return base256(block, from, length);
    }
    int i = from;
    int end = from + length;
    while (i < end && block[i] == ' ') {
      i++;
    }
    long value = 0;
    while (i < end && block[i] >= '0' && block[i] <= '7') {
      value = value << 3 | (block[i] - '0');
      i++;
    }
    for (; i < end; i++) {
      if (block[i] != 0 && block[i] != ' ') {
        throw Refused.because("a header has a number that is not octal");
      }
    }
    return value;
  }

  private static long base256(byte[] block, int from, int length) {
    long value = block[from] & 0x7f;
    for (int i = from + 1; i < from + length; i++) {
      if (value > Long.MAX_VALUE >> 9) {
        throw Refused.because("a header has a number that is too big or below zero");
      }
      value = value << 8 | (block[i] & 0xff);
    }
    return value;
  }
}
