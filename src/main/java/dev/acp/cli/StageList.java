package dev.acp.cli;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.fault.Texts;
import dev.acp.pipeline.Stage;
import dev.acp.value.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What setup --list-stages shows: the stages in order and, with a cluster file, what the cluster
 * would be.
 */
record StageList(List<? extends Stage<?>> stages, Optional<ClusterSpec> cluster, Texts texts) {
  String text() {
    StringBuilder text = new StringBuilder();
    cluster.ifPresent(spec -> text.append(heading(spec)));
    for (Stage<?> stage : stages) {
      String id = stage.id().text();
      text.append(id).append(" ".repeat(Math.max(0, 18 - id.length()))).append(' ');
      text.append(title(stage)).append('\n');
    }
    return text.toString();
  }

  private String heading(ClusterSpec spec) {
    return texts.format(
            "setup.plan",
            List.of(
                spec.name(),
                spec.kubernetes().knownVersion().map(Version::toString).orElse("-"),
                spec.network().mode(),
                family(spec),
                spec.endpoint().hostPort(),
                addresses(spec.controlPlanes()),
                spec.workers().isEmpty() ? "-" : addresses(spec.workers())))
        + "\n\n";
  }

  private static String family(ClusterSpec spec) {
    return spec.network().ipFamily().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String addresses(List<NodeSpec> nodes) {
    return nodes.stream().map(n -> n.address().toString()).collect(Collectors.joining(", "));
  }

  private String title(Stage<?> stage) {
    return texts.get("stage." + stage.id() + ".title");
  }

  /** The document of -o json. */
  Map<String, Object> json() {
    Map<String, Object> top = new LinkedHashMap<>();
    cluster.ifPresent(
        spec -> {
          top.put("cluster", spec.name());
          top.put("kubernetes", spec.kubernetes().knownVersion().map(Version::toString).orElse(""));
          top.put("network", new Network(spec.network().mode(), family(spec)));
          top.put("endpoint", spec.endpoint().hostPort());
          top.put(
              "nodes",
              spec.nodes().stream()
                  .map(
                      n ->
                          new ListedNode(
                              n.address().toString(),
                              n.isControlPlane() ? "control-plane" : "worker"))
                  .toList());
        });
    top.put("stages", stages.stream().map(s -> new Listed(s.id().text(), title(s))).toList());
    return top;
  }

  private record Network(String mode, String ipFamily) {}

  private record ListedNode(String node, String role) {}

  private record Listed(String stage, String title) {}
}
