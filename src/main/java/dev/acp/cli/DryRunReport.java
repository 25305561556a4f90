package dev.acp.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.pipeline.Pipeline.Planned;
import dev.acp.value.Exit;
import dev.acp.value.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What setup would do and whether it would get that far.
 *
 * @param fatal findings that would stop setup before it touches a node, a line each
 */
record DryRunReport(List<Planned> planned, List<String> fatal) {
  DryRunReport {
    planned = List.copyOf(planned);
    fatal = List.copyOf(fatal);
  }

  /** One document; fields may be added to it, never renamed. */
  String json() {
    List<Map<String, String>> changes = new ArrayList<>();
    for (Planned p : planned) {
      Map<String, String> one = new LinkedHashMap<>();
      one.put("stage", p.stage().text());
      one.put("node", p.node());
      one.put("change", p.change());
      one.put("path", p.path());
      changes.add(one);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("changes", changes);
    document.put("findings", fatal);
    try {
      return new ObjectMapper().writeValueAsString(document) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and texts can always be written", e);
    }
  }

  String text() {
    StringBuilder out = new StringBuilder();
    for (Planned p : planned) {
      String line =
          String.format(
              Locale.ROOT, "%-18s %-16s %-8s %s", p.stage(), p.node(), p.change(), p.path());
      out.append(Printable.line(line)).append('\n');
    }
    out.append(
        planned.isEmpty()
            ? "Nothing is left to do."
            : planned.size() + " changes would be made; nothing was done.");
    return out.append('\n').toString();
  }

  /** For standard error: one line a finding, and what it means; empty where there is none. */
  String warnings() {
    if (fatal.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    fatal.forEach(line -> out.append("warning: ").append(Printable.line(line)).append('\n'));
    return out.append("warning: setup would stop in preflight, before it touches a node: ")
        .append(fatal.size() == 1 ? "1 finding" : fatal.size() + " findings")
        .append(".\n")
        .toString();
  }

  Exit exit() {
    return fatal.isEmpty() ? Exit.DONE : Exit.CHECKS;
  }
}
