package dev.acp.cli;

import dev.acp.value.Columns;
import java.util.List;

/**
 * Writes the macros of man(7), with everything escaped that roff would take for its own: a
 * backslash anywhere, a dot or an apostrophe at a line's start, and the characters that groff
 * prints as typographic ones, so that what is copied from a page can be run (groff_char(7)).
 */
final class Roff {
  private static final int TEXT_WIDTH = 70;

  private final StringBuilder out = new StringBuilder();
  private int atSection;

  Roff title(String name, String date, String source) {
    out.append(".TH ").append(quoted(name)).append(" 1 ").append(date).append(' ');
    out.append(quoted(source)).append('\n');
    // a word broken by a hyphen is neither found by a search nor copied as it is
    out.append(".nh\n.ad l\n");
    return this;
  }

  Roff section(String name) {
    out.append(".SH ").append(quoted(name)).append('\n');
    atSection = out.length();
    return this;
  }

  Roff paragraph() {
    out.append(".PP\n");
    return this;
  }

  /** Running text, in lines of the length that roff's own style asks for. */
  Roff text(String text) {
    Columns.wrap(text, TEXT_WIDTH).forEach(line -> out.append(line(line)).append('\n'));
    return this;
  }

  /** Lines as they are. */
  Roff code(List<String> lines) {
    if (out.length() > atSection) {
      paragraph();
    }
    out.append(".nf\n.RS 4\n");
    lines.forEach(line -> out.append(line(line)).append('\n'));
    out.append(".RE\n.fi\n");
    return this;
  }

  /** Begins the head of an item; parts of it follow, then {@link #end}. */
  Roff item() {
    out.append(".TP\n\\&");
    return this;
  }

  Roff plain(String part) {
    out.append(escaped(part));
    return this;
  }

  Roff bold(String part) {
    out.append("\\fB").append(escaped(part)).append("\\fR");
    return this;
  }

  Roff italic(String part) {
    out.append("\\fI").append(escaped(part)).append("\\fR");
    return this;
  }

  Roff end() {
    out.append('\n');
    return this;
  }

  /** Another page, with what comes after it. */
  Roff reference(String page, String after) {
    out.append(".BR ").append(escaped(page)).append(" (1)").append(after).append('\n');
    return this;
  }

  private static String quoted(String text) {
    return '"' + escaped(text).replace("\"", "\\(dq") + '"';
  }

  private static String line(String text) {
    String escaped = escaped(text);
    return escaped.startsWith(".") || escaped.startsWith("\\(aq") ? "\\&" + escaped : escaped;
  }

  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      escaped.append(
          switch (c) {
            case '\\' -> "\\e";
            case '-' -> "\\-";
            case '\'' -> "\\(aq";
            case '`' -> "\\(ga";
            case '^' -> "\\(ha";
            case '~' -> "\\(ti";
            default -> String.valueOf(c);
          });
    }
    return escaped.toString();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
