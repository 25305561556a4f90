package dev.acp.value;

import java.util.regex.Pattern;

/**
 * Text from elsewhere as it may be shown: control characters, which could move a terminal's cursor
 * or rename its window, and marks that turn the direction of writing become "?".
 */
public final class Printable {
  private static final Pattern CONTROL =
      Pattern.compile("[\\p{Cc}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]");
  private static final Pattern CONTROL_BUT_TAB =
      Pattern.compile("[\\p{Cc}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}&&[^\\t]]");

  private Printable() {}

  /** One line; an end of line in it becomes "?" as well. */
  public static String line(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }

  /** One line of a log file, where a tab does no harm. */
  public static String logLine(String text) {
    return CONTROL_BUT_TAB.matcher(text).replaceAll("?");
  }

  /** Several lines, each made printable. */
  public static String lines(String text) {
    return String.join("\n", text.lines().map(Printable::line).toList());
  }
}
