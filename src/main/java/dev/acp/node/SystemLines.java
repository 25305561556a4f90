package dev.acp.node;

import dev.acp.value.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the lines of single tools and files about the machine, its kernel, systemd and sshd; empty
 * where they make no sense.
 */
final class SystemLines {
  private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d+) kB");
  private static final List<String> UNIT_FILE_STATES =
      List.of(
          "enabled",
          "enabled-runtime",
          "linked",
          "linked-runtime",
          "alias",
          "masked",
          "masked-runtime",
          "static",
          "indirect",
          "disabled",
          "generated",
          "transient",
          "bad");

  private SystemLines() {}

  static Optional<Bytes> memory(List<String> lines) {
    return lines.stream()
        .map(MEMORY::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(m -> Bytes.kib(Long.parseLong(m.group(1))));
  }

  /** "always [madvise] never" has madvise chosen. */
  static Optional<String> chosen(String line) {
    int open = line.indexOf('[');
    int close = line.indexOf(']');
    return open >= 0 && close > open
        ? Optional.of(line.substring(open + 1, close))
        : Optional.empty();
  }

  static Optional<List<String>> swaps(List<String> lines) {
    if (lines.isEmpty() || !lines.get(0).startsWith("Filename")) {
      return Optional.empty();
    }
    return Optional.of(lines.stream().skip(1).map(l -> FactLines.words(l).get(0)).toList());
  }

  /** The devices that /etc/fstab swaps to; its third field is the type, and # begins a comment. */
  static Optional<List<String>> fstabSwaps(List<String> lines) {
    return Optional.of(
        lines.stream()
            .map(FactLines::words)
            .filter(w -> w.size() >= 3 && !w.get(0).startsWith("#") && w.get(2).equals("swap"))
            .filter(w -> w.size() < 4 || !List.of(w.get(3).split(",", -1)).contains("noauto"))
            .map(w -> "/etc/fstab: " + w.get(0))
            .toList());
  }

  /**
   * Lines "NAME.swap STATE [PRESET]" of systemctl list-unit-files, which may end with 1 for none.
   */
  static Optional<List<String>> enabledUnits(List<String> lines) {
    List<List<String>> units =
        lines.stream().map(FactLines::words).filter(w -> !w.isEmpty()).toList();
    if (!units.stream().allMatch(w -> w.get(0).endsWith(".swap"))) {
      return Optional.empty();
    }
    return Optional.of(
        units.stream()
            .filter(w -> w.size() >= 2 && w.get(1).equals("enabled"))
            .map(w -> w.get(0))
            .toList());
  }

  /**
   * What systemctl is-enabled says; systemd before 253 says on its error output that there is no
   * such unit, newer ones say not-found.
   */
  static Optional<String> unitAtBoot(List<String> lines) {
    String all = String.join(" ", lines);
    if (all.contains("not-found") || all.contains("No such file or directory")) {
      return Optional.of("absent");
    }
    return lines.stream().map(String::strip).filter(UNIT_FILE_STATES::contains).findFirst();
  }

  static Optional<String> unitState(List<String> lines) {
    return ProbeText.firstLine(lines)
        .filter(
            w ->
                List.of(
                        "active",
                        "reloading",
                        "inactive",
                        "failed",
                        "activating",
                        "deactivating",
                        "unknown")
                    .contains(w));
  }

  /** One line a unit; a bus that does not answer says none of the states. */
  static Optional<Boolean> anyActive(List<String> lines) {
    List<String> states = lines.stream().map(String::strip).filter(w -> !w.isEmpty()).toList();
    boolean sane =
        !states.isEmpty() && states.stream().allMatch(s -> unitState(List.of(s)).isPresent());
    return sane ? Optional.of(states.contains("active")) : Optional.empty();
  }

  static Optional<String> selinux(List<String> lines) {
    return ProbeText.firstLine(lines)
        .filter(v -> v.equals("0") || v.equals("1"))
        .map(v -> v.equals("1") ? "enforcing" : "permissive");
  }

  static Optional<Boolean> ufw(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(l -> l.startsWith("ENABLED="))
        .reduce((a, b) -> b)
        .map(l -> FactLines.unquoted(l.substring("ENABLED=".length())).equalsIgnoreCase("yes"));
  }

  static Optional<Optional<String>> property(List<String> lines) {
    Optional<String> line = ProbeText.firstLine(lines);
    if (line.isEmpty()) {
      return Optional.of(Optional.empty());
    }
    String key = "DefaultTasksMax=";
    return line.get().startsWith(key)
        ? Optional.of(Optional.of(line.get().substring(key.length())))
        : Optional.empty();
  }

  static Optional<Map<String, String>> sshd(List<String> lines) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines) {
      int at = line.indexOf(' ');
      if (at > 0) {
        values.putIfAbsent(line.substring(0, at), line.substring(at + 1).strip());
      }
    }
    return values.containsKey("usepam") || values.containsKey("usedns")
        ? Optional.of(java.util.Collections.unmodifiableMap(values))
        : Optional.empty();
  }
}
