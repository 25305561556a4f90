package dev.acp.check;

import dev.acp.value.Bytes;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A check's thresholds by name, each of one type. */
public record Limits(Map<String, Limit> values) {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(KiB|MiB|GiB|TiB)");

  /** One threshold. */
  public sealed interface Limit {
    record Count(long value) implements Limit {}

    record Size(Bytes value) implements Limit {}

    record Words(List<String> values) implements Limit {}
  }

  public Limits {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public static Limits none() {
    return new Limits(Map.of());
  }

  static Limits read(YamlMap map) {
    Map<String, Limit> all = new LinkedHashMap<>();
    map.entries()
        .forEach(
            (name, value) -> {
              if (value.isList()) {
                List<String> words =
                    value.asList().stream()
                        .map(YamlValue::asString)
                        .flatMap(Optional::stream)
                        .toList();
                all.put(name, new Limit.Words(words));
              } else {
                value
                    .as(Limits::single, "a number, a size such as 50GiB, or a list")
                    .ifPresent(limit -> all.put(name, limit));
              }
            });
    return new Limits(all);
  }

  /** A number or a size from its text. */
  static Optional<Limit> single(String text) {
    if (NUMBER.matcher(text).matches()) {
      return Optional.of(new Limit.Count(Long.parseLong(text)));
    }
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(size.group(1));
    return Optional.of(
        new Limit.Size(
            switch (size.group(2)) {
              case "KiB" -> Bytes.kib(count);
              case "MiB" -> Bytes.mib(count);
              case "GiB" -> Bytes.gib(count);
              default -> Bytes.gib(count * 1024);
            }));
  }

  public long count(String name) {
    return need(name, Limit.Count.class).value();
  }

  public Bytes size(String name) {
    return need(name, Limit.Size.class).value();
  }

  public List<String> words(String name) {
    return need(name, Limit.Words.class).values();
  }

  private <L extends Limit> L need(String name, Class<L> type) {
    Limit limit = values.get(name);
    if (!type.isInstance(limit)) {
      throw new IllegalStateException(
          "the check list has no " + type.getSimpleName() + " limit " + name);
    }
    return type.cast(limit);
  }

  /**
   * The same limits with one changed; empty where the name or the type does not fit.
   *
   * @param text a number, a size, or words with commas between them
   */
  Optional<Limits> with(String name, String text) {
    Limit old = values.get(name);
    Optional<? extends Limit> changed =
        old instanceof Limit.Words
            ? Optional.of(new Limit.Words(List.of(text.split(",", -1))))
            : single(text).filter(l -> old != null && l.getClass() == old.getClass());
    return old == null
        ? Optional.empty()
        : changed.map(
            limit -> {
              Map<String, Limit> all = new LinkedHashMap<>(values);
              all.put(name, limit);
              return new Limits(all);
            });
  }
}
