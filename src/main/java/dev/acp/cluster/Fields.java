package dev.acp.cluster;

import dev.acp.value.Cidr;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One section of the cluster file, there or not; its values come with their lines. */
final class Fields {
  private final Optional<YamlMap> map;
  private final int line;

  private Fields(Optional<YamlMap> map, int line) {
    this.map = map;
    this.line = line;
  }

  static Fields of(YamlMap map, String... known) {
    return new Fields(Optional.of(map.only(known)), map.line());
  }

  /** A section that need not be there; its line is then the line of this one. */
  Fields section(String key, String... known) {
    Optional<YamlValue> value = map.flatMap(m -> m.get(key));
    Optional<YamlMap> inner = value.flatMap(YamlValue::asMap);
    inner.ifPresent(m -> m.only(known));
    return new Fields(inner, value.map(YamlValue::line).orElse(line));
  }

  boolean isThere() {
    return map.isPresent();
  }

  int line() {
    return line;
  }

  Optional<YamlValue> value(String key) {
    return map.flatMap(m -> m.get(key));
  }

  /** A value that must be there when its section is. */
  Optional<YamlValue> need(String key) {
    return map.flatMap(m -> m.need(key));
  }

  Optional<At<String>> text(String key) {
    return value(key).flatMap(v -> v.asString().map(t -> new At<>(t, v.line())));
  }

  Optional<At<Boolean>> bool(String key) {
    return value(key).flatMap(v -> v.asBool().map(b -> new At<>(b, v.line())));
  }

  Optional<At<Integer>> number(String key, int least, int most) {
    return value(key)
        .flatMap(v -> v.asLong(least, most).map(n -> new At<>(Math.toIntExact(n), v.line())));
  }

  <T> Optional<At<T>> as(String key, Function<String, Optional<T>> parse, String wanted) {
    return value(key).flatMap(v -> v.as(parse, wanted).map(t -> new At<>(t, v.line())));
  }

  <T> List<At<T>> list(String key, Function<String, Optional<T>> parse, String wanted) {
    List<At<T>> out = new ArrayList<>();
    for (YamlValue item : value(key).map(YamlValue::asList).orElse(List.of())) {
      item.as(parse, wanted).ifPresent(t -> out.add(new At<>(t, item.line())));
    }
    return List.copyOf(out);
  }

  List<At<String>> texts(String key) {
    return list(key, Optional::of, "a text");
  }

  Map<String, At<String>> textMap(String key) {
    Map<String, At<String>> out = new LinkedHashMap<>();
    value(key)
        .flatMap(YamlValue::asMap)
        .ifPresent(
            m ->
                m.entries()
                    .forEach(
                        (k, v) -> v.asString().ifPresent(t -> out.put(k, new At<>(t, v.line())))));
    return java.util.Collections.unmodifiableMap(out);
  }

  /** Address ranges; one with host bits is a problem and goes on as the range that it lies in. */
  List<At<Cidr>> cidrs(String key) {
    List<At<Cidr>> out = new ArrayList<>();
    for (YamlValue item : value(key).map(YamlValue::asList).orElse(List.of())) {
      Optional<String> text = item.asString();
      if (text.isEmpty()) {
        continue;
      }
      Optional<Cidr> aligned = Cidr.aligned(text.get());
      if (aligned.isEmpty()) {
        item.problem("is \"" + text.get() + "\"", "an address range such as 10.3.0.0/16");
        continue;
      }
      if (Cidr.parse(text.get()).isEmpty()) {
        item.problem("is " + text.get() + ", with host bits set", aligned.get().toString());
      }
      out.add(new At<>(aligned.get(), item.line()));
    }
    return List.copyOf(out);
  }
}
