package dev.acp.node;

import dev.acp.value.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The node's name, addresses, routes and listening sockets.
 *
 * @param macs hardware addresses by interface, loopback left out
 * @param speeds Mbit/s by interface; -1 where the driver tells none
 * @param rpFilters net.ipv4.conf.NAME.rp_filter by name, with all and default
 * @param mtus bytes by interface
 * @param ownName the addresses that the node's own name resolves to; empty where it does not
 */
public record NetworkFacts(
    Fact<String> hostname,
    Fact<List<Host>> hosts,
    Fact<Optional<Resolver>> resolver,
    Fact<List<String>> routes,
    Fact<List<String>> routes6,
    Fact<List<String>> links,
    Fact<List<LinkAddress>> addresses,
    Fact<List<Listener>> listeners,
    Fact<Map<String, String>> macs,
    Fact<Map<String, Integer>> speeds,
    Fact<Map<String, Integer>> rpFilters,
    Fact<List<String>> ownName,
    Fact<Map<String, Integer>> mtus) {
  /** The interface that holds an address. */
  public Optional<String> linkOf(IpAddress address) {
    return addresses.asOptional().orElse(List.of()).stream()
        .filter(a -> a.address().equals(address))
        .map(LinkAddress::link)
        .findFirst();
  }

  /** One line of /etc/hosts. */
  public record Host(String address, List<String> names) {}

  /** /etc/resolv.conf: name servers, and the domains of its last search line. */
  public record Resolver(List<String> servers, List<String> search) {}

  /** An address of an interface, with its prefix length. */
  public record LinkAddress(String link, IpAddress address, int prefix) {}

  /**
   * A socket that listens.
   *
   * @param process its program's name; empty where the kernel listens or the name cannot be seen
   */
  public record Listener(String protocol, String address, int port, String process) {
    /** True where nobody else can listen on a port, such as tcp/6443, of this address. */
    boolean holds(IpAddress own, String which) {
      if (!which.equals(protocol + "/" + port)) {
        return false;
      }
      // [2001:db8::1], 127.0.0.53%lo; a star stands for both families, [::] for the sixth alone
      String plain = address.replaceAll("[\\[\\]]|%.*", "");
      return plain.equals("*")
          || plain.equals(own.isV6() ? "::" : "0.0.0.0")
          || IpAddress.parse(plain).filter(own::equals).isPresent();
    }
  }
}
