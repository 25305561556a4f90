package dev.acp.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What res/probe.sh printed: its sections by name. A section that is not there was cut off, and is
 * as unknown as one whose tool is missing.
 */
final class ProbeText {
  /** One section: how it ended, and the raw lines. */
  private record Section(String status, List<String> lines) {
    String raw() {
      return String.join("\n", lines);
    }
  }

  private final Map<String, Section> sections = new LinkedHashMap<>();

  private ProbeText() {}

  static ProbeText parse(String text) {
    ProbeText probe = new ProbeText();
    List<String> lines = List.of();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("@@ ")) {
        String[] words = line.split(" ", -1);
        if (words.length == 3) {
          lines = new ArrayList<>();
          probe.sections.put(words[1], new Section(words[2], lines));
        }
      } else if (line.startsWith("|") && !probe.sections.isEmpty()) {
        lines.add(line.substring(1));
      }
    }
    // The last section may lack its rest, unless it is the mark that ends the probe.
    String last = "";
    for (String name : probe.sections.keySet()) {
      last = name;
    }
    if (!last.equals("end")) {
      probe.sections.remove(last);
    }
    return probe;
  }

  /** The names that begin with a prefix, without it: the paths of disk:PATH. */
  List<String> names(String prefix) {
    return sections.keySet().stream()
        .filter(n -> n.startsWith(prefix))
        .map(n -> n.substring(prefix.length()))
        .toList();
  }

  /** The output of a tool that succeeded. */
  <T> Fact<T> ok(String name, Function<List<String>, Optional<T>> read) {
    return any(name, s -> s.equals("0"), read);
  }

  /** The output of a tool whatever its exit status: systemctl is-active says no with 3. */
  <T> Fact<T> ended(String name, Function<List<String>, Optional<T>> read) {
    return any(name, s -> s.matches("\\d+") && !s.equals("124"), read);
  }

  boolean endedWith(String name, String status) {
    Section section = sections.get(name);
    return section != null && section.status().equals(status);
  }

  /** A file's content; one that is not there has a meaning of its own. */
  <T> Fact<T> file(String name, T missing, Function<List<String>, Optional<T>> read) {
    Section section = sections.get(name);
    if (section != null && section.status().equals("missing")) {
      return Fact.known(missing, "(no such file)");
    }
    return ok(name, read);
  }

  private <T> Fact<T> any(
      String name, Function<String, Boolean> wanted, Function<List<String>, Optional<T>> read) {
    Section section = sections.get(name);
    if (section == null) {
      return Fact.unknown("the probe was cut off before " + name);
    }
    if (!wanted.apply(section.status())) {
      return Fact.unknown(why(name, section));
    }
    Optional<T> value;
    try {
      value = read.apply(section.lines());
    } catch (RuntimeException e) {
      return Fact.unknown(name + " could not be read: " + e.getMessage());
    }
    return value
        .map(v -> Fact.known(v, section.raw()))
        .orElseGet(() -> Fact.unknown(name + " makes no sense: " + shorten(section.raw())));
  }

  private static String why(String name, Section section) {
    return switch (section.status()) {
      case "absent" -> "the node has no tool to read " + name;
      case "missing" -> "the node has no file for " + name;
      case "unreadable" -> name + " cannot be read";
      case "124" -> name + " gave no answer within 5 s";
      default -> name + " failed (exit " + section.status() + "): " + shorten(section.raw());
    };
  }

  static String shorten(String raw) {
    String line = raw.replace('\n', ' ').strip();
    return line.length() > 160 ? line.substring(0, 160) + "..." : line;
  }

  static Optional<String> firstLine(List<String> lines) {
    return lines.stream().map(String::strip).filter(l -> !l.isEmpty()).findFirst();
  }
}
