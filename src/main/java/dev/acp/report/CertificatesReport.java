package dev.acp.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acp.kube.CertificateFile;
import dev.acp.kube.CertificateFile.State;
import dev.acp.kube.NodeCertificates;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The certificates of a cluster as a document, for a person and as JSON.
 *
 * @param within what ends earlier than this is told as due
 * @param missing nodes that could not be asked, with the reason
 */
public record CertificatesReport(
    String cluster, Duration within, List<NodeCertificates> nodes, Map<NodeName, String> missing) {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  public CertificatesReport {
    nodes = List.copyOf(nodes);
    missing = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(missing));
  }

  /** True when every certificate of every node was seen, is good and ends later than the limit. */
  public boolean good() {
    return missing.isEmpty()
        && nodes.stream().allMatch(n -> n.due(within).isEmpty() && !n.unfinished());
  }

  public String json() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (NodeCertificates node : nodes) {
      for (CertificateFile file : node.files()) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("node", node.node().text());
        one.put("path", file.path());
        one.put("kind", file.kind().word());
        one.put("state", file.state(node.clock(), within).word());
        file.content()
            .ifPresent(
                c -> {
                  one.put("subject", c.subject());
                  one.put("notBefore", c.notBefore().toString());
                  one.put("notAfter", c.notAfter().toString());
                  one.put("daysLeft", Duration.between(node.clock(), c.notAfter()).toDays());
                });
        all.add(one);
      }
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("cluster", cluster);
    document.put("good", good());
    document.put("withinDays", within.toDays());
    document.put("certificates", all);
    document.put(
        "unfinished",
        nodes.stream().filter(NodeCertificates::unfinished).map(n -> n.node().text()).toList());
    List<Missing> unreachable = new ArrayList<>();
    missing.forEach((name, why) -> unreachable.add(new Missing(name.text(), why)));
    document.put("missing", unreachable);
    try {
      return new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(document)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers can always be written", e);
    }
  }

  public String text() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NODE", "STATE", "ENDS (UTC)", "DAYS", "MADE BY", "FILE"));
    Map<State, Integer> counts = new LinkedHashMap<>();
    for (NodeCertificates node : nodes) {
      for (CertificateFile file : node.files()) {
        State state = file.state(node.clock(), within);
        counts.merge(state, 1, Integer::sum);
        rows.add(
            List.of(
                node.node().text(),
                state == State.GOOD ? "good" : state.word().toUpperCase(Locale.ROOT),
                file.content().map(c -> DAY.format(c.notAfter())).orElse("-"),
                file.content()
                    .map(c -> Long.toString(Duration.between(node.clock(), c.notAfter()).toDays()))
                    .orElse("-"),
                file.kind().word(),
                file.path()));
      }
    }
    StringBuilder out = new StringBuilder(Table.of(rows)).append('\n');
    nodes.stream()
        .filter(NodeCertificates::unfinished)
        .forEach(n -> out.append(n.node()).append(": a renewal was cut off here\n"));
    missing.forEach(
        (name, why) -> out.append(Printable.line(name + ": not seen: " + why)).append('\n'));
    out.append(rows.size() - 1).append(" certificates");
    counts.forEach(
        (state, count) -> out.append(", ").append(count).append(' ').append(said(state)));
    return out.append(".\n").toString();
  }

  private String said(State state) {
    return switch (state) {
      case GOOD -> "good";
      case DUE -> "ending within " + within.toDays() + " days";
      case EXPIRED -> "expired";
      case NOT_YET -> "not valid yet";
      case UNREADABLE -> "unreadable";
    };
  }

  private record Missing(String node, String why) {}
}
