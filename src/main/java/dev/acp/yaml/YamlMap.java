package dev.acp.yaml;

import dev.acp.fault.Problems;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** A mapping of a YAML file: its values by key, in the order written, each with its line. */
public final class YamlMap {
  private final MappingNode node;
  private final String path;
  private final Problems problems;
  private final Map<String, YamlValue> values = new LinkedHashMap<>();
  private final Map<String, Integer> keyLines = new LinkedHashMap<>();

  YamlMap(MappingNode node, String path, Problems problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
    for (NodeTuple entry : node.getValue()) {
      ScalarNode key = (ScalarNode) entry.getKeyNode();
      values.put(key.getValue(), new YamlValue(entry.getValueNode(), at(key.getValue()), problems));
      keyLines.put(key.getValue(), Yaml.line(key));
    }
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  public int line() {
    return Yaml.line(node);
  }

  public String path() {
    return path;
  }

  public Problems problems() {
    return problems;
  }

  /** Every value, in the order written. */
  public Map<String, YamlValue> entries() {
    return java.util.Collections.unmodifiableMap(values);
  }

  /** Adds a problem for every key that is not one of these, with the nearest one as a hint. */
  public YamlMap only(String... known) {
    for (String key : values.keySet()) {
      if (!Arrays.asList(known).contains(key)) {
        problems.add(
            keyLines.get(key),
            "unknown field " + YamlValue.quoted(at(key)),
            nearest(key, known)
                .map(k -> "did you mean " + k + "?")
                .orElse("known: " + String.join(", ", known)));
      }
    }
    return this;
  }

  /** The value of a key, if it is there and not empty. */
  public Optional<YamlValue> get(String key) {
    return Optional.ofNullable(values.get(key)).filter(v -> !v.isNull());
  }

  /** The value of a key that must be there; its absence is a problem on the mapping's line. */
  public Optional<YamlValue> need(String key) {
    Optional<YamlValue> value = get(key);
    if (value.isEmpty()) {
      problems.add(keyLines.getOrDefault(key, line()), at(key) + " is missing", "");
    }
    return value;
  }

  public Optional<String> string(String key) {
    return get(key).flatMap(YamlValue::asString);
  }

  public String string(String key, String otherwise) {
    return string(key).orElse(otherwise);
  }

  public Optional<String> needString(String key) {
    return need(key).flatMap(YamlValue::asString);
  }

  public boolean bool(String key, boolean otherwise) {
    return get(key).flatMap(YamlValue::asBool).orElse(otherwise);
  }

  public long number(String key, long least, long most, long otherwise) {
    return get(key).flatMap(v -> v.asLong(least, most)).orElse(otherwise);
  }

  public <T> Optional<T> as(String key, Function<String, Optional<T>> parse, String wanted) {
    return get(key).flatMap(v -> v.as(parse, wanted));
  }

  public Optional<YamlMap> map(String key) {
    return get(key).flatMap(YamlValue::asMap);
  }

  /** Empty where the key is not there. */
  public List<YamlValue> list(String key) {
    return get(key).map(YamlValue::asList).orElse(List.of());
  }

  public List<String> strings(String key) {
    return list(key).stream().map(YamlValue::asString).flatMap(Optional::stream).toList();
  }

  /** A mapping of texts, such as labels or extra arguments. */
  public Map<String, String> stringMap(String key) {
    Map<String, String> out = new LinkedHashMap<>();
    map(key)
        .ifPresent(
            m -> m.entries().forEach((k, v) -> v.asString().ifPresent(text -> out.put(k, text))));
    return out;
  }

  private static Optional<String> nearest(String key, String[] known) {
    return Arrays.stream(known)
        .filter(k -> distance(key, k) <= Math.max(1, Math.min(key.length(), k.length()) / 3))
        .min(java.util.Comparator.comparingInt(k -> distance(key, k)));
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute =
            diagonal
                + (Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1))
                    ? 0
                    : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
