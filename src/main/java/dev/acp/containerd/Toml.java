package dev.acp.containerd;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes TOML 1.0 line by line: tables, and keys with texts, flags, numbers and lists of texts. */
final class Toml {
  private final StringBuilder out = new StringBuilder();

  Toml table(String... path) {
    if (out.length() > 0) {
      out.append('\n');
    }
    out.append('[');
    for (int i = 0; i < path.length; i++) {
      out.append(i == 0 ? "" : ".").append(key(path[i]));
    }
    out.append("]\n");
    return this;
  }

  Toml put(String key, String value) {
    return line(key, quoted(value));
  }

  Toml put(String key, boolean value) {
    return line(key, String.valueOf(value));
  }

  Toml put(String key, int value) {
    return line(key, String.valueOf(value));
  }

  Toml put(String key, List<String> values) {
    return line(key, list(values));
  }

  /** containerd's {@code client = [[certificate, key], ...]}. */
  Toml putPair(String key, String first, String second) {
    return line(key, "[" + list(List.of(first, second)) + "]");
  }

  /** {@code key = {name = "value", ...}}, which every reader of TOML takes. */
  Toml putInline(String key, Map<String, String> values) {
    return line(key, inline(values));
  }

  /** {@code key = {table = {name = "value", ...}, ...}}. */
  Toml putInlines(String key, Map<String, Map<String, String>> tables) {
    return line(
        key,
        tables.entrySet().stream()
            .map(e -> key(e.getKey()) + " = " + inline(e.getValue()))
            .collect(Collectors.joining(", ", "{", "}")));
  }

  private static String inline(Map<String, String> values) {
    return values.entrySet().stream()
        .map(e -> key(e.getKey()) + " = " + quoted(e.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** The lines of another piece, each key below a key of its own: {@code "a".b = 1}. */
  Toml putDotted(String key, Toml lines) {
    lines.out.toString().lines().forEach(l -> out.append(key(key)).append('.').append(l + "\n"));
    return this;
  }

  private static String list(List<String> values) {
    return values.stream().map(Toml::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private Toml line(String key, String value) {
    out.append(key(key)).append(" = ").append(value).append('\n');
    return this;
  }

  private static String key(String key) {
    return key.matches("[A-Za-z0-9_-]+") ? key : quoted(key);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f) {
        quoted.append(String.format("\\u%04X", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
