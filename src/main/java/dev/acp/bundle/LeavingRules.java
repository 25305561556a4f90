package dev.acp.bundle;

import dev.acp.yaml.YamlValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a bundle may declare as left behind. The way back deletes it as root, so that a slip, such
 * as a folder of the system or a bare {@code *}, must not get as far as a node.
 */
final class LeavingRules {
  private static final Pattern LINK =
      Pattern.compile("[A-Za-z0-9_.:-]{1,15}\\*?(@[A-Za-z0-9_.:-]{1,15})?");
  private static final Pattern CHAIN = Pattern.compile("[A-Za-z0-9_.:-]{2,28}\\*?");
  private static final Pattern IPSET = Pattern.compile("[A-Za-z0-9_.:-]{2,31}\\*?");
  private static final Pattern SYSCTL = Pattern.compile("[a-zA-Z0-9_-]+([./][a-zA-Z0-9_-]+)+");
  private static final Pattern PROTOCOL = Pattern.compile("proto ([0-9]{1,3}|[a-z]{2,20})");
  private static final Pattern PREFIX = Pattern.compile("[0-9a-fA-F.:]{2,45}/[0-9]{1,3}");
  private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9_.:@+-]+)+");

  /** iproute2's rt_protos: what the kernel, a person, an installer or DHCP has set. */
  private static final Set<String> OTHERS_ROUTES =
      Set.of(
          "0", "1", "2", "3", "4", "9", "16", "redirect", "kernel", "boot", "static", "ra", "dhcp");

  private static final List<String> BUILT_IN =
      List.of("INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING");

  private static final Set<String> SYSTEM =
      Set.of(
          "/",
          "/etc",
          "/usr",
          "/var",
          "/opt",
          "/run",
          "/root",
          "/home",
          "/lib",
          "/lib64",
          "/bin",
          "/sbin",
          "/boot",
          "/dev",
          "/proc",
          "/sys",
          "/tmp",
          "/srv",
          "/mnt",
          "/media",
          "/var/lib",
          "/var/log",
          "/var/run",
          "/var/tmp",
          "/etc/systemd",
          "/lib/modules");

  private LeavingRules() {}

  /** Adds a problem where the value is not a name of its kind. */
  static void check(String kind, YamlValue value) {
    Optional<String> name = value.asString();
    if (name.isEmpty()) {
      return;
    }
    String wanted = wrong(kind, name.get());
    if (!wanted.isEmpty()) {
      value.problem("is \"" + name.get().replaceAll("\\p{Cntrl}", "?") + '"', wanted);
    }
  }

  /** What is wanted instead; empty where the name is good. */
  private static String wrong(String kind, String name) {
    return switch (kind) {
      case "link" ->
          LINK.matcher(name).matches() ? "" : "a link, a prefix with *, or either with @MASTER";
      case "chain" -> chain(name);
      case "ipset" -> IPSET.matcher(name).matches() ? "" : "a set, or a prefix with *";
      case "route" -> route(name);
      case "mount" -> mount(name);
      case "path", "folder" -> path(name);
      case "sysctl" ->
          SYSCTL.matcher(name).matches() ? "" : "a whole key such as net.ipv4.ip_forward";
      default -> "";
    };
  }

  private static String chain(String name) {
    String prefix = name.endsWith("*") ? name.substring(0, name.length() - 1) : name;
    boolean builtIn =
        BUILT_IN.stream().anyMatch(c -> name.endsWith("*") ? c.startsWith(prefix) : c.equals(name));
    return CHAIN.matcher(name).matches() && !builtIn
        ? ""
        : "a chain of the mode's own, or a prefix with *";
  }

  private static String route(String name) {
    boolean own =
        PROTOCOL.matcher(name).matches()
            && !OTHERS_ROUTES.contains(
                name.substring("proto ".length()).replaceFirst("^0+(?=.)", ""));
    return own || (PREFIX.matcher(name).matches() && !name.endsWith("/0"))
        ? ""
        : "\"proto N\" with a protocol number of the mode's own, or a prefix";
  }

  private static String path(String name) {
    boolean dots =
        List.of(name.split("/", -1)).stream().anyMatch(p -> p.equals(".") || p.equals(".."));
    boolean good = PLAIN.matcher(name).matches() && !dots && !SYSTEM.contains(name);
    return good && !name.matches("/usr/[^/]+")
        ? ""
        : "an absolute plain path, and not a folder of the system";
  }

  /** A prefix may not stand for everything below a folder of the system. */
  private static String mount(String name) {
    if (!name.endsWith("*")) {
      return path(name);
    }
    String prefix = name.substring(0, name.length() - 1);
    String folder = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')));
    boolean whole = prefix.endsWith("/");
    return path(folder).isEmpty() && (whole || path(prefix).isEmpty())
        ? ""
        : "an absolute plain path, or its beginning with *, and not in a folder of the system";
  }
}
