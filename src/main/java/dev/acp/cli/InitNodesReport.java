package dev.acp.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acp.change.NodeRecord;
import dev.acp.change.NodeRecord.Line;
import dev.acp.change.Preprocess.Repair;
import dev.acp.change.Preprocess.Status;
import dev.acp.fault.Fault;
import dev.acp.node.Result;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What init-nodes did: a table for people, a document for programs. */
final class InitNodesReport {
  private final String cluster;
  private final boolean dryRun;
  private final List<Map<String, Object>> nodes = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private boolean failed;
  private boolean refusedOnly = true;

  InitNodesReport(String cluster, boolean dryRun) {
    this.cluster = cluster;
    this.dryRun = dryRun;
  }

  void repaired(NodeName node, Result<List<Repair>> result) {
    if (!(result instanceof Result.Done<List<Repair>> done)) {
      fault(node, ((Result.Failed<List<Repair>>) result).fault());
      return;
    }
    List<Map<String, Object>> repairs = new ArrayList<>();
    for (Repair repair : done.value()) {
      String status = repair.status().name().toLowerCase(Locale.ROOT);
      failed(repair.status() == Status.FAILED, Exit.STAGE);
      row(node, repair.id(), status, repair.text());
      repair.changes().forEach(change -> row(node, "", "", change));
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", repair.id());
      one.put("status", status);
      one.put("text", repair.text());
      one.put("changes", repair.changes());
      repairs.add(one);
    }
    Map<String, Object> entry = entry(node);
    entry.put("repairs", repairs);
    entry.put("reboot", done.value().stream().anyMatch(r -> r.status() == Status.REBOOT));
  }

  void undone(NodeName node, Result<NodeRecord.Undo> result) {
    if (!(result instanceof Result.Done<NodeRecord.Undo> done)) {
      fault(node, ((Result.Failed<NodeRecord.Undo>) result).fault());
      return;
    }
    Map<String, Object> entry = entry(node);
    for (Line.Result word : Line.Result.values()) {
      entry.put(
          word.name().toLowerCase(Locale.ROOT),
          done.value().lines().stream().filter(l -> l.result() == word).map(Line::id).toList());
    }
    for (Line line : done.value().lines()) {
      row(node, "", line.result().name().toLowerCase(Locale.ROOT), line.id());
    }
    if (done.value().lines().isEmpty()) {
      row(node, "", "ok", "nothing of init-nodes is recorded there");
    }
    if (!done.value().complete()) {
      failed(true, Exit.STAGE);
      done.value().evidence().forEach(l -> row(node, "", "", l));
    }
  }

  private void failed(boolean so, Exit how) {
    failed |= so;
    refusedOnly &= !so || how == Exit.REFUSED;
  }

  private void fault(NodeName node, Fault fault) {
    failed(true, fault.code().exit());
    row(node, "", "failed", fault.what());
    fault.evidence().forEach(line -> row(node, "", "", line));
    entry(node).put("fault", Map.of("code", fault.code().id(), "what", fault.what()));
  }

  private Map<String, Object> entry(NodeName node) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("node", node.text());
    nodes.add(entry);
    return entry;
  }

  private void row(NodeName node, String id, String status, String rest) {
    text.append(
            String.format(
                    Locale.ROOT, "%-16s %-22s %-8s %s", node, id, status, Printable.line(rest))
                .stripTrailing())
        .append('\n');
  }

  Exit exit() {
    if (!failed) {
      return Exit.DONE;
    }
    return refusedOnly ? Exit.REFUSED : Exit.STAGE;
  }

  String text() {
    return String.format(Locale.ROOT, "%-16s %-22s %-8s%n", "NODE", "REPAIR", "STATUS")
        + text
        + (dryRun ? "Nothing was changed.\n" : "");
  }

  String json() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("cluster", cluster);
    document.put("dryRun", dryRun);
    document.put("failed", failed);
    document.put("nodes", nodes);
    try {
      return new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(document)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and texts can always be written", e);
    }
  }
}
