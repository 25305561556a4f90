package dev.acp.yaml;

import dev.acp.fault.Problems;
import dev.acp.value.Printable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One value of a YAML file with its line and its path in the file. Each reading method adds a
 * problem and answers empty when the value has another shape.
 */
public final class YamlValue {
  private final Node node;
  private final String path;
  private final Problems problems;

  YamlValue(Node node, String path, Problems problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  /** 1 is the first line. */
  public int line() {
    return Yaml.line(node);
  }

  /** Where it stands: spec.nodes[2].role. */
  public String path() {
    return path;
  }

  public Problems problems() {
    return problems;
  }

  /** Adds a problem on this value's line. */
  public void problem(String what, String wanted) {
    problems.add(line(), path + " " + what, wanted);
  }

  public boolean isNull() {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  public boolean isMap() {
    return node instanceof MappingNode;
  }

  public boolean isList() {
    return node instanceof SequenceNode;
  }

  public Optional<YamlMap> asMap() {
    if (node instanceof MappingNode mapping) {
      return Optional.of(new YamlMap(mapping, path, problems));
    }
    problem("is " + shape(), "a mapping");
    return Optional.empty();
  }

  public List<YamlValue> asList() {
    if (node instanceof SequenceNode sequence) {
      List<YamlValue> items = new java.util.ArrayList<>();
      for (int i = 0; i < sequence.getValue().size(); i++) {
        items.add(new YamlValue(sequence.getValue().get(i), path + "[" + i + "]", problems));
      }
      return List.copyOf(items);
    }
    problem("is " + shape(), "a list");
    return List.of();
  }

  /** The text of a scalar as it was written, whatever it looks like. */
  public Optional<String> asString() {
    if (node instanceof ScalarNode scalar && !isNull()) {
      return Optional.of(scalar.getValue());
    }
    problem("is " + shape(), "a text");
    return Optional.empty();
  }

  public Optional<Boolean> asBool() {
    Optional<String> text = asString();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().equals("true") || text.get().equals("false")) {
      return Optional.of(text.get().equals("true"));
    }
    problem("is " + quoted(text.get()), "true or false");
    return Optional.empty();
  }

  public Optional<Long> asLong(long least, long most) {
    Optional<String> text = asString();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String wanted = "a whole number from " + least + " to " + most;
    try {
      long value = Long.parseLong(text.get());
      if (value >= least && value <= most) {
        return Optional.of(value);
      }
    } catch (NumberFormatException e) {
      // told below, in the same words as a number out of range
    }
    problem("is " + quoted(text.get()), wanted);
    return Optional.empty();
  }

  /** A text that parse understands; otherwise a problem with the words of wanted. */
  public <T> Optional<T> as(Function<String, Optional<T>> parse, String wanted) {
    Optional<String> text = asString();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = parse.apply(text.get());
    if (value.isEmpty()) {
      problem("is " + quoted(text.get()), wanted);
    }
    return value;
  }

  private String shape() {
    if (isNull()) {
      return "empty";
    }
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    return node instanceof SequenceNode ? "a list" : "a single value";
  }

  static String quoted(String text) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    return '"' + Printable.line(shown) + '"';
  }
}
