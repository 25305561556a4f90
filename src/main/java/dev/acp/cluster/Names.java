package dev.acp.cluster;

import dev.acp.cluster.ClusterSpec.Ssh.HostPort;
import dev.acp.cluster.ClusterSpec.Ssh.Jump;
import dev.acp.value.IpAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of names in a cluster file. */
final class Names {
  static final String HOST_WANTED = "an IP address or a domain name in lower case";
  static final String CLUSTER_NAME_WANTED =
      "lower-case letters, digits and -, at most 63 (RFC 1123), and not \"node\"";
  static final String FOLDER_WANTED = "an absolute path such as /var/lib/containerd";
  static final String NIC_WANTED = "a network interface's name, at most 15 characters";
  static final String TAINT_WANTED =
      "key=value:Effect, Effect being NoSchedule, PreferNoSchedule" + " or NoExecute";
  static final String LABEL_WANTED =
      "a key [prefix/]name of letters, digits, - _ and ., name and value at most 63";

  private static final String LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
  private static final Pattern DNS_LABEL = Pattern.compile(LABEL);
  private static final Pattern DNS_NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
  private static final Pattern NUMERIC_END = Pattern.compile("(?:.*\\.)?[0-9]+");
  private static final Pattern NAME_PART =
      Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern NIC = Pattern.compile("[^\\s/:,]{1,15}");
  private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.@-]{0,63}\\$?");
  private static final Pattern FLAG = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");
  private static final Pattern FOLDER = Pattern.compile("(?:/[A-Za-z0-9][A-Za-z0-9._@+-]*)+");
  private static final Pattern TAINT =
      Pattern.compile("([^=:]+)(?:=([^=:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)");
  private static final Pattern SOCKET =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)\\]|([^:\\[\\]]+))(?::(\\d{1,5}))?");

  private Names() {}

  static Function<String, Optional<String>> oneOf(String... allowed) {
    return text -> Optional.of(text).filter(Arrays.asList(allowed)::contains);
  }

  /** DNS-1123 label; "node" is the folder of a node's own record (contract.md). */
  static Optional<String> clusterName(String text) {
    return matching(DNS_LABEL, text).filter(t -> !t.equals("node"));
  }

  /** An address or a name; what ends in a number is an address or wrong (WHATWG URL, "ends"). */
  static Optional<String> host(String text) {
    return IpAddress.parse(text).map(IpAddress::toString).or(() -> domain(text));
  }

  static Optional<String> domain(String text) {
    return matching(DNS_NAME, text)
        .filter(t -> t.length() <= 253 && !NUMERIC_END.matcher(t).matches());
  }

  static boolean isDomain(String text) {
    return domain(text).isPresent();
  }

  static Optional<String> hostPort(String text) {
    return IpAddress.parse(text).isPresent()
        ? Optional.of(IpAddress.of(text).inUrl())
        : socket(text, 443).map(s -> text);
  }

  /** host, host:port, [v6] or [v6]:port. */
  static Optional<HostPort> socket(String text, int otherwise) {
    Matcher m = SOCKET.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    Optional<String> host =
        m.group(1) == null ? host(m.group(2)) : host(m.group(1)).filter(h -> h.contains(":"));
    int port = m.group(3) == null ? otherwise : Integer.parseInt(m.group(3));
    return host.filter(h -> port >= 1 && port <= 65535).map(h -> new HostPort(h, port));
  }

  static Optional<Jump> jump(String text) {
    int at = text.lastIndexOf('@');
    Optional<String> user = at < 0 ? Optional.empty() : user(text.substring(0, at));
    if (at >= 0 && user.isEmpty()) {
      return Optional.empty();
    }
    return socket(text.substring(at + 1), 22).map(s -> new Jump(user, s));
  }

  static Optional<String> modeName(String text) {
    return matching(DNS_LABEL, text);
  }

  static Optional<String> checkId(String text) {
    return matching(DNS_LABEL, text);
  }

  static Optional<String> nic(String text) {
    return matching(NIC, text).filter(t -> !t.equals(".") && !t.equals(".."));
  }

  static Optional<String> user(String text) {
    return matching(USER, text);
  }

  static Optional<String> folder(String text) {
    return matching(FOLDER, text);
  }

  static Optional<String> displayName(String text) {
    return Optional.of(text)
        .filter(t -> !t.isBlank() && t.length() <= 64)
        .filter(t -> t.chars().noneMatch(Character::isISOControl));
  }

  static Optional<String> taint(String text) {
    Matcher m = TAINT.matcher(text);
    return m.matches() && isLabel(m.group(1), m.group(2) == null ? "" : m.group(2))
        ? Optional.of(text)
        : Optional.empty();
  }

  /** Kubernetes' qualified names and label values. */
  static boolean isLabel(String key, String value) {
    int slash = key.indexOf('/');
    boolean prefix =
        slash < 0 || (DNS_NAME.matcher(key.substring(0, slash)).matches() && slash <= 253);
    return prefix
        && NAME_PART.matcher(key.substring(slash + 1)).matches()
        && (value.isEmpty() || NAME_PART.matcher(value).matches());
  }

  /** A long flag's name without its dashes. */
  static boolean isFlag(String text) {
    return FLAG.matcher(text).matches();
  }

  private static Optional<String> matching(Pattern form, String text) {
    return Optional.of(text).filter(t -> form.matcher(t).matches());
  }
}
