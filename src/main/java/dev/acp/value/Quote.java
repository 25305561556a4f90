package dev.acp.value;

import java.util.List;
import java.util.stream.Collectors;

/** Quoting for a POSIX shell: the only place that turns a value into a word of a command. */
public final class Quote {
  private Quote() {}

  /** One word, in single quotes, whatever it holds. A NUL cannot be passed and is refused. */
  public static String word(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a shell word cannot hold a NUL");
    }
    return "'" + value.replace("'", "'\\''") + "'";
  }

  public static String words(List<String> values) {
    return values.stream().map(Quote::word).collect(Collectors.joining(" "));
  }
}
