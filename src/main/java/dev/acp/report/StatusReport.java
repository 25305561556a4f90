package dev.acp.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acp.kube.ClusterStatus;
import dev.acp.kube.ClusterStatus.ChartState;
import dev.acp.kube.ClusterStatus.ControlPlaneHealth;
import dev.acp.kube.ClusterStatus.EtcdMember;
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
    document.put("controlPlanes", status.controlPlanes());
    document.put("etcd", status.etcd());
    status.vip().ifPresent(vip -> document.put("vip", vip));
    document.put("registries", status.registries());
    document.put("recovery", status.recovery());
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
    status.recovery().forEach(line -> out.append("    ").append(Printable.line(line)).append('\n'));
    controlPlanes(out, status);
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
    List<List<String>> charts = new ArrayList<>();
    charts.add(List.of("COMPONENT", "STATE", ""));
    for (ChartState c : status.charts()) {
      charts.add(List.of(c.name(), c.state(), c.why()));
    }
    return out.append('\n').append(Table.of(charts)).toString();
  }

  /** A line each: its API server, its member of etcd, the virtual address, its registry. */
  private static void controlPlanes(StringBuilder out, ClusterStatus status) {
    if (status.controlPlanes().isEmpty()) {
      return;
    }
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("CONTROL PLANE", "API", "ETCD", "VIP", "REGISTRY"));
    for (ControlPlaneHealth c : status.controlPlanes()) {
      table.add(
          List.of(
              c.node(),
              c.api(),
              status.etcd().members().stream()
                  .filter(m -> m.node().equals(c.node()))
                  .map(EtcdMember::state)
                  .findFirst()
                  .orElse("-"),
              status.vip().filter(v -> v.holders().contains(c.node())).isPresent() ? "holds" : "-",
              registry(status, c.node())));
    }
    out.append('\n').append(Table.of(table));
    status.registries().stream()
        .filter(r -> status.controlPlanes().stream().noneMatch(c -> c.node().equals(r.name())))
        .forEach(
            r ->
                out.append("Registry ")
                    .append(Printable.line(r.name()))
                    .append(": ")
                    .append(registry(status, r.name()))
                    .append('\n'));
  }

  private static String registry(ClusterStatus status, String name) {
    return status.registries().stream()
        .filter(r -> r.name().equals(name))
        .map(
            r ->
                !r.why().isEmpty()
                    ? "not asked"
                    : r.missing().isEmpty() ? "complete" : r.missing().size() + " missing")
        .findFirst()
        .orElse("-");
  }
}
