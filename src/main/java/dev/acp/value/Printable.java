package dev.acp.value;

import java.util.regex.Pattern;

/** Text that may stand on a screen: what a node printed must not steer the terminal. */
public final class Printable {
  // \p{Cntrl} is ASCII only: 0x9b alone is a CSI for some terminals. Cf turns the reading
  // direction.
  private static final Pattern STEERS =
      Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}\\p{Cf}\\p{Zl}\\p{Zp}]");
  private static final Pattern STEERS_BUT_TAB =
      Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\t]]");

  private Printable() {}

  /** One line: a question mark for each control and each invisible format character. */
  public static String line(String text) {
    return STEERS.matcher(text).replaceAll("?");
  }

  /** The same, with tabs left as they are, for a log. */
  public static String lineWithTabs(String text) {
    return STEERS_BUT_TAB.matcher(text).replaceAll("?");
  }

  /** Several lines, each made fit to be shown. */
  public static String lines(String text) {
    return String.join("\n", text.lines().map(Printable::line).toList());
  }
}
