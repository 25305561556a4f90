package dev.acp.check;

import dev.acp.node.ClockFacts.Clock;
import dev.acp.node.Fact;
import dev.acp.node.NodeFacts;
import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** What must be the same, or differ, across the nodes. */
final class AcrossJudges {
  private AcrossJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("hostname-unique", (s, l) -> unique(s, "hostname", f -> f.network().hostname()));
    all.put("machine-id-unique", (s, l) -> unique(s, "machine-id", f -> f.system().machineId()));
    all.put("product-uuid-unique", AcrossJudges::productUuid);
    all.put("time-zone-same", AcrossJudges::zone);
    all.put("time-skew", AcrossJudges::skew);
    all.put("mac-unique", AcrossJudges::mac);
    all.put("time-service", AcrossJudges::timeService);
    all.put("control-plane-count", AcrossJudges::controlPlanes);
    all.put("vip-in-subnet", AcrossJudges::vipSubnet);
  }

  private static Verdict unique(Subject s, String what, Function<NodeFacts, Fact<String>> value) {
    return Verdict.of(
        value.apply(s.facts()),
        mine -> {
          List<String> same =
              s.all().entrySet().stream()
                  .filter(e -> !e.getKey().equals(s.node().name()))
                  .filter(e -> value.apply(e.getValue()).asOptional().equals(Optional.of(mine)))
                  .map(e -> e.getKey().text())
                  .toList();
          return Verdict.when(
              same.isEmpty(),
              same.isEmpty() ? mine : mine + ", which " + String.join(", ", same) + " has too",
              "a " + what + " of its own");
        });
  }

  /** Containers and some virtual machines show none: then there is nothing to compare. */
  private static Verdict productUuid(Subject s, Limits l) {
    if (s.facts().system().productUuid() instanceof Fact.Unknown<String> unknown) {
      return unknown.why().contains("no file")
          ? Verdict.skipped("the machine shows no product_uuid")
          : Verdict.unknown(unknown.why());
    }
    return unique(s, "product_uuid", f -> f.system().productUuid());
  }

  /** That of the interface with the node's address; addresses of bridges are often alike. */
  private static Verdict mac(Subject s, Limits l) {
    Fact<String> mine = macOf(s.facts(), s.node().address());
    if (mine instanceof Fact.Unknown<String> unknown && unknown.why().startsWith("no interface")) {
      return Verdict.skipped(unknown.why());
    }
    return unique(
        s,
        "hardware address",
        f ->
            f.equals(s.facts())
                ? mine
                : s.spec().nodes().stream()
                    .filter(n -> f.equals(s.all().get(n.name())))
                    .findFirst()
                    .map(n -> macOf(f, n.address()))
                    .orElse(Fact.unknown("not a node of the cluster file")));
  }

  private static Fact<String> macOf(NodeFacts facts, IpAddress address) {
    if (facts.network().macs() instanceof Fact.Unknown<Map<String, String>> unknown) {
      return Fact.unknown(unknown.why());
    }
    Map<String, String> macs = facts.network().macs().asOptional().orElseThrow();
    return facts
        .network()
        .linkOf(address)
        .flatMap(link -> Optional.ofNullable(macs.get(link)))
        .map(mac -> Fact.known(mac, mac))
        .orElse(Fact.unknown("no interface with a hardware address has " + address));
  }

  private static Verdict timeService(Subject s, Limits l) {
    return Verdict.of(
        s.facts().time().service(),
        runs ->
            Verdict.when(
                runs,
                runs ? "one runs" : "none runs",
                "chronyd, ntpd or systemd-timesyncd running"));
  }

  private static Verdict controlPlanes(Subject s, Limits l) {
    int n = s.spec().controlPlanes().size();
    return Verdict.when(
        l.words("counts").contains(Integer.toString(n)),
        n + " control planes",
        String.join(" or ", l.words("counts")));
  }

  private static Verdict vipSubnet(Subject s, Limits l) {
    Optional<IpAddress> vip =
        s.spec().endpoint().selfBuiltVip().isEmpty()
            ? Optional.empty()
            : IpAddress.parse(s.spec().endpoint().address());
    if (vip.isEmpty()) {
      return Verdict.skipped("the cluster file asks for no VIP of its own");
    }
    return Verdict.of(
        s.facts().network().addresses(),
        all -> {
          List<String> near =
              all.stream()
                  .filter(a -> s.node().addresses().contains(a.address()))
                  .map(a -> a.address() + "/" + a.prefix())
                  .toList();
          boolean inside =
              near.stream()
                  .anyMatch(c -> Cidr.aligned(c).map(r -> r.contains(vip.get())).orElse(false));
          return Verdict.when(
              inside, vip.get() + ", and this node has " + near, "the VIP in the node's subnet");
        });
  }

  /** The zone that most nodes have is the cluster's. */
  private static Verdict zone(Subject s, Limits l) {
    return Verdict.of(
        s.facts().time().zone(),
        mine -> {
          TreeMap<String, Integer> counts = new TreeMap<>();
          for (NodeFacts facts : s.all().values()) {
            facts.time().zone().asOptional().ifPresent(z -> counts.merge(z, 1, Integer::sum));
          }
          int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
          List<String> common =
              counts.entrySet().stream()
                  .filter(e -> e.getValue() == most)
                  .map(Map.Entry::getKey)
                  .toList();
          return Verdict.when(
              common.equals(List.of(mine)), mine, "one time zone: " + String.join(" or ", common));
        });
  }

  /** Against the median, with what the round trip leaves unsure taken off. */
  private static Verdict skew(Subject s, Limits l) {
    return Verdict.of(
        s.facts().time().clock(),
        mine -> {
          Duration median = median(s.all());
          Duration off = mine.ahead().minus(median).abs();
          Duration sure = off.minus(mine.unsure());
          boolean ahead = mine.ahead().compareTo(median) > 0;
          String seen =
              String.format(
                  Locale.ROOT,
                  "%.1f s %s the other nodes' clocks (+-%.1f s)",
                  off.toMillis() / 1000.0,
                  ahead ? "ahead of" : "behind",
                  mine.unsure().toMillis() / 1000.0);
          return Verdict.when(
              sure.compareTo(Duration.ofSeconds(l.count("most-seconds"))) <= 0,
              seen,
              "at most " + l.count("most-seconds") + " s");
        });
  }

  /** Of an even number the lower one, so that of two nodes one only is told. */
  private static Duration median(Map<NodeName, NodeFacts> all) {
    List<Duration> sorted =
        all.values().stream()
            .map(f -> f.time().clock().asOptional().map(Clock::ahead))
            .flatMap(Optional::stream)
            .sorted()
            .toList();
    return sorted.get((sorted.size() - 1) / 2);
  }
}
