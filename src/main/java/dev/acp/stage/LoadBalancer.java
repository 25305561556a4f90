package dev.acp.stage;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.node.Across;
import dev.acp.node.AcrossFacts;
import dev.acp.node.Fact;
import dev.acp.node.Node;
import dev.acp.pipeline.Stage;
import dev.acp.registry.RegistryNames;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether an external load balancer forwards its ports to the control planes, before anything is
 * changed: each control plane listens for a moment with a word of this run, and every node calls
 * the load balancer, the control planes too (many a load balancer cannot send a machine's packets
 * back to that machine). What does not pass is a warning: a load balancer that looks for HTTPS sees
 * no backend yet. {@link BalancerServes} asks again when there is one (operations.md, fact 32).
 */
public final class LoadBalancer implements Stage.Check<SetupInput> {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String UNHEALTHY =
      "it counts no control plane as healthy yet; a load balancer that asks for HTTPS cannot before"
          + " the cluster is there";

  @Override
  public StageId id() {
    return StageId.of("load-balancer");
  }

  @Override
  public void check(SetupInput in, List<Node> nodes, Events events, Stop stop) {
    if (!wanted(in.spec())) {
      return;
    }
    List<String> ports = ports(in.spec());
    String host = in.spec().endpoint().address();
    events.info("calling " + host + " from every node, on " + String.join(", ", ports));
    List<Across.Part> parts = new ArrayList<>();
    for (Node node : nodes) {
      boolean listens = node.spec().isControlPlane();
      parts.add(
          new Across.Part(node, in.facts().get(node.name()), listens ? ports : List.of(), 1500));
    }
    Map<NodeName, Fact<AcrossFacts>> seen =
        Across.through(new SecureRandom(), new Across.Balancer(host, ports)).run(parts, LIMIT);
    told(in.spec(), seen)
        .forEach(
            (name, lines) ->
                lines.forEach(
                    line ->
                        events.tell(
                            new Event.Said(Event.Said.Level.WARNING, Optional.of(name), line))));
  }

  /** True where the cluster's address is neither acp's own VIP nor a node's. */
  static boolean wanted(ClusterSpec spec) {
    Optional<IpAddress> literal = IpAddress.parse(spec.endpoint().address());
    return spec.endpoint().selfBuiltVip().isEmpty()
        && !literal
            .map(ip -> spec.nodes().stream().anyMatch(n -> n.addresses().contains(ip)))
            .orElse(false);
  }

  /** The registry's is not among them where the images come from an external one. */
  static List<String> ports(ClusterSpec spec) {
    List<String> ports = new ArrayList<>();
    ports.add("tcp/" + ClusterSpec.Endpoint.PORT);
    ports.add("tcp/" + spec.platform().httpsPort());
    if (!(spec.registry() instanceof ClusterSpec.Registry.External)) {
      ports.add("tcp/" + RegistryNames.PORT);
    }
    return ports;
  }

  /** What is to be warned of, by node; a port that a control plane uses already was not tried. */
  static Map<NodeName, List<String>> told(ClusterSpec spec, Map<NodeName, Fact<AcrossFacts>> seen) {
    List<String> used =
        seen.values().stream()
            .flatMap(f -> f.asOptional().stream())
            .flatMap(a -> a.held().stream())
            .distinct()
            .toList();
    Map<NodeName, List<String>> told = new LinkedHashMap<>();
    for (NodeSpec node : spec.nodes()) {
      List<String> lines = new ArrayList<>();
      Fact<AcrossFacts> fact = seen.getOrDefault(node.name(), Fact.unknown("it took no part"));
      if (fact instanceof Fact.Unknown<AcrossFacts> unknown) {
        lines.add("cannot tell whether it reaches the load balancer: " + unknown.why());
      } else {
        Map<String, List<String>> byAnswer =
            fact.asOptional().orElseThrow().dials().stream()
                .filter(d -> d.peer().equals(Across.Balancer.PEER))
                .filter(d -> !d.answer().equals("ok") && !used.contains(d.port()))
                .collect(
                    Collectors.groupingBy(
                        AcrossFacts.Dial::answer,
                        LinkedHashMap::new,
                        Collectors.mapping(AcrossFacts.Dial::port, Collectors.toList())));
        byAnswer.forEach((answer, ports) -> lines.add(line(spec, node, answer, ports)));
      }
      if (!lines.isEmpty()) {
        told.put(node.name(), lines);
      }
    }
    return told;
  }

  private static String line(ClusterSpec spec, NodeSpec node, String answer, List<String> ports) {
    String host = spec.endpoint().address();
    String start = "no control plane is reached at " + host + ", " + String.join(", ", ports);
    return start
        + switch (answer) {
          case "unresolved" ->
              ": the node does not know this name; put \"ADDRESS "
                  + host
                  + "\" into its /etc/hosts";
          case "refused" -> ": refused. Either these ports are not forwarded, or " + UNHEALTHY;
          case "closed" ->
              ": the load balancer takes the call and hangs up. Either it forwards these ports"
                  + " elsewhere, or "
                  + UNHEALTHY;
          case "wrong" -> ": something else answers there";
          default -> ": no answer. " + silence(node, host);
        };
  }

  private static String silence(NodeSpec node, String host) {
    if (!node.isControlPlane()) {
      return "A firewall drops it, or these ports are not forwarded";
    }
    boolean name = IpAddress.parse(host).isEmpty();
    return "These ports are not forwarded, or the load balancer cannot send a machine's packets back to"
        + " that machine; then "
        + (name
            ? "put \"" + node.address() + " " + host + "\" into this node's /etc/hosts"
            : "let it replace the sender's address, or give it a name as spec.endpoint.address, which"
                + " each control plane's /etc/hosts can lead to itself");
  }
}
