package dev.acp.stage;

import dev.acp.bundle.ChartsFile;
import dev.acp.bundle.Workload;
import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The nodes' labels, since components may choose nodes by them; then the platform's components, in
 * the bundle's order; cluster DNS is one of them.
 */
public final class AddOns implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("add-ons");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(List.of(in.first().name()), 1);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    List<Change> changes = new ArrayList<>();
    for (NodeSpec labelled : in.spec().nodes()) {
      if (!labelled.labels().isEmpty()) {
        changes.add(labels(in.kubernetesName(labelled), labelled));
      }
    }
    for (ChartsFile.Chart chart : charts(in)) {
      changes.addAll(
          Manifests.apply(
              in, chart.name(), chart.manifests().stream().map(m -> "charts/" + m).toList()));
    }
    return changes;
  }

  private static Change labels(String name, NodeSpec node) {
    List<String> args = new ArrayList<>(List.of(name));
    node.labels().forEach((key, value) -> args.add(key + "=" + value));
    return new Action("labels-of-" + name, "node-labels.sh", args, Duration.ofMinutes(1), false);
  }

  @Override
  public Optional<Goal> goal(Node node, SetupInput in) {
    List<String> args = new ArrayList<>();
    List<Workload> ready = new ArrayList<>(NetworkMode.modeFile(in).ready());
    charts(in).forEach(chart -> ready.addAll(chart.ready()));
    for (Workload w : ready) {
      args.addAll(List.of(w.kind(), w.namespace(), w.name()));
    }
    return Optional.of(
        new Goal(
            "the pods of the network and the add-ons",
            "workloads-ready.sh",
            args,
            Duration.ofMinutes(10),
            Duration.ofSeconds(1)));
  }

  private static List<ChartsFile.Chart> charts(SetupInput in) {
    return in.bundle().has("charts/charts.yaml")
        ? ChartsFile.parse("charts/charts.yaml", in.bundle().text("charts/charts.yaml")).charts()
        : List.of();
  }
}
