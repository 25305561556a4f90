package dev.acp.cli;

import dev.acp.change.DiskBench;
import dev.acp.cluster.ClusterSpec;
import dev.acp.node.BenchFacts;
import dev.acp.node.Fact;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Measures the disks of the nodes that were seen. */
final class BenchRun {
  /** Virtual machines may share a storage, and must not measure each other. */
  private static final int AT_ONCE = 4;

  private static final String ETCD = "/var/lib/etcd";

  private final ClusterSpec spec;
  private final DiskBench bench;
  private final List<String> more;

  /**
   * @param more paths besides etcd's and containerd's
   */
  BenchRun(ClusterSpec spec, DiskBench bench, List<String> more) {
    this.spec = spec;
    this.bench = bench;
    this.more = more;
  }

  /** Adds to the facts of the nodes that were seen how fast their disks are. */
  void add(List<Node> nodes, Map<NodeName, Result<NodeFacts>> seen, Duration limit) {
    List<Node> able =
        nodes.stream()
            .filter(n -> Optional.ofNullable(seen.get(n.name())).flatMap(Result::done).isPresent())
            .toList();
    Map<NodeName, Result<Map<String, Fact<BenchFacts>>>> measured =
        Fleet.each(
            able,
            AT_ONCE,
            limit,
            n -> bench.measure(n, seen.get(n.name()).done().orElseThrow(), paths(n)));
    measured.forEach(
        (name, result) -> {
          NodeFacts facts = seen.get(name).done().orElseThrow();
          Fact<Map<String, Fact<BenchFacts>>> fact =
              result
                  .done()
                  .map(m -> Fact.known(m, ""))
                  .orElseGet(() -> Fact.unknown(result.failure().orElseThrow().what()));
          seen.put(name, new Result.Done<>(facts.withBench(fact)));
        });
  }

  private List<String> paths(Node node) {
    Set<String> paths = new LinkedHashSet<>();
    if (node.spec().isControlPlane()) {
      paths.add(ETCD);
    }
    paths.add(spec.containerdRoot());
    paths.addAll(more);
    return List.copyOf(paths);
  }
}
