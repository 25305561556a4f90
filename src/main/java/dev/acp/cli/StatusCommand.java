package dev.acp.cli;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.kube.ClusterStatus;
import dev.acp.kube.StatusReader;
import dev.acp.node.Fleet;
import dev.acp.report.StatusReport;
import dev.acp.value.Exit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** acp status. */
@Command(
    name = "status",
    description = {
      "Show whether the cluster is healthy, and why not.",
      "With its nodes, pods and components. Exit code 4 when it is not healthy."
    },
    footer = {"", "Example: acp status -f cluster.yaml -o json"})
final class StatusCommand extends AcpCommand {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();

  StatusCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    ClusterSpec spec = cluster.spec(console, Optional.empty());
    List<NodeSpec> controlPlanes = spec.controlPlanes();
    try (Fleet fleet = connect.fleet(spec, controlPlanes, console, dev.acp.event.Events.none())) {
      ClusterStatus status =
          fleet.nodes().isEmpty()
              ? unreachable(fleet)
              : StatusReader.read(fleet.nodes().get(0).remote(), spec);
      console
          .out()
          .print(
              output.json()
                  ? StatusReport.json(status) + "\n"
                  : StatusReport.text(spec.name(), status));
      return status.healthy() ? Exit.DONE.code() : Exit.CHECKS.code();
    }
  }

  private static ClusterStatus unreachable(Fleet fleet) {
    if (fleet.faults().isEmpty()) {
      throw AcpException.of(FaultCode.USAGE, "The cluster file has no control plane.");
    }
    List<String> reasons =
        fleet.faults().entrySet().stream()
            .map(e -> "Control plane " + e.getKey() + " cannot be asked: " + what(e))
            .toList();
    return new ClusterStatus(false, reasons, List.of(), List.of(), List.of());
  }

  private static String what(Map.Entry<?, Fault> entry) {
    return entry.getValue().what();
  }
}
