package dev.acp.check;

import dev.acp.check.Ports.Port;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.node.NetworkFacts.Host;
import dev.acp.node.NetworkFacts.LinkAddress;
import dev.acp.node.NetworkFacts.Listener;
import dev.acp.node.NetworkFacts.Resolver;
import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The node's name, its name servers, its addresses and its ports. */
final class NetworkJudges {
  /** 001: lower-case letters, digits, - and . , none of them beside another mark. */
  private static final Pattern HOSTNAME =
      Pattern.compile("[a-z0-9](?:[a-z0-9]|-(?![.])|[.](?![.-]))*(?<![.-])");

  private NetworkJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("hostname-form", NetworkJudges::hostname);
    all.put("hosts-localhost", NetworkJudges::localhost);
    all.put("hosts-no-duplicates", NetworkJudges::duplicates);
    all.put("resolv-conf", NetworkJudges::resolvConf);
    all.put("search-domains", NetworkJudges::searchDomains);
    all.put("address-valid", NetworkJudges::addresses);
    all.put("address-range", NetworkJudges::range);
    all.put("default-route", NetworkJudges::defaultRoute);
    all.put("nic-exists", NetworkJudges::nic);
    all.put("ports-free", NetworkJudges::ports);
  }

  private static Verdict hostname(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().hostname(),
        name ->
            Verdict.when(
                name.length() <= l.count("longest") && HOSTNAME.matcher(name).matches(),
                name,
                "at most "
                    + l.count("longest")
                    + " of a-z, 0-9, - and ., with a letter or digit at both ends, and no .-, .. or"
                    + " -."));
  }

  private static Verdict localhost(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().hosts(),
        hosts -> {
          List<String> v4 =
              hosts.stream()
                  .filter(h -> h.names().contains("localhost") && !h.address().contains(":"))
                  .map(Host::address)
                  .toList();
          return Verdict.when(
              v4.equals(List.of("127.0.0.1")),
              v4.isEmpty() ? "no IPv4 line for localhost" : "localhost is " + v4,
              "localhost is 127.0.0.1 in /etc/hosts");
        });
  }

  /** The same name with two addresses of one family; the same line twice does no harm. */
  private static Verdict duplicates(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().hosts(),
        hosts -> {
          Map<String, String> first = new HashMap<>();
          TreeSet<String> twice = new TreeSet<>();
          for (Host host : hosts) {
            String family = host.address().contains(":") ? "6 " : "4 ";
            for (String name : host.names()) {
              String before = first.putIfAbsent(family + name, host.address());
              if (before != null && !before.equals(host.address()) && !name.startsWith("ip6-")) {
                twice.add(name);
              }
            }
          }
          return Verdict.when(
              twice.isEmpty(),
              twice.isEmpty() ? "each name once" : "more than once: " + String.join(", ", twice),
              "each name with one address in /etc/hosts");
        });
  }

  private static Verdict resolvConf(Subject s, Limits l) {
    String wanted = "a nameserver line, none in 127.0.0.0/8 and not ::1";
    return Verdict.of(
        s.facts().network().resolver(),
        resolver -> {
          if (resolver.isEmpty()) {
            return Verdict.bad("/etc/resolv.conf is missing", wanted);
          }
          List<String> servers = resolver.get().servers();
          if (servers.isEmpty()) {
            return Verdict.bad("no nameserver", wanted);
          }
          Optional<String> loop =
              servers.stream()
                  .filter(t -> IpAddress.parse(t).map(IpAddress::isLoopback).orElse(false))
                  .findFirst();
          if (loop.isPresent()) {
            return Verdict.bad("nameserver " + loop.get(), wanted);
          }
          Optional<String> docker = servers.stream().filter(NetworkJudges::in172).findFirst();
          return docker
              .map(
                  t ->
                      Verdict.advice("nameserver " + t, "one outside 172.16.0.0 to 172.32.255.255"))
              .orElse(Verdict.good("nameserver " + String.join(", ", servers)));
        });
  }

  /** The guides' "172.16.x.x to 172.32.x.x". */
  private static boolean in172(String text) {
    Optional<IpAddress> address = IpAddress.parse(text).filter(IpAddress::isV4);
    return address.isPresent()
        && (Cidr.of("172.16.0.0/12").contains(address.get())
            || Cidr.of("172.32.0.0/16").contains(address.get()));
  }

  /**
   * Kubelet adds domains of its own, and takes 6 domains with 256 characters below v1.26, 32 with
   * 2048 from there on (expanded DNS configuration).
   */
  private static Verdict searchDomains(Subject s, Limits l) {
    boolean expanded = s.spec().kubernetes().version().atLeast(1, 26);
    long most = l.count(expanded ? "count" : "old-count") - l.count("own");
    long chars = l.count(expanded ? "chars" : "old-chars");
    return Verdict.of(
        s.facts().network().resolver(),
        resolver -> {
          List<String> search = resolver.map(Resolver::search).orElse(List.of());
          String line = String.join(" ", search);
          boolean fits =
              search.isEmpty()
                  || (search.size() < most
                      && line.length() <= chars
                      && search.stream().allMatch(d -> d.length() <= l.count("longest")));
          return Verdict.when(
              fits,
              search.isEmpty() ? "none" : search.size() + " domains, " + line.length() + " chars",
              "none, or fewer than "
                  + most
                  + " domains with at most "
                  + chars
                  + " characters together");
        });
  }

  private static Verdict addresses(Subject s, Limits l) {
    for (IpAddress address : s.node().addresses()) {
      if (address.isLoopback()
          || address.isMulticast()
          || address.isLinkLocal()
          || address.isAny()
          || address.toString().equals("255.255.255.255")) {
        return Verdict.bad(
            address.toString(), "no loopback, multicast, link-local, zero or broadcast address");
      }
    }
    return Verdict.of(
        s.facts().network().addresses(),
        all -> {
          List<IpAddress> has = all.stream().map(LinkAddress::address).toList();
          List<IpAddress> missing =
              s.node().addresses().stream().filter(a -> !has.contains(a)).toList();
          if (!missing.isEmpty()) {
            return Verdict.bad("no interface has " + missing, "the cluster file's addresses");
          }
          boolean wantsV6 = s.spec().network().ipFamily() != IpFamily.IPV4;
          boolean hasV6 = s.node().addresses().stream().anyMatch(IpAddress::isV6);
          return Verdict.when(
              !wantsV6 || hasV6, s.node().addresses().toString(), "an IPv6 address as well");
        });
  }

  private static Verdict range(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().addresses(),
        all -> {
          List<String> inside =
              all.stream()
                  .map(a -> a.address().toString())
                  .filter(NetworkJudges::in172)
                  .distinct()
                  .toList();
          return Verdict.when(
              inside.isEmpty(),
              inside.isEmpty() ? "none there" : String.join(", ", inside),
              "no address from 172.16.0.0 to 172.32.255.255");
        });
  }

  private static Verdict defaultRoute(Subject s, Limits l) {
    boolean onlyV6 = s.spec().network().ipFamily() == IpFamily.IPV6;
    return Verdict.of(
        onlyV6 ? s.facts().network().routes6() : s.facts().network().routes(),
        routes -> {
          Optional<String> found =
              routes.stream()
                  .filter(r -> r.startsWith("default") || r.startsWith("0.0.0.0"))
                  .findFirst();
          return Verdict.when(found.isPresent(), found.orElse("none").strip(), "a default route");
        });
  }

  private static Verdict nic(Subject s, Limits l) {
    Optional<String> wanted = s.node().nic().or(() -> s.spec().network().nic());
    if (wanted.isEmpty()) {
      return Verdict.skipped("the cluster file names no interface");
    }
    return Verdict.of(
        s.facts().network().links(),
        links ->
            Verdict.when(
                links.contains(wanted.get()),
                String.join(", ", links),
                "an interface " + wanted.get()));
  }

  private static Verdict ports(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().listeners(),
        listeners -> {
          List<String> held = new ArrayList<>();
          int looked = 0;
          for (Port port : s.ports().all()) {
            if (!port.isFor(s.spec(), s.node())) {
              continue;
            }
            looked++;
            listeners.stream()
                .filter(x -> x.port() == port.number() && x.protocol().startsWith(port.protocol()))
                .findFirst()
                .ifPresent(x -> held.add(holder(port, x)));
          }
          if (!held.isEmpty() && s.heldByUs()) {
            return Verdict.good("held by acp: " + String.join(", ", held));
          }
          return Verdict.when(
              held.isEmpty(),
              held.isEmpty() ? looked + " ports free" : String.join(", ", held),
              "free: " + wantedPorts(s));
        });
  }

  private static String holder(Port port, Listener x) {
    String by = x.process().isEmpty() ? "the kernel or an unknown process" : x.process();
    return port.number() + "/" + port.protocol() + " is held by " + by;
  }

  private static String wantedPorts(Subject s) {
    return String.join(
        ", ",
        s.ports().all().stream()
            .filter(p -> p.isFor(s.spec(), s.node()))
            .map(p -> p.protocol().equals("tcp") ? "" + p.number() : p.number() + "/udp")
            .toList());
  }
}
