package dev.acp.report;

import dev.acp.check.CheckReport;
import dev.acp.check.CheckResult;
import dev.acp.check.CheckResult.Status;
import dev.acp.fault.Texts;
import dev.acp.value.Lang;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checks as JUnit XML, as CI systems read it: a suite a node, a case a check. A warning is a
 * passed case with its text in system-out: the format has no word for it.
 */
public final class ChecksJunit {
  private final CheckReport report;
  private final Texts texts;

  public ChecksJunit(CheckReport report, Lang lang) {
    this.report = report;
    this.texts = Texts.of(lang);
  }

  /** The whole document. */
  public String xml() {
    Map<String, List<CheckResult>> byNode = new LinkedHashMap<>();
    report
        .results()
        .forEach(r -> byNode.computeIfAbsent(r.node().text(), n -> new ArrayList<>()).add(r));
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.append("<testsuites name=\"").append(Markup.text(report.cluster())).append("\">\n");
    byNode.forEach((node, results) -> suite(node, results, out));
    return out.append("</testsuites>\n").toString();
  }

  private void suite(String node, List<CheckResult> results, StringBuilder out) {
    out.append("  <testsuite name=\"").append(Markup.text(node));
    out.append("\" tests=\"").append(results.size());
    out.append("\" failures=\"").append(count(results, Status.FAIL));
    out.append("\" errors=\"").append(count(results, Status.ERROR));
    out.append("\" skipped=\"").append(count(results, Status.SKIP)).append("\">\n");
    if (!report.overrides().isEmpty()) {
      out.append("    <properties>");
      report
          .overrides()
          .forEach(
              o ->
                  out.append("<property name=\"changed\" value=\"")
                      .append(Markup.text(o))
                      .append("\"/>"));
      out.append("</properties>\n");
    }
    for (CheckResult r : results) {
      out.append("    <testcase name=\"").append(Markup.text(r.check().id()));
      out.append("\" classname=\"").append(Markup.text(node + "." + r.check().group()));
      out.append("\" time=\"0\">");
      switch (r.status()) {
        case FAIL -> element("failure", r, out);
        case ERROR -> element("error", r, out);
        case SKIP -> out.append("<skipped message=\"").append(Markup.text(r.seen())).append("\"/>");
        case WARN ->
            out.append("<system-out>").append(Markup.text(detail(r))).append("</system-out>");
        default -> {}
      }
      out.append("</testcase>\n");
    }
    out.append("  </testsuite>\n");
  }

  private void element(String name, CheckResult r, StringBuilder out) {
    out.append('<').append(name).append(" type=\"").append(Markup.text(r.check().id()));
    out.append("\" message=\"").append(Markup.text(r.seen())).append("\">");
    out.append(Markup.text(detail(r))).append("</").append(name).append('>');
  }

  private String detail(CheckResult r) {
    return texts.get(r.check().titleKey())
        + "\nseen: "
        + r.seen()
        + "\nwanted: "
        + r.wanted()
        + "\nremedy: "
        + texts.get(r.check().remedyKey())
        + "\nfixable: "
        + r.check().fix().isPresent()
        + "\n"
        + String.join("\n", r.evidence());
  }

  private static long count(List<CheckResult> results, Status status) {
    return results.stream().filter(r -> r.status() == status).count();
  }
}
