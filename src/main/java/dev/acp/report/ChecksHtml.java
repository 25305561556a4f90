package dev.acp.report;

import dev.acp.check.CheckReport;
import dev.acp.check.CheckResult;
import dev.acp.check.CheckResult.Status;
import dev.acp.fault.Texts;
import dev.acp.file.Res;
import dev.acp.value.Lang;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The checks as one HTML file without scripts or anything from elsewhere; it prints well. */
public final class ChecksHtml {
  private static final List<Status> WORST_FIRST =
      List.of(Status.FAIL, Status.ERROR, Status.WARN, Status.SKIP, Status.PASS);

  private final CheckReport report;
  private final Texts texts;
  private final boolean chinese;

  public ChecksHtml(CheckReport report, Lang lang) {
    this.report = report;
    this.texts = Texts.of(lang);
    this.chinese = lang == Lang.ZH;
  }

  /** The whole document. */
  public String html() {
    StringBuilder out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"");
    out.append(chinese ? "zh" : "en").append("\"><head><meta charset=\"utf-8\"><title>");
    String title = say("Node checks: ", "节点检查：") + report.cluster();
    out.append(Markup.text(title)).append("</title><style>").append(Res.text("report.css"));
    out.append("</style></head><body><h1>").append(Markup.text(title)).append("</h1>\n<p>");
    out.append(counts(report.results())).append("</p>\n");
    overrides(out);
    Map<String, List<CheckResult>> byNode = new LinkedHashMap<>();
    report
        .results()
        .forEach(r -> byNode.computeIfAbsent(r.node().text(), n -> new ArrayList<>()).add(r));
    byNode.forEach((node, results) -> node(node, results, out));
    return out.append("</body></html>\n").toString();
  }

  private void overrides(StringBuilder out) {
    if (report.overrides().isEmpty()) {
      return;
    }
    out.append("<section><h2>").append(say("Changed by the operator", "已调整的检查"));
    out.append("</h2><ul>");
    report.overrides().forEach(o -> out.append("<li>").append(Markup.text(o)).append("</li>"));
    out.append("</ul></section>\n");
  }

  private void node(String node, List<CheckResult> results, StringBuilder out) {
    out.append("<section><h2>").append(Markup.text(node)).append("</h2><p>");
    out.append(counts(results)).append("</p>\n");
    for (Status status : WORST_FIRST) {
      List<CheckResult> own = results.stream().filter(r -> r.status() == status).toList();
      if (own.isEmpty()) {
        continue;
      }
      boolean open = status != Status.PASS && status != Status.SKIP;
      out.append("<details").append(open ? " open" : "").append("><summary>");
      out.append(own.size()).append(' ').append(id(status)).append("</summary><table>");
      own.forEach(r -> row(r, out));
      out.append("</table></details>\n");
    }
    out.append("</section>\n");
  }

  private void row(CheckResult r, StringBuilder out) {
    out.append("<tr class=\"").append(id(r.status())).append("\"><th>");
    out.append(Markup.text(texts.get(r.check().titleKey()))).append("<br><code>");
    out.append(Markup.text(r.check().id())).append("</code></th><td>");
    line(say("seen", "现状"), r.seen(), out);
    line(say("wanted", "要求"), r.wanted(), out);
    if (r.status() == Status.FAIL || r.status() == Status.WARN) {
      line(say("remedy", "处理"), texts.get(r.check().remedyKey()), out);
      if (r.check().fix().isPresent()) {
        line(say("fixable", "可修复"), "acp init-nodes", out);
      }
    }
    if (!r.evidence().isEmpty()) {
      out.append("<pre>").append(Markup.text(String.join("\n", r.evidence()))).append("</pre>");
    }
    out.append("</td></tr>\n");
  }

  private static void line(String label, String value, StringBuilder out) {
    if (!value.isEmpty()) {
      out.append("<div><b>").append(label).append(":</b> ");
      out.append(Markup.text(value)).append("</div>");
    }
  }

  private static String counts(List<CheckResult> results) {
    List<String> parts = new ArrayList<>();
    for (Status status : WORST_FIRST) {
      long n = results.stream().filter(r -> r.status() == status).count();
      if (n > 0) {
        parts.add("<span class=\"" + id(status) + "\">" + n + " " + id(status) + "</span>");
      }
    }
    return String.join(", ", parts);
  }

  private static String id(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private String say(String english, String other) {
    return chinese ? other : english;
  }
}
