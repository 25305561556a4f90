package dev.acp.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acp.kube.ClusterStatus;
import dev.acp.kube.ClusterStatus.NodeState;
import dev.acp.kube.ClusterStatus.PodState;
import dev.acp.value.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cluster's state as a document: for a person, and as the JSON of contract.md. */
public final class StatusReport {
  private StatusReport() {}

  public static String json(ClusterStatus status) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("healthy", status.healthy());
    document.put("reasons", status.reasons());
    document.put("nodes", status.nodes());
    document.put("pods", status.pods());
    document.put("charts", status.charts());
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers can always be written", e);
    }
  }

  public static String text(String cluster, ClusterStatus status) {
    StringBuilder out = new StringBuilder();
    out.append("Cluster ").append(cluster).append(" is ");
    out.append(status.healthy() ? "healthy.\n" : "NOT healthy:\n");
    status
        .reasons()
        .forEach(reason -> out.append("  - ").append(Printable.line(reason)).append('\n'));
    List<List<String>> nodes = new ArrayList<>();
    nodes.add(List.of("NODE", "ADDRESS", "ROLE", "STATE", "VERSION"));
    for (NodeState n : status.nodes()) {
      nodes.add(
          List.of(
              n.name(),
              n.address(),
              n.controlPlane() ? "control-plane" : "worker",
              n.ready() ? "Ready" : "NotReady",
              n.version()));
    }
    out.append('\n').append(Table.of(nodes));
    List<List<String>> pods = new ArrayList<>();
    pods.add(List.of("NAMESPACE", "POD", "READY", "PHASE", "NODE"));
    for (PodState p : status.pods()) {
      pods.add(List.of(p.namespace(), p.name(), p.ready() + "/" + p.total(), p.phase(), p.node()));
    }
    out.append('\n').append(Table.of(pods));
    out.append("\nApplied: ");
    out.append(
        String.join(", ", status.charts().stream().map(c -> Printable.line(c.name())).toList()));
    return out.append('\n').toString();
  }
}
