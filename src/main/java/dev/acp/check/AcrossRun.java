package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.Across;
import dev.acp.node.AcrossFacts;
import dev.acp.node.Fact;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.NodeName;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets the nodes of a cluster try to reach each other on the ports that the cluster will use. */
public final class AcrossRun {
  private final ClusterSpec spec;
  private final Ports ports = Ports.load();

  public AcrossRun(ClusterSpec spec) {
    this.spec = spec;
  }

  /** Adds to the facts of the nodes that were seen what they saw of each other. */
  public void add(List<Node> nodes, Map<NodeName, Result<NodeFacts>> seen, Duration limit) {
    List<Across.Part> parts = new ArrayList<>();
    Map<NodeName, String> addresses = new LinkedHashMap<>();
    for (Node node : nodes) {
      Optional<NodeFacts> facts = Optional.ofNullable(seen.get(node.name())).flatMap(Result::done);
      facts.ifPresent(f -> parts.add(new Across.Part(node, f, used(node.spec()), mtu(node, f))));
      addresses.put(node.name(), node.spec().address().toString());
    }
    boolean vip = spec.endpoint().selfBuiltVip().isPresent();
    if (parts.isEmpty() || (parts.size() == 1 && !vip)) {
      return;
    }
    boolean ipip = spec.network().mode().equals("calico");
    Across across =
        new Across(
            new SecureRandom(),
            vip ? Optional.of(spec.endpoint().address()) : Optional.empty(),
            ipip);
    Map<NodeName, Fact<AcrossFacts>> told = Across.markHeld(across.run(parts, limit), addresses);
    for (Across.Part part : parts) {
      NodeName name = part.node().name();
      Fact<AcrossFacts> fact = told.getOrDefault(name, Fact.unknown("it took no part"));
      seen.put(name, new Result.Done<>(part.facts().with(fact)));
    }
  }

  /** True where some check of the list asks what the nodes saw of each other. */
  public static boolean wanted(CheckList list) {
    return list.checks().stream()
        .filter(check -> !list.disabled().contains(check.id()))
        .anyMatch(check -> dials(check) || List.of("vip-unused", "vrid-free").contains(check.id()));
  }

  /** True for a check of what one node received from another: what a firewall may swallow. */
  public static boolean dials(Check check) {
    return List.of("ports-reach-tcp", "ports-reach-udp", "mtu-path", "round-trip", "ipip-passes")
        .contains(check.id());
  }

  private List<String> used(NodeSpec node) {
    return ports.all().stream()
        .filter(p -> p.reached() && p.isFor(spec, node))
        .map(Ports.Port::id)
        .distinct()
        .toList();
  }

  private static int mtu(Node node, NodeFacts facts) {
    Map<String, Integer> mtus = facts.network().mtus().asOptional().orElse(Map.of());
    return facts
        .network()
        .linkOf(node.spec().address())
        .map(link -> mtus.getOrDefault(link, 1500))
        .orElse(1500);
  }
}
