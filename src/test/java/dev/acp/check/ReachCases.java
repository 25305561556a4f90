package dev.acp.check;

import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;
import static dev.acp.check.CheckCases.vip;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.CheckCases.Want;
import dev.acp.cluster.ClusterSpec;
import dev.acp.node.AcrossFacts;
import dev.acp.node.AcrossFacts.Dial;
import dev.acp.node.Fact;
import dev.acp.node.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the nodes see of each other. */
final class ReachCases {
  private final CheckCases c;

  ReachCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    reach();
  }

  /** A router of this id advertises itself there. */
  static AcrossFacts heard(AcrossFacts a, int vrid) {
    return new AcrossFacts(
        a.held(),
        a.dials(),
        a.roundTrips(),
        a.mtus(),
        a.ipip(),
        Optional.of(List.of(vrid)),
        a.vip());
  }

  /** Somebody answers for the virtual address. */
  static AcrossFacts taken(AcrossFacts a) {
    return new AcrossFacts(
        a.held(),
        a.dials(),
        a.roundTrips(),
        a.mtus(),
        a.ipip(),
        a.routers(),
        Fact.known(Optional.of("52:54:00:00:00:01"), ""));
  }

  /** The other node's IP-in-IP does not come in. */
  static AcrossFacts noIpip() {
    AcrossFacts a = fine();
    return new AcrossFacts(
        a.held(),
        a.dials(),
        a.roundTrips(),
        a.mtus(),
        Optional.of(Map.of("10.0.0.12", false)),
        a.routers(),
        a.vip());
  }

  static AcrossFacts fine() {
    return new AcrossFacts(
        List.of(),
        List.of(new Dial("10.0.0.12", "tcp/10250", "ok"), new Dial("10.0.0.12", "udp/6081", "ok")),
        Map.of("10.0.0.12", 300),
        Map.of("10.0.0.12", 1500),
        Optional.of(Map.of("10.0.0.12", true)),
        Optional.of(List.of()),
        Fact.known(Optional.empty(), ""));
  }

  private void saw(
      String check, ClusterSpec spec, Function<AcrossFacts, AcrossFacts> change, String seen) {
    c.add(
        check, seen.isEmpty(), u().facts().with(Fact.known(change.apply(fine()), "")), spec, seen);
  }

  /** What could not be tried is no pass: a missing tool, or a part that no program can do. */
  private void nothingSeen() {
    AcrossFacts none =
        new AcrossFacts(
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Fact.unknown("no arping and no ping"));
    NodeFacts mute = u().facts().with(Fact.known(none, ""));
    NodeFacts without = u().facts().with(Fact.unknown("nothing to listen with"));
    Map<String, ClusterSpec> specs =
        Map.of(
            "ports-reach-tcp", spec(),
            "ports-reach-udp", spec(),
            "round-trip", spec(),
            "mtu-path", spec(),
            "ipip-passes", spec("calico", ""),
            "vip-unused", vip(),
            "vrid-free", vip());
    specs.forEach(
        (check, spec) -> {
          boolean ports = check.startsWith("ports-");
          c.add(check, Want.ERROR, without, spec, "nothing to listen with");
          c.add(check, ports ? Want.SKIP : Want.ERROR, mute, spec, "");
          c.add(check, Want.SKIP, u().facts(), spec, "not asked");
        });
    ClusterSpec alone = Specs.nodes(spec(), List.of(spec().nodes().get(0)));
    c.add("ports-reach-tcp", Want.SKIP, without, alone, "one node");
    for (String protocol : List.of("tcp/10250", "udp/6081")) {
      String check = "ports-reach-" + protocol.substring(0, 3);
      NodeFacts held = u().facts().with(Fact.known(dial(fine(), protocol, "held"), ""));
      c.add(check, Want.SKIP, held, spec(), "held");
    }
    for (String check : List.of("vip-unused", "vrid-free", "vip-in-subnet")) {
      c.add(check, Want.SKIP, without, spec(), "no VIP");
    }
  }

  private static AcrossFacts dial(AcrossFacts a, String port, String answer) {
    return new AcrossFacts(
        a.held(),
        List.of(new Dial("10.0.0.12", port, answer)),
        a.roundTrips(),
        a.mtus(),
        a.ipip(),
        a.routers(),
        a.vip());
  }

  private static AcrossFacts dials(List<String> held, Dial... dials) {
    AcrossFacts a = fine();
    return new AcrossFacts(
        held, List.of(dials), a.roundTrips(), a.mtus(), a.ipip(), a.routers(), a.vip());
  }

  /** Of the other protocol nothing is told; what the node holds is told beside what passed. */
  private void protocols() {
    AcrossFacts mixed =
        dials(
            List.of("tcp/6443"),
            new Dial("10.0.0.12", "tcp/10250", "refused"),
            new Dial("10.0.0.12", "udp/6081", "ok"));
    NodeFacts node = u().facts().with(Fact.known(mixed, ""));
    c.add("ports-reach-tcp", Want.TELL, node, spec(), "1 of 1 tries failed");
    c.add("ports-reach-udp", Want.PASS, node, spec(), "1 tries answered, held here: [tcp/6443]");
  }

  /**
   * The VIP and the VRID are in use: by control planes of the cluster that the node joins, or not.
   */
  private void joining() {
    AcrossFacts a = fine();
    AcrossFacts used = taken(heard(a, 51));
    NodeFacts node = u().facts().with(Fact.known(used, ""));
    Recorded ours = u().with("cluster", CheckCases.OURS.text());
    Recorded foreign = u().with("cluster", "00000000-0000-4000-8000-000000000002");
    Recorded none = u();
    String[] addresses = {
      "2: eth0 inet 10.0.0.13/24 scope global eth0", "2: eth0 inet 10.0.0.100/32 scope global eth0"
    };
    joins("vip-unused", Want.PASS, node, ours.with("addresses", addresses), "held by 10.0.0.13");
    joins("vip-unused", Want.TELL, node, ours.with("addresses", addresses[0]), "52:54");
    joins("vip-unused", Want.TELL, node, foreign.with("addresses", addresses), "52:54");
    joins("vrid-free", Want.PASS, node, ours, "used by this cluster");
    joins("vrid-free", Want.TELL, node, foreign, "51");
    joins("vrid-free", Want.TELL, node, none, "51");
    NodeFacts self = ours.facts().with(Fact.known(used, ""));
    for (String check : List.of("vip-unused", "vrid-free")) {
      c.add(Case.of(check, Want.PASS, self, vip(), "held by acp").afterSetupBegan());
    }
  }

  private void joins(String check, Want want, NodeFacts node, Recorded third, String seen) {
    c.add(
        Case.of(check, want, node, CheckCases.threeControlPlanes(), seen)
            .afterSetupBegan()
            .among(third.facts()));
  }

  /**
   * A node that reached no other on a port.
   *
   * @param tries what the check is to tell of it, which is one try
   */
  static NodeFacts silent(String tries) {
    String end = " tcp/10250 silent";
    String peer = tries.substring(0, tries.length() - end.length());
    return u().facts()
        .with(Fact.known(dials(List.of(), new Dial(peer, "tcp/10250", "silent")), ""));
  }

  private static AcrossFacts trip(AcrossFacts a, String peer, int micros) {
    return new AcrossFacts(
        a.held(), a.dials(), Map.of(peer, micros), a.mtus(), a.ipip(), a.routers(), a.vip());
  }

  private void reach() {
    for (String answer : List.of("refused", "silent", "wrong")) {
      saw("ports-reach-tcp", spec(), a -> dial(a, "tcp/10250", answer), answer);
      saw("ports-reach-udp", spec(), a -> dial(a, "udp/6081", answer), answer);
    }
    nothingSeen();
    protocols();
    saw("ports-reach-tcp", spec(), a -> a, "");
    saw("ports-reach-udp", spec(), a -> a, "");
    saw("round-trip", spec(), a -> trip(a, "10.0.0.12", 2001), "10.0.0.12 2001 us, most 2 ms");
    saw("round-trip", spec(), a -> trip(a, "10.0.0.12", 2000), "");
    saw(
        "round-trip",
        spec(),
        a -> trip(a, "10.9.0.12", 100_001),
        "10.9.0.12 100001 us, most 100 ms");
    saw("round-trip", spec(), a -> trip(a, "10.9.0.12", 100_000), "");
    saw(
        "mtu-path",
        spec(),
        a ->
            new AcrossFacts(
                a.held(),
                a.dials(),
                a.roundTrips(),
                Map.of("10.0.0.12", 0),
                a.ipip(),
                a.routers(),
                a.vip()),
        "10.0.0.12");
    saw("mtu-path", spec(), a -> a, "");
    saw("ipip-passes", spec("calico", ""), a -> noIpip(), "10.0.0.12");
    saw("ipip-passes", spec("calico", ""), a -> a, "");
    saw("vip-unused", vip(), a -> taken(a), "52:54");
    saw("vip-unused", vip(), a -> a, "");
    saw("vrid-free", vip(), a -> heard(a, 51), "51");
    saw("vrid-free", vip(), a -> heard(a, 50), "");
    joining();
  }
}
