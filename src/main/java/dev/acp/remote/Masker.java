package dev.acp.remote;

import dev.acp.value.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces known secrets by *** in what a command printed, before it becomes an event or evidence.
 * Safe for use by several threads.
 */
public final class Masker {
  private static final int SHORTEST = 3;
  private static final int LONG = 16;

  /** A bootstrap token; its second half is the secret one. */
  private static final Pattern TOKEN = Pattern.compile("[a-z0-9]{6}\\.([a-z0-9]{16})");

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** From now on this text is hidden, each longer line of it, and what a line says after ": ". */
  public void hide(Secret secret) {
    String text = secret.reveal();
    if (text.length() >= SHORTEST) {
      known.add(text);
    }
    text.lines()
        .map(String::strip)
        .filter(l -> l.length() >= LONG && !l.startsWith("-----"))
        .forEach(
            line -> {
              known.add(line);
              String value = line.substring(line.lastIndexOf(": ") + 1).strip();
              if (value.length() >= LONG) {
                known.add(value);
              }
            });
    Matcher token = TOKEN.matcher(text);
    if (token.matches()) {
      known.add(token.group(1));
    }
  }

  public String mask(String text) {
    if (known.isEmpty() || text.isEmpty()) {
      return text;
    }
    String masked = text;
    for (String secret :
        known.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList()) {
      masked = masked.replace(secret, "***");
    }
    return masked;
  }

  public List<String> mask(List<String> lines) {
    return lines.stream().map(this::mask).toList();
  }
}
