package dev.acp.node;

import dev.acp.node.FileFacts.PathKind;
import dev.acp.node.SystemFacts.Os;
import dev.acp.value.ClusterId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Turns the probe's sections into facts. What makes no sense becomes unknown, never a guess. */
final class FactReader {
  private FactReader() {}

  static SystemFacts system(ProbeText text) {
    return new SystemFacts(
        os(text),
        text.ok("kernel", ProbeText::firstLine),
        text.ok("arch", ProbeText::firstLine),
        container(text),
        text.ok("uid", l -> FactLines.number(ProbeText.firstLine(l))),
        text.ok("cpus", l -> FactLines.number(ProbeText.firstLine(l)).filter(n -> n > 0)),
        text.ok("memory", SystemLines::memory),
        text.ok("cmdline", l -> ProbeText.firstLine(l).map(FactLines::words)),
        text.file("thp", "none", l -> ProbeText.firstLine(l).flatMap(SystemLines::chosen)),
        text.file("swaps", List.of(), SystemLines::swaps),
        bootSwaps(text),
        text.file("selinux", "disabled", SystemLines::selinux),
        text.file("apparmor", false, l -> ProbeText.firstLine(l).map("Y"::equals)),
        text.ended("firewalld", SystemLines::unitState),
        text.ended("firewalld-boot", SystemLines::unitAtBoot),
        text.file("ufw", false, SystemLines::ufw),
        text.ok("tasks-max", SystemLines::property),
        text.ok("core-limit", ProbeText::firstLine),
        each(text, "module:", name -> text.ok("module:" + name, ProbeText::firstLine)),
        each(
            text,
            "sysctl:",
            name ->
                text.file(
                    "sysctl:" + name, Optional.empty(), l -> Optional.of(ProbeText.firstLine(l)))),
        text.ok("sshd", SystemLines::sshd),
        text.ok("machine-id", ProbeText::firstLine),
        text.ok("product-uuid", ProbeText::firstLine),
        text.file(
            "cluster",
            Optional.empty(),
            l -> Optional.of(ProbeText.firstLine(l).map(ClusterId::new))));
  }

  private static Fact<List<String>> bootSwaps(ProbeText text) {
    Fact<List<String>> mounted = text.file("fstab", List.of(), SystemLines::fstabSwaps);
    if (mounted instanceof Fact.Unknown<List<String>>) {
      return mounted;
    }
    Fact<List<String>> units = text.ended("swap-units", SystemLines::enabledUnits);
    return units.map(
        names ->
            Stream.concat(mounted.asOptional().orElseThrow().stream(), names.stream()).toList());
  }

  static NetworkFacts network(ProbeText text) {
    return new NetworkFacts(
        text.ok("hostname", ProbeText::firstLine),
        text.ok("hosts", l -> Optional.of(NetworkLines.hosts(l))),
        text.file(
            "resolv", Optional.empty(), l -> Optional.of(Optional.of(NetworkLines.resolver(l)))),
        text.ok("routes", Optional::of),
        text.ended("routes6", Optional::of),
        text.ok("links", l -> Optional.of(l.stream().map(NetworkLines::linkName).toList())),
        text.ok("addresses", l -> Optional.of(NetworkLines.addresses(l))),
        text.ok("listeners", NetworkLines::listeners),
        text.ok("links", l -> Optional.of(NetworkLines.macs(l))),
        text.ok("speeds", FactLines::numbers),
        text.ok("rp-filters", FactLines::numbers),
        ownName(text),
        text.ok("links", l -> Optional.of(NetworkLines.mtus(l))));
  }

  /** getent ends with 2 where the name is not known; anything else is no answer. */
  private static Fact<List<String>> ownName(ProbeText text) {
    Fact<List<String>> found =
        text.ok(
            "own-name",
            l -> Optional.of(l.stream().map(x -> FactLines.words(x).get(0)).distinct().toList()));
    return text.endedWith("own-name", "2") ? Fact.known(List.of(), "(not found)") : found;
  }

