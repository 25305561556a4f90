package dev.acp.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acp.check.CheckReport;
import dev.acp.check.CheckResult;
import dev.acp.check.CheckResult.Status;
import dev.acp.fault.Texts;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the checks found, as a document: for a person, and as the JSON of contract.md. */
public final class ChecksReport {
  private static final List<Status> WORST_FIRST =
      List.of(Status.FAIL, Status.ERROR, Status.WARN, Status.SKIP, Status.PASS);

  private final CheckReport report;
  private final Texts texts;
  private final boolean chinese;

  public ChecksReport(CheckReport report, Lang lang) {
    this.report = report;
    this.texts = Texts.of(lang);
    this.chinese = lang == Lang.ZH;
  }

  /**
   * One JSON document, and a line's end; fields may be added to it, never renamed. Result by
   * result, since those of 500 nodes are 25 MB.
   */
  public void json(Writer to) throws IOException {
    ObjectMapper mapper =
        new ObjectMapper()
            .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            // what a failure cuts short must not look whole
            .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
    try (JsonGenerator json = mapper.createGenerator(to).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("cluster", report.cluster());
      json.writeObjectFieldStart("summary");
      for (Map.Entry<Status, Long> count : report.counts().entrySet()) {
        json.writeNumberField(id(count.getKey()), count.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("results");
      for (CheckResult result : report.results()) {
        json.writeObject(fields(result));
      }
      json.writeEndArray();
      json.writeObjectField("overrides", report.overrides());
      json.writeEndObject();
    }
    to.append('\n').flush();
  }

  private Map<String, Object> fields(CheckResult r) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("check", r.check().id());
    one.put("node", r.node().text());
    one.put("status", id(r.status()));
    one.put("severity", r.check().severity().name().toLowerCase(Locale.ROOT));
    one.put("seen", r.seen());
    one.put("wanted", r.wanted());
    one.put("remedy", needsRemedy(r) ? texts.get(r.check().remedyKey()) : "");
    one.put("fixable", r.check().fix().isPresent());
    one.put("evidence", r.evidence());
    one.put("title", texts.get(r.check().titleKey()));
    return one;
  }

  /**
   * For a terminal: what is wrong first, node by node; the rest as counts.
   *
   * @param all lists what passed and what was skipped, too
   */
  public String text(boolean all) {
    StringBuilder out = new StringBuilder();
    LinkedHashSet<NodeName> nodes = new LinkedHashSet<>();
    report.results().forEach(r -> nodes.add(r.node()));
    for (NodeName node : nodes) {
      List<CheckResult> own = report.results().stream().filter(r -> r.node().equals(node)).toList();
      out.append(node).append("  ").append(counts(own)).append('\n');
      for (Status status : WORST_FIRST) {
        boolean shown = all || (status != Status.PASS && status != Status.SKIP);
        if (shown) {
          findings(own.stream().filter(r -> r.status() == status).toList(), out);
        }
      }
    }
    byCheck(out);
    report
        .overrides()
        .forEach(o -> out.append(say("changed: ", "已调整：")).append(Printable.line(o)).append('\n'));
    out.append('\n').append(say("All nodes: ", "全部节点：")).append(counts(report.results()));
    return out.append('\n').toString();
  }

  /** Of several nodes: which check is bad on which of them. */
  private void byCheck(StringBuilder out) {
    Map<String, List<String>> bad = new LinkedHashMap<>();
    for (CheckResult r : report.results()) {
      if (r.status() == Status.FAIL || r.status() == Status.WARN) {
        bad.computeIfAbsent(mark(r.status()) + "  " + r.check().id(), k -> new ArrayList<>())
            .add(r.node().text());
      }
    }
    if (report.results().stream().map(CheckResult::node).distinct().count() > 1 && !bad.isEmpty()) {
      out.append('\n').append(say("By check:", "按检查项：")).append('\n');
      bad.keySet().stream()
          .sorted()
          .forEach(
              k ->
                  out.append("  ").append(k).append(": ").append(shorten(bad.get(k))).append('\n'));
    }
  }

  private static String shorten(List<String> nodes) {
    String first = String.join(", ", nodes.subList(0, Math.min(8, nodes.size())));
    return nodes.size() > 8 ? first + ", ... (" + nodes.size() + ")" : first;
  }

  /** A node that was not reached has one error for every check: they are told in one line. */
  private void findings(List<CheckResult> results, StringBuilder out) {
    List<CheckResult> unreached =
        results.stream()
            .filter(r -> r.status() == Status.ERROR && r.seen().startsWith("node not"))
            .toList();
    for (CheckResult r : results) {
      if (unreached.size() > 1 && unreached.contains(r)) {
        continue;
      }
      out.append("  ").append(mark(r.status())).append("  ").append(r.check().id());
      out.append(": ").append(texts.get(r.check().titleKey())).append('\n');
      line(out, say("seen", "现状"), r.seen());
      line(out, say("wanted", "要求"), r.wanted());
      if (needsRemedy(r)) {
        String fixable =
            r.check().fix().isPresent()
                ? say(" (fixable: acp init-nodes)", "（可修复：acp init-nodes）")
                : "";
        line(out, say("remedy", "处理"), texts.get(r.check().remedyKey()) + fixable);
      }
    }
    if (unreached.size() > 1) {
      out.append("  ").append(mark(Status.ERROR)).append("  ");
      out.append(unreached.size()).append(say(" more checks: ", " 项检查："));
      out.append(Printable.line(unreached.get(0).seen())).append('\n');
    }
  }

  private static boolean needsRemedy(CheckResult r) {
    return r.status() == Status.FAIL || r.status() == Status.WARN;
  }

  private static void line(StringBuilder out, String label, String value) {
    if (!value.isEmpty()) {
      out.append("        ").append(label).append(": ").append(Printable.line(value)).append('\n');
    }
  }

  private String counts(List<CheckResult> results) {
    List<String> parts = new ArrayList<>();
    for (Status status : WORST_FIRST) {
      long n = results.stream().filter(r -> r.status() == status).count();
      if (n > 0) {
        parts.add(n + " " + mark(status).strip());
      }
    }
    return String.join(", ", parts);
  }

  private static String mark(Status status) {
    return String.format(Locale.ROOT, "%-5s", id(status));
  }

  private static String id(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private String say(String english, String other) {
    return chinese ? other : english;
  }
}
