package dev.acp.node;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the readers of single tools and files have in common. */
final class FactLines {
  private FactLines() {}

  static List<String> words(String line) {
    return Arrays.stream(line.strip().split("\\s+", -1)).filter(w -> !w.isEmpty()).toList();
  }

  static Optional<Integer> number(Optional<String> text) {
    return text.filter(t -> t.matches("\\d{1,9}")).map(Integer::parseInt);
  }

  /** Lines "NAME NUMBER". */
  static Optional<Map<String, Integer>> numbers(List<String> lines) {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (String line : lines) {
      List<String> words = words(line);
      if (words.size() != 2 || !words.get(1).matches("-?\\d{1,9}")) {
        return Optional.empty();
      }
      all.put(words.get(0), Integer.parseInt(words.get(1)));
    }
    return Optional.of(java.util.Collections.unmodifiableMap(all));
  }

  static String unquoted(String value) {
    String text = value.strip();
    boolean quoted =
        text.length() >= 2
            && (text.startsWith("\"") || text.startsWith("'"))
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
