package dev.acp.value;

import java.util.ArrayList;
import java.util.List;

/** How wide text stands on a terminal: a Chinese character takes two columns (Unicode, UAX 11). */
public final class Columns {
  /** What may not begin a line in Chinese text. */
  private static final String CLOSING = "，。；：、）》」”！？";

  private Columns() {}

  public static int of(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  private static int of(int c) {
    boolean wide =
        (c >= 0x1100 && c <= 0x115f)
            || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6)
            || (c >= 0x1f300 && c <= 0x1faff)
            || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
  }

  /** The beginning of a text that is at most this wide. */
  public static String cut(String text, int width) {
    int columns = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      columns += of(text.codePointAt(i));
      if (columns > width) {
        return text.substring(0, i);
      }
    }
    return text;
  }

  /**
   * Lines at most this wide, broken at spaces and between Chinese characters; a word that is wider
   * stays whole.
   */
  public static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String piece : pieces(text)) {
      if (line.length() > 0 && of(line.toString()) + of(piece.stripTrailing()) > width) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
      }
      line.append(piece);
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  /** What stays together: a word with the space after it, a Chinese character, closing marks. */
  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    int[] points = text.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      piece.appendCodePoint(points[i]);
      boolean last = i == points.length - 1;
      boolean closes = !last && CLOSING.indexOf(points[i + 1]) >= 0;
      boolean breaks =
          points[i] == ' ' || (!last && (of(points[i]) == 2 || of(points[i + 1]) == 2));
      if (breaks && !closes && (last || points[i + 1] != ' ')) {
        pieces.add(piece.toString());
        piece.setLength(0);
      }
    }
    pieces.add(piece.toString());
    return pieces;
  }
}
