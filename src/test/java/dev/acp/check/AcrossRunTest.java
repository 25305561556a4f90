package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Clusters;
import dev.acp.node.AcrossFacts;
import dev.acp.node.FakeNodes;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** With fake nodes: what they are asked, and what is made of their answer. */
class AcrossRunTest {
  private static final ClusterSpec SPEC = Clusters.threeBehindVip();
  private static final String TITLE = "Netid State  Recv-Q Send-Q Local Peer";

  /** By node, what it was told to do. */
  private final Map<NodeName, List<String>> told = new ConcurrentHashMap<>();

  private CommandResult answer(NodeSpec spec, Command command) {
    told.put(spec.name(), command.args());
    return FakeNodes.says(0, "@@ across 0\n@@ end 0\n");
  }

  private Map<NodeName, Result<NodeFacts>> run(String... listeners) {
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (NodeSpec spec : SPEC.nodes()) {
      Recorded facts = Recorded.of("rhel-8.6");
      if (spec.equals(SPEC.nodes().get(0))) {
        List<String> lines = new ArrayList<>(List.of(listeners));
        lines.add(0, TITLE);
        facts = facts.with("listeners", lines.toArray(new String[0]));
      }
      seen.put(spec.name(), new Result.Done<>(facts.facts()));
      nodes.add(new Node(spec, FakeNodes.remote(command -> answer(spec, command))));
    }
    new AcrossRun(SPEC).add(nodes, seen, Duration.ofSeconds(20));
    return seen;
  }

  /** What the second node is to call on the first. */
  private List<String> calls() {
    String first = SPEC.nodes().get(0).address() + "=";
    String ports =
        told.get(SPEC.nodes().get(1).name()).stream()
            .filter(a -> a.startsWith(first))
            .findFirst()
            .orElseThrow();
    return List.of(ports.substring(first.length()).split(",", -1));
  }

  @Test
  void aPortThatAProgramHoldsIsNotCalledAndToldAsHeld() {
    Map<NodeName, Result<NodeFacts>> seen =
        run(
            "tcp LISTEN 0 128 *:6443 *:* users:((\"kube-apiserver\",pid=9,fd=7))",
            "tcp LISTEN 0 128 10.0.0.11:2379 0.0.0.0:*",
            "tcp LISTEN 0 128 0.0.0.0:10250 0.0.0.0:*");
    assertThat(calls()).doesNotContain("tcp/6443", "tcp/2379", "tcp/10250").contains("tcp/2380");
    AcrossFacts facts =
        seen.get(SPEC.nodes().get(1).name())
            .done()
            .orElseThrow()
            .across()
            .asOptional()
            .orElseThrow();
    assertThat(facts.dials())
        .contains(
            new AcrossFacts.Dial("10.0.0.11", "tcp/6443", "held"),
            new AcrossFacts.Dial("10.0.0.11", "tcp/2379", "held"),
            new AcrossFacts.Dial("10.0.0.11", "tcp/10250", "held"));
  }

  @Test
  void aPortOfAnotherAddressOrFamilyOrProtocolIsCalled() {
    run(
        "tcp LISTEN 0 128 127.0.0.1:6443 0.0.0.0:*",
        "tcp LISTEN 0 128 127.0.0.53%lo:2379 0.0.0.0:*",
        "tcp LISTEN 0 128 [::]:2380 [::]:*",
        "udp UNCONN 0 0 0.0.0.0:10250 0.0.0.0:*");
    assertThat(calls()).contains("tcp/6443", "tcp/2379", "tcp/2380", "tcp/10250");
  }
}
