package dev.acp.node;

import dev.acp.node.NetworkFacts.Host;
import dev.acp.node.NetworkFacts.LinkAddress;
import dev.acp.node.NetworkFacts.Listener;
import dev.acp.node.NetworkFacts.Resolver;
import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the lines of single tools and files about names, links, addresses and listeners; empty
 * where they make no sense.
 */
final class NetworkLines {
  private static final Pattern PROCESS = Pattern.compile("users:\\(\\(\"([^\"]*)\"");

  private NetworkLines() {}

  static List<Host> hosts(List<String> lines) {
    List<Host> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = FactLines.words(line.replaceFirst("#.*", ""));
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
      List<String> words = FactLines.words(line.replaceFirst("[#;].*", ""));
      if (words.size() >= 2 && words.get(0).equals("nameserver")) {
        servers.add(words.get(1));
      } else if (!words.isEmpty() && List.of("search", "domain").contains(words.get(0))) {
        search = words.subList(1, words.size());
      }
    }
    return new Resolver(List.copyOf(servers), List.copyOf(search));
  }

  static String linkName(String line) {
    String name = FactLines.words(line).get(1);
    name = name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    int at = name.indexOf('@');
    return at > 0 ? name.substring(0, at) : name;
  }

  static List<LinkAddress> addresses(List<String> lines) {
    List<LinkAddress> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = FactLines.words(line);
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
      List<String> words = FactLines.words(line);
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

  static Map<String, Integer> mtus(List<String> lines) {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (String line : lines) {
      List<String> words = FactLines.words(line);
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
      List<String> words = FactLines.words(line);
      int at = words.indexOf("link/ether");
      if (at > 0 && at + 1 < words.size()) {
        all.put(linkName(line), words.get(at + 1));
      }
    }
    return java.util.Collections.unmodifiableMap(all);
  }
}
