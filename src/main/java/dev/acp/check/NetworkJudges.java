package dev.acp.check;

import dev.acp.check.Ports.Port;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.Network;
import dev.acp.node.NetworkFacts.LinkAddress;
import dev.acp.node.NetworkFacts.Listener;
import dev.acp.node.SystemFacts.Os;
import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The node's addresses, routes, interfaces and ports, and the cluster's ranges. */
final class NetworkJudges {
  private NetworkJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("address-valid", NetworkJudges::valid);
    all.put("address-present", NetworkJudges::present);
    all.put("ipv6-present", NetworkJudges::ipv6);
    all.put("address-range", NetworkJudges::range);
    all.put("default-route", NetworkJudges::defaultRoute);
    all.put("nic-exists", NetworkJudges::nic);
    all.put("nic-speed", NetworkJudges::speed);
    all.put("address-outside-cidrs", NetworkJudges::outside);
    all.put("cidrs-apart", NetworkJudges::apart);
    all.put("cidrs-apart-from-routes", NetworkJudges::routes);
    all.put("calico-vxlan-ipv6", NetworkJudges::vxlan6);
    for (String group : List.of("installer", "control-plane", "node", "kube-ovn", "calico")) {
      all.put("ports-free-" + group, (s, l) -> ports(s, group));
    }
  }

  private static Verdict valid(Subject s, Limits l) {
    List<String> wrong =
        s.node().addresses().stream()
            .filter(
                a ->
                    a.isLoopback()
                        || a.isMulticast()
                        || a.isLinkLocal()
                        || a.isAny()
                        || a.toString().equals("255.255.255.255"))
            .map(IpAddress::toString)
            .toList();
    return Verdict.when(
        wrong.isEmpty(),
        (wrong.isEmpty() ? s.node().addresses() : wrong).toString(),
        "no loopback, multicast, link-local, zero or broadcast address");
  }

  private static Verdict present(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().addresses(),
        all -> {
          List<IpAddress> has = all.stream().map(LinkAddress::address).toList();
          List<IpAddress> missing =
              s.node().addresses().stream().filter(a -> !has.contains(a)).toList();
          return Verdict.when(
              missing.isEmpty(),
              missing.isEmpty() ? s.node().addresses().toString() : "no interface has " + missing,
              "the cluster file's addresses");
        });
  }

  /** Link-local ones do not count: every interface has one. */
  private static Verdict ipv6(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().addresses(),
        all -> {
          List<IpAddress> found =
              all.stream()
                  .map(LinkAddress::address)
                  .filter(a -> a.isV6() && !a.isLinkLocal() && !a.isLoopback())
                  .toList();
          boolean named = s.node().addresses().stream().anyMatch(IpAddress::isV6);
          return Verdict.when(
              !found.isEmpty() && named,
              found.isEmpty() ? "none" : found + (named ? "" : ", none of it in the cluster file"),
              "an IPv6 address, named in the cluster file");
        });
  }

  private static Verdict range(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().addresses(),
        all -> {
          List<String> inside =
              all.stream()
                  .filter(a -> NameJudges.in172(a.address()))
                  .map(a -> a.address().toString())
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

  private static Verdict speed(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().addresses(),
        all -> {
          Optional<String> nic =
              s.node()
                  .nic()
                  .or(() -> s.spec().network().nic())
                  .or(() -> s.facts().network().linkOf(s.node().address()));
          if (nic.isEmpty()) {
            return Verdict.unknown("no interface has " + s.node().address());
          }
          return Verdict.of(
              s.facts().network().speeds(),
              speeds -> {
                int mbit = speeds.getOrDefault(nic.get(), -1);
                if (mbit <= 0) {
                  return Verdict.skipped(nic.get() + " does not tell its speed");
                }
                return Verdict.when(
                    mbit >= l.count("least-mbit"),
                    nic.get() + " " + mbit + " Mbit/s",
                    "at least " + l.count("least-mbit") + " Mbit/s");
              });
        });
  }

  private static List<Cidr> ranges(Network n) {
    return Stream.of(n.podCidrs(), n.serviceCidrs(), n.joinCidrs()).flatMap(List::stream).toList();
  }

  /** 000: not where the default subnet is an underlay, the nodes' own network. */
  private static Verdict outside(Subject s, Limits l) {
    if (s.spec().network().mode().contains("underlay")) {
      return Verdict.skipped("the default subnet is an underlay");
    }
    List<String> inside = new ArrayList<>();
    for (IpAddress address : s.node().addresses()) {
      ranges(s.spec().network()).stream()
          .filter(r -> r.contains(address))
          .forEach(r -> inside.add(address + " in " + r));
    }
    return Verdict.when(
        inside.isEmpty(),
        inside.isEmpty() ? "outside" : String.join(", ", inside),
        "an address outside " + ranges(s.spec().network()));
  }

  private static Verdict apart(Subject s, Limits l) {
    List<Cidr> all = ranges(s.spec().network());
    List<String> over = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (all.get(j).overlaps(all.get(i))) {
          over.add(all.get(j) + " and " + all.get(i));
        }
      }
    }
    return Verdict.when(
        over.isEmpty(), over.isEmpty() ? all.toString() : String.join(", ", over), "apart");
  }

  private static Verdict routes(Subject s, Limits l) {
    if (s.heldByUs()) {
      return Verdict.good("held by acp");
    }
    return Verdict.of(
        s.facts().network().routes(),
        v4 -> {
          List<String> six = s.facts().network().routes6().asOptional().orElse(List.of());
          List<String> over =
              Stream.concat(v4.stream(), six.stream())
                  .map(String::strip)
                  .filter(r -> overlaps(r, ranges(s.spec().network())))
                  .toList();
          return Verdict.when(
              over.isEmpty(),
              over.isEmpty() ? "none" : String.join("; ", over),
              "no route into " + ranges(s.spec().network()));
        });
  }

  private static boolean overlaps(String route, List<Cidr> ranges) {
    String to = route.split(" ", 2)[0];
    String cidr = to.contains("/") ? to : to + (to.contains(":") ? "/128" : "/32");
    return Cidr.parse(cidr)
        .filter(c -> c.prefix() > 0)
        .map(c -> ranges.stream().anyMatch(r -> r.overlaps(c)))
        .orElse(false);
  }

  /** 001: RHEL 7.8 and CentOS; newer RHEL can. */
  private static Verdict vxlan6(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().os(),
        (Os os) ->
            Verdict.when(
                os.id().equals("rhel") && !os.version().startsWith("7"),
                os.id() + " " + os.fullVersion(),
                "not RHEL 7 and not CentOS"));
  }

  private static Verdict ports(Subject s, String group) {
    List<Port> asked =
        s.ports().all().stream()
            .filter(p -> p.group().equals(group) && p.isFor(s.spec(), s.node()))
            .toList();
    return Verdict.of(
        s.facts().network().listeners(),
        listeners -> {
          List<String> held = new ArrayList<>();
          for (Port port : asked) {
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
              held.isEmpty() ? asked.size() + " ports free" : String.join(", ", held),
              "free: " + wanted(asked));
        });
  }

  private static String holder(Port port, Listener x) {
    String by = x.process().isEmpty() ? "the kernel or an unknown process" : x.process();
    return port.number() + "/" + port.protocol() + " is held by " + by;
  }

  private static String wanted(List<Port> ports) {
    return String.join(
        ", ",
        ports.stream()
            .map(p -> p.protocol().equals("tcp") ? "" + p.number() : p.number() + "/udp")
            .toList());
  }
}
