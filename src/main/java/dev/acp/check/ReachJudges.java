package dev.acp.check;

import dev.acp.node.AcrossFacts;
import dev.acp.node.AcrossFacts.Dial;
import dev.acp.node.Fact;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the nodes saw of each other while all of them listened. */
final class ReachJudges {
  private ReachJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("ports-reach-tcp", (s, l) -> seen(s, a -> reach(a, "tcp/")));
    all.put("ports-reach-udp", (s, l) -> seen(s, a -> reach(a, "udp/")));
    all.put("round-trip", (s, l) -> seen(s, a -> roundTrip(s, a, l)));
    all.put("mtu-path", (s, l) -> seen(s, a -> mtu(a)));
    all.put("vip-unused", ReachJudges::vip);
    all.put("vrid-free", ReachJudges::vrid);
    all.put("ipip-passes", (s, l) -> seen(s, a -> ipip(a)));
  }

  private static Verdict seen(Subject s, Function<AcrossFacts, Verdict> judge) {
    if (s.spec().nodes().size() == 1) {
      return Verdict.skipped("the cluster has one node");
    }
    return asked(s, judge);
  }

  private static Verdict asked(Subject s, Function<AcrossFacts, Verdict> judge) {
    if (s.facts().across() instanceof Fact.Unknown<AcrossFacts> unknown) {
      return unknown.why().startsWith("not asked")
          ? Verdict.skipped(unknown.why())
          : Verdict.unknown(unknown.why());
    }
    return judge.apply(s.facts().across().asOptional().orElseThrow());
  }

  /** Each direction is told on the node that called: the other one on the peer. */
  private static Verdict reach(AcrossFacts across, String protocol) {
    List<Dial> dials = across.dials().stream().filter(d -> d.port().startsWith(protocol)).toList();
    List<Dial> bad =
        dials.stream().filter(d -> !List.of("ok", "held").contains(d.answer())).toList();
    long proven = dials.stream().filter(d -> d.answer().equals("ok")).count();
    if (!bad.isEmpty()) {
      String list =
          bad.stream()
              .map(d -> d.peer() + " " + d.port() + " " + d.answer())
              .collect(Collectors.joining(", "));
      return new Verdict(
          Verdict.Outcome.BAD,
          bad.size() + " of " + dials.size() + " tries failed: " + shorten(list),
          "every node reached on every port that the cluster uses",
          bad.stream().limit(50).map(d -> d.peer() + " " + d.port() + " " + d.answer()).toList());
    }
    if (proven == 0) {
      return Verdict.skipped(
          dials.isEmpty() ? "no such port is used between these nodes" : "the ports are held");
    }
    return Verdict.good(
        proven
            + " tries answered"
            + (across.held().isEmpty() ? "" : ", held here: " + across.held()));
  }

  private static String shorten(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "..." : text;
  }

  private static Verdict roundTrip(Subject s, AcrossFacts across, Limits l) {
    if (across.roundTrips().isEmpty()) {
      return Verdict.unknown("no other node answered, or there is no ping to measure with");
    }
    List<String> slow = new ArrayList<>();
    int worst = 0;
    for (Map.Entry<String, Integer> trip : across.roundTrips().entrySet()) {
      long most = l.count(near(s, trip.getKey()) ? "most-ms" : "most-ms-across");
      worst = Math.max(worst, trip.getValue());
      if (trip.getValue() > most * 1000) {
        slow.add(trip.getKey() + " " + trip.getValue() + " us, most " + most + " ms");
      }
    }
    return Verdict.when(
        slow.isEmpty(),
        slow.isEmpty() ? "at most " + worst + " us" : String.join(", ", slow),
        "at most "
            + l.count("most-ms")
            + " ms in one network, "
            + l.count("most-ms-across")
            + " ms across networks");
  }

  /** True where the peer lies in a subnet of this node. */
  private static boolean near(Subject s, String peer) {
    Optional<IpAddress> address = IpAddress.parse(peer);
    return address.isPresent()
        && s.facts().network().addresses().asOptional().orElse(List.of()).stream()
            .anyMatch(
                a ->
                    dev.acp.value.Cidr.aligned(a.address() + "/" + a.prefix())
                        .map(c -> c.contains(address.get()))
                        .orElse(false));
  }

  private static Verdict mtu(AcrossFacts across) {
    if (across.mtus().isEmpty()) {
      return Verdict.unknown("no other node answered, or there is no ping to measure with");
    }
    List<String> small =
        across.mtus().entrySet().stream()
            .filter(e -> e.getValue() <= 0)
            .map(Map.Entry::getKey)
            .toList();
    return Verdict.when(
        small.isEmpty(),
        small.isEmpty()
            ? "packets of " + across.mtus().values().iterator().next() + " bytes pass"
            : "packets of the interface's size do not come back from " + small,
        "packets of the interface's MTU pass unfragmented");
  }

  private static Verdict ipip(AcrossFacts across) {
    if (across.ipip().isEmpty()) {
      return Verdict.unknown("the node has nothing to send IP-in-IP with");
    }
    List<String> silent =
        across.ipip().get().entrySet().stream()
            .filter(e -> !e.getValue())
            .map(Map.Entry::getKey)
            .toList();
    return Verdict.when(
        silent.isEmpty(),
        silent.isEmpty() ? "from every node" : "none came from " + silent,
        "IP protocol 4 from every node");
  }

  private static Verdict vip(Subject s, Limits l) {
    if (s.spec().endpoint().selfBuiltVip().isEmpty()) {
      return Verdict.skipped("the cluster file asks for no VIP of its own");
    }
    return asked(
        s,
        across -> {
          if (s.heldByUs()) {
            return Verdict.good("held by acp");
          }
          Optional<NodeName> holder =
              s.holderAmongOurs(IpAddress.of(s.spec().endpoint().address()));
          if (holder.isPresent()) {
            return Verdict.good("held by " + holder.get() + " of this cluster");
          }
          return Verdict.of(
              across.vip(),
              mac ->
                  Verdict.when(
                      mac.isEmpty(),
                      mac.map(m -> m + " answers").orElse("nobody answers"),
                      "nobody answers for " + s.spec().endpoint().address()));
        });
  }

  private static Verdict vrid(Subject s, Limits l) {
    if (s.spec().endpoint().selfBuiltVip().isEmpty()) {
      return Verdict.skipped("the cluster file asks for no VIP of its own");
    }
    int vrid = s.spec().endpoint().selfBuiltVip().orElseThrow().vrid();
    return asked(
        s,
        across -> {
          if (s.heldByUs()) {
            return Verdict.good("held by acp");
          }
          if (!s.ourControlPlanes().isEmpty()) {
            return Verdict.good("used by this cluster");
          }
          if (across.routers().isEmpty()) {
            return Verdict.unknown("the node cannot listen for VRRP");
          }
          List<Integer> heard = across.routers().get();
          return Verdict.when(
              !heard.contains(vrid), "heard: " + heard, "a VRID that nobody uses, not " + vrid);
        });
  }
}
