package dev.acp.report;

import dev.acp.value.Printable;

/** Text in XML and HTML: what a node said must neither be markup nor break the document. */
final class Markup {
  private Markup() {}

  static String text(String raw) {
    StringBuilder out = new StringBuilder();
    Printable.lines(raw)
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(c) ? c : '?');
              }
            });
    return out.toString();
  }

  /** XML 1.0, section 2.2; lone surrogates and non-characters are not in it. */
  private static boolean allowed(int c) {
    return c == '\n' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || c >= 0x10000;
  }
}
