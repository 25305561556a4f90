package dev.acp.node;

import dev.acp.fault.AcpException;
import dev.acp.file.Res;
import dev.acp.node.AcrossFacts.Dial;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets the nodes try to reach each other, all at once: every one listens on the ports that the
 * cluster will use and calls the others'. In a cluster of more than {@link #WHOLE} nodes each calls
 * the first {@link #FEW} and the next {@link #FEW} in the row, so that the work grows with the
 * nodes only.
 */
public final class Across {
  static final int WHOLE = 20;
  static final int FEW = 5;

  private static final String SCRIPT =
      Res.text("across.sh")
          .replace("#@include across.pl\n", Res.text("across.pl"))
          .replace("#@include across.py\n", Res.text("across.py"))
          .replace("#@include across-nc.sh\n", Res.text("across-nc.sh"));
  private static final String NOTHING =
      "nothing to listen with: none of perl, python, socat, and nc of OpenBSD or nmap is there";
  private static final Duration SECONDS = Duration.ofSeconds(10);

  /**
   * Health checks of load balancers are commonly some 5 s apart, and want two or three in a row.
   */
  private static final Duration BEHIND_BALANCER = Duration.ofSeconds(20);

  /**
   * One node's part.
   *
   * @param ports it listens on, such as tcp/6443, each with whether others call it
   * @param mtu of its interface
   */
  public record Part(Node node, NodeFacts facts, List<String> ports, int mtu) {
    String address() {
      return node.spec().address().toString();
    }

    /**
     * The ports that a program there was seen to hold: to call them proves nothing, and who waits
     * for an answer of acp waits until the end.
     */
    private List<String> taken() {
      List<NetworkFacts.Listener> there =
          facts.network().listeners().asOptional().orElse(List.of());
      return ports.stream()
          .filter(port -> there.stream().anyMatch(l -> l.holds(node.spec().address(), port)))
          .toList();
    }
  }

  private final String token;
  private final Optional<String> vip;
  private final boolean ipip;
  private final Optional<Balancer> balancer;

  /**
   * A load balancer in front of nodes.
   *
   * @param host its name or address
   * @param ports that it forwards, such as tcp/6443
   */
  public record Balancer(String host, List<String> ports) {
    /** What a dial's peer is called that went through it. */
    public static final String PEER = "balancer";

    public Balancer {
      ports = List.copyOf(ports);
    }

    /** In a cluster of two families, the nodes must call it from an address of its own. */
    private String from(Part part) {
      return IpAddress.parse(host)
          .map(ip -> part.node().spec().addressLike(ip).toString())
          .orElse(part.address());
    }
  }

  /**
   * One run.
   *
   * @param vip to look for on the network
   * @param ipip whether IP-in-IP is tried too
   */
  public Across(SecureRandom random, Optional<String> vip, boolean ipip) {
    this(random, vip, ipip, Optional.empty());
  }

  /**
   * A run in which the nodes call nothing but a load balancer, with listeners behind it. It lasts
   * as long as a load balancer may take to see that its backends are there.
   */
  public static Across through(SecureRandom random, Balancer balancer) {
    return new Across(random, Optional.empty(), false, Optional.of(balancer));
  }

  private Across(
      SecureRandom random, Optional<String> vip, boolean ipip, Optional<Balancer> balancer) {
    this.balancer = balancer;
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    this.token = HexFormat.of().formatHex(bytes);
    this.vip = vip;
    this.ipip = ipip;
  }

  /** Runs it on all the nodes together; a node without a way to listen takes no part. */
  public Map<NodeName, Fact<AcrossFacts>> run(List<Part> all, Duration limit) {
    Map<NodeName, Fact<AcrossFacts>> seen = new LinkedHashMap<>();
    List<Part> able = new ArrayList<>();
    for (Part part : all) {
      if (tool(part).isPresent()) {
        able.add(part);
      } else {
        seen.put(part.node().name(), Fact.unknown(NOTHING));
      }
    }
    Map<NodeName, Part> byName = new LinkedHashMap<>();
    Map<NodeName, List<String>> taken = new LinkedHashMap<>();
    for (Part part : able) {
      byName.put(part.node().name(), part);
      taken.put(part.node().name(), part.taken());
    }
    List<Node> nodes = able.stream().map(Part::node).toList();
    Fleet.each(nodes, Math.max(1, nodes.size()), limit, n -> one(byName.get(n.name()), able, taken))
        .forEach(
            (name, result) ->
                seen.put(
                    name,
                    result
                        .done()
                        .orElseGet(() -> Fact.unknown(result.failure().orElseThrow().what()))));
    return seen;
  }

  private static Optional<String> tool(Part part) {
    return part.facts().files().listenTools().asOptional().orElse(List.of()).stream().findFirst();
  }

  private Fact<AcrossFacts> one(Part part, List<Part> all, Map<NodeName, List<String>> taken)
      throws AcpException {
    List<String> args = new ArrayList<>();
    args.add(tool(part).orElseThrow());
    args.add(vip.orElse("-"));
    args.add(balancer.map(b -> b.host() + "=" + String.join(",", b.ports())).orElse("-"));
    Duration seconds = balancer.isPresent() ? BEHIND_BALANCER : SECONDS;
    args.addAll(
        List.of(
            token,
            balancer.map(b -> b.from(part)).orElse(part.address()),
            Long.toString(seconds.toSeconds()),
            Integer.toString(part.mtu()),
            String.join(",", part.ports()),
            vip.map(v -> part.node().spec().addressLike(IpAddress.of(v)).toString()).orElse("-"),
            ipip ? "yes" : "no"));
    List<Part> peers = balancer.isPresent() ? List.of() : peers(all, part);
    List<Dial> uncalled = new ArrayList<>();
    for (Part peer : peers) {
      List<String> called = new ArrayList<>(peer.ports());
      called.removeAll(taken.get(peer.node().name()));
      args.add(peer.address() + "=" + String.join(",", called));
      taken
          .get(peer.node().name())
          .forEach(port -> uncalled.add(new Dial(peer.address(), port, "held")));
    }
    CommandResult result =
        part.node()
            .remote()
            .query(new Command("across", SCRIPT, args, seconds.plus(Duration.ofSeconds(8))));
    return parse(result.out()).map(told -> told.with(uncalled));
  }

  /** Whom a node calls; it is mutual, so that each knows who will call it. */
  static List<Part> peers(List<Part> all, Part self) {
    int me = all.indexOf(self);
    int n = all.size();
    List<Part> chosen = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int apart = Math.min(Math.abs(i - me), n - Math.abs(i - me));
      if (i != me && (n <= WHOLE || i < FEW || me < FEW || apart <= FEW)) {
        chosen.add(all.get(i));
      }
    }
    return chosen;
  }

  /** Reads what res/across.pl, res/across.py and res/across-nc.sh print. */
  static Fact<AcrossFacts> parse(String out) {
    ProbeText text = ProbeText.parse(out);
    if (text.endedWith("across", "absent")) {
      return Fact.unknown(NOTHING);
    }
    Fact<Optional<String>> vip = text.ok("vip", l -> Optional.of(ProbeText.firstLine(l)));
    return text.ok(
        "across",
        lines -> {
          List<String> held = new ArrayList<>();
          List<Dial> dials = new ArrayList<>();
          Map<String, Integer> trips = new LinkedHashMap<>();
          Map<String, Integer> mtus = new LinkedHashMap<>();
          Map<String, Boolean> came = new LinkedHashMap<>();
          Optional<List<Integer>> routers = Optional.empty();
          for (String line : lines) {
            List<String> w = FactLines.words(line);
            switch (w.get(0)) {
              case "held" -> held.add(w.get(1));
              case "dial" -> dials.add(new Dial(w.get(1), w.get(2), w.get(3)));
              case "trip" -> trips.put(w.get(1), Integer.parseInt(w.get(2)));
              case "mtu" -> mtus.put(w.get(1), Integer.parseInt(w.get(2)));
              case "ipip" -> came.put(w.get(1), w.get(2).equals("yes"));
              case "vrrp" ->
                  routers = Optional.of(w.stream().skip(1).map(Integer::parseInt).toList());
              default -> throw new IllegalArgumentException(line);
            }
          }
          return Optional.of(
              new AcrossFacts(
                  List.copyOf(held),
                  List.copyOf(dials),
                  Map.copyOf(trips),
                  Map.copyOf(mtus),
                  came.isEmpty() ? Optional.empty() : Optional.of(Map.copyOf(came)),
                  routers,
                  vip));
        });
  }

  /**
   * Marks what proves nothing: a port that the peer could not listen on, and that no IP-in-IP came
   * from a peer that cannot send it.
   */
  public static Map<NodeName, Fact<AcrossFacts>> markHeld(
      Map<NodeName, Fact<AcrossFacts>> seen, Map<NodeName, String> addresses) {
    Map<String, List<String>> held = new LinkedHashMap<>();
    seen.forEach(
        (name, fact) -> fact.asOptional().ifPresent(a -> held.put(addresses.get(name), a.held())));
    Set<String> mute = new HashSet<>();
    seen.forEach(
        (name, fact) ->
            fact.asOptional()
                .filter(a -> a.ipip().isEmpty())
                .ifPresent(a -> mute.add(addresses.get(name))));
    Map<NodeName, Fact<AcrossFacts>> marked = new LinkedHashMap<>();
    seen.forEach(
        (name, fact) ->
            marked.put(
                name,
                fact.map(
                    a ->
                        new AcrossFacts(
                            a.held(),
                            a.dials().stream()
                                .map(
                                    d ->
                                        held.getOrDefault(d.peer(), List.of()).contains(d.port())
                                            ? new Dial(d.peer(), d.port(), "held")
                                            : d)
                                .collect(Collectors.toList()),
                            a.roundTrips(),
                            a.mtus(),
                            a.ipip().map(came -> heard(came, mute)).filter(m -> !m.isEmpty()),
                            a.routers(),
                            a.vip()))));
    return marked;
  }

  private static Map<String, Boolean> heard(Map<String, Boolean> came, Set<String> mute) {
    Map<String, Boolean> heard = new LinkedHashMap<>(came);
    heard.keySet().removeAll(mute);
    return Map.copyOf(heard);
  }
}
