package dev.acp.node;

import dev.acp.node.FileFacts.Disk;
import dev.acp.node.FileFacts.Mount;
import dev.acp.node.NetworkFacts.Host;
import dev.acp.node.NetworkFacts.LinkAddress;
import dev.acp.node.NetworkFacts.Listener;
import dev.acp.node.NetworkFacts.Resolver;
import dev.acp.value.Bytes;
import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the lines of single tools and files; empty where they make no sense. */
final class FactLines {
  private static final Pattern PROCESS = Pattern.compile("users:\\(\\(\"([^\"]*)\"");
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

  private FactLines() {}

  static List<String> words(String line) {
    return Arrays.stream(line.strip().split("\\s+", -1)).filter(w -> !w.isEmpty()).toList();
  }

  static Optional<Integer> number(Optional<String> text) {
    return text.filter(t -> t.matches("\\d{1,9}")).map(Integer::parseInt);
  }

  static String unquoted(String value) {
    String text = value.strip();
    boolean quoted =
        text.length() >= 2
            && (text.startsWith("\"") || text.startsWith("'"))
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

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
    return Optional.of(lines.stream().skip(1).map(l -> words(l).get(0)).toList());
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

  static Optional<String> selinux(List<String> lines) {
    return ProbeText.firstLine(lines)
        .filter(v -> v.equals("0") || v.equals("1"))
        .map(v -> v.equals("1") ? "enforcing" : "permissive");
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

  static Optional<Boolean> ufw(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(l -> l.startsWith("ENABLED="))
        .reduce((a, b) -> b)
        .map(l -> unquoted(l.substring("ENABLED=".length())).equalsIgnoreCase("yes"));
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

  static List<Host> hosts(List<String> lines) {
    List<Host> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = words(line.replaceFirst("#.*", ""));
      if (words.size() >= 2) {
        all.add(new Host(words.get(0), words.subList(1, words.size())));
      }
    }
    return List.copyOf(all);
  }

  static Resolver resolver(List<String> lines) {
    List<String> servers = new ArrayList<>();
    List<String> search = List.of();
    for (String line : lines) {
      List<String> words = words(line.replaceFirst("[#;].*", ""));
      if (words.size() >= 2 && words.get(0).equals("nameserver")) {
        servers.add(words.get(1));
      } else if (!words.isEmpty() && List.of("search", "domain").contains(words.get(0))) {
        search = words.subList(1, words.size());
      }
    }
    return new Resolver(List.copyOf(servers), List.copyOf(search));
  }

  static String linkName(String line) {
    String name = words(line).get(1);
    name = name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    int at = name.indexOf('@');
    return at > 0 ? name.substring(0, at) : name;
  }

  static List<LinkAddress> addresses(List<String> lines) {
    List<LinkAddress> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = words(line);
      int at = Math.max(words.indexOf("inet"), words.indexOf("inet6"));
      if (at < 0) {
        continue;
      }
      String[] parts = words.get(at + 1).split("/", -1);
      IpAddress.parse(parts[0])
          .ifPresent(
              address ->
                  all.add(
                      new LinkAddress(
                          words.get(1),
                          address,
                          parts.length > 1
                              ? Integer.parseInt(parts[1])
                              : address.raw().length * 8)));
    }
    return List.copyOf(all);
  }

  static Optional<List<Listener>> listeners(List<String> lines) {
    if (lines.isEmpty() || !lines.get(0).startsWith("Netid")) {
      return Optional.empty();
    }
    List<Listener> all = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> words = words(line);
      String local = words.get(4);
      int colon = local.lastIndexOf(':');
      Matcher process = PROCESS.matcher(line);
      all.add(
          new Listener(
              words.get(0),
              local.substring(0, colon),
              Integer.parseInt(local.substring(colon + 1)),
              process.find() ? process.group(1) : ""));
    }
    return Optional.of(List.copyOf(all));
  }

  static Optional<Disk> disk(List<String> lines) {
    if (lines.size() < 2) {
      return Optional.empty();
    }
    List<String> words = words(lines.get(lines.size() - 1));
    int n = words.size();
    return Optional.of(
        new Disk(
            words.get(0),
            Bytes.kib(Long.parseLong(words.get(n - 5))),
            Bytes.kib(Long.parseLong(words.get(n - 3))),
            words.get(n - 1)));
  }

  static List<Mount> mounts(List<String> lines) {
    List<Mount> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = words(line);
      if (words.size() >= 4) {
        List<String> options = List.of(words.get(3).split(",", -1));
        all.add(new Mount(words.get(0), words.get(1), words.get(2), options));
      }
    }
    return List.copyOf(all);
  }

  /** dpkg's lines carry a state, of which ii is installed; rpm's are names only. */
  static List<String> packages(List<String> lines) {
    List<String> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = words(line);
      if (words.size() == 1) {
        all.add(words.get(0));
      } else if (words.size() == 2 && words.get(0).startsWith("ii")) {
        all.add(words.get(1));
      }
    }
    return List.copyOf(all);
  }

  static List<String> snaps(List<String> lines) {
    return lines.stream()
        .filter(l -> !l.isBlank() && !l.startsWith("Name ") && !l.startsWith("No snaps"))
        .map(l -> words(l).get(0))
        .toList();
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

  static Map<String, Integer> mtus(List<String> lines) {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (String line : lines) {
      List<String> words = words(line);
      int at = words.indexOf("mtu");
      if (at > 0) {
        all.put(linkName(line), Integer.parseInt(words.get(at + 1)));
      }
    }
    return java.util.Collections.unmodifiableMap(all);
  }

  static Map<String, String> macs(List<String> lines) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String line : lines) {
      List<String> words = words(line);
      int at = words.indexOf("link/ether");
      if (at > 0 && at + 1 < words.size()) {
        all.put(linkName(line), words.get(at + 1));
      }
    }
    return java.util.Collections.unmodifiableMap(all);
  }

  /** One line a unit; a bus that does not answer says none of the states. */
  static Optional<Boolean> anyActive(List<String> lines) {
    List<String> states = lines.stream().map(String::strip).filter(w -> !w.isEmpty()).toList();
    boolean sane =
        !states.isEmpty() && states.stream().allMatch(s -> unitState(List.of(s)).isPresent());
    return sane ? Optional.of(states.contains("active")) : Optional.empty();
  }
}