  static FileFacts files(ProbeText text) {
    return new FileFacts(
        each(text, "disk:", name -> text.ok("disk:" + name, FileLines::disk)),
        text.ok("mounts", l -> Optional.of(FileLines.mounts(l))),
        text.ok("tmp", l -> ProbeText.firstLine(l).map("usable"::equals)),
        each(
            text,
            "path:",
            name ->
                text.ok(
                    "path:" + name,
                    l ->
                        ProbeText.firstLine(l)
                            .map(k -> PathKind.valueOf(k.toUpperCase(Locale.ROOT))))),
        each(
            text,
            "tool:",
            name -> text.ok("tool:" + name, l -> Optional.of(ProbeText.firstLine(l)))),
        text.ok("packages", l -> Optional.of(FileLines.packages(l))),
        text.ok("snaps", l -> Optional.of(FileLines.snaps(l))),
        text.ok("local-binaries", Optional::of),
        text.ok("runtimes", Optional::of),
        text.ok("listen-tools", Optional::of));
  }

  static ClockFacts time(ProbeText text, NodeFacts.Window window) {
    return new ClockFacts(
        text.ok("time", l -> ProbeText.firstLine(l).flatMap(s -> clock(s, window))),
        text.ok("timezone", ProbeText::firstLine),
        text.ended("time-services", SystemLines::anyActive));
  }

  private static <T> Map<String, T> each(ProbeText text, String prefix, Function<String, T> read) {
    Map<String, T> all = new LinkedHashMap<>();
    text.names(prefix).forEach(name -> all.put(name, read.apply(name)));
    return java.util.Collections.unmodifiableMap(all);
  }

  private static Fact<Os> os(ProbeText text) {
    String release =
        text.file("kylin-release", "", ProbeText::firstLine).asOptional().orElse("")
            + text.file("centos-release", "", ProbeText::firstLine).asOptional().orElse("");
    return text.ok(
        "os-release",
        lines -> {
          Map<String, String> values = new LinkedHashMap<>();
          for (String line : lines) {
            int at = line.indexOf('=');
            if (at > 0) {
              values.put(line.substring(0, at), FactLines.unquoted(line.substring(at + 1)));
            }
          }
          return Optional.ofNullable(values.get("ID"))
              .map(
                  id ->
                      new Os(
                          id.toLowerCase(Locale.ROOT),
                          values.getOrDefault("VERSION_ID", ""),
                          values.getOrDefault("PRETTY_NAME", id),
                          release));
        });
  }

  /** systemd-detect-virt -c prints none and exits with 1 on a machine of its own. */
  private static Fact<Boolean> container(ProbeText text) {
    Fact<Boolean> mark = text.file("container-mark", false, l -> Optional.of(true));
    if (mark.asOptional().orElse(false)) {
      return mark;
    }
    return text.ended(
        "container",
        l ->
            ProbeText.firstLine(l)
                .filter(w -> w.matches("[a-z0-9-]+"))
                .map(w -> !w.equals("none")));
  }

  /** busybox has no %N and prints it; whole seconds are read half a second late on average. */
  private static Optional<ClockFacts.Clock> clock(String text, NodeFacts.Window window) {
    boolean whole = !text.matches("\\d+\\.\\d{9}");
    String seconds = whole ? text.replaceFirst("\\..*", "") : text;
    if (!seconds.matches("\\d{1,11}(\\.\\d{9})?")) {
      return Optional.empty();
    }
    long nanos = new BigDecimal(seconds).movePointRight(9).longValueExact();
    long half = whole ? 500_000_000L : 0;
    long middle = window.sent() + (window.received() - window.sent()) / 2;
    return Optional.of(
        new ClockFacts.Clock(
            Duration.ofNanos(nanos + half - middle),
            Duration.ofNanos((window.received() - window.sent()) / 2 + half)));
  }
}
