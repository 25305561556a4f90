package dev.acp.check;

import dev.acp.check.CheckResult.Status;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Every result of one run: one a check and node, in the order of nodes and list. */
public record CheckReport(String cluster, List<CheckResult> results, List<String> overrides) {
  public CheckReport {
    results = List.copyOf(results);
    overrides = List.copyOf(overrides);
  }

  public CheckReport(String cluster, List<CheckResult> results) {
    this(cluster, results, List.of());
  }

  /** True when nothing failed and everything could be told. */
  public boolean ready() {
    return results.stream().noneMatch(r -> r.status() == Status.FAIL || r.status() == Status.ERROR);
  }

  public Map<Status, Long> counts() {
    Map<Status, Long> counts = new EnumMap<>(Status.class);
    for (Status status : Status.values()) {
      counts.put(status, results.stream().filter(r -> r.status() == status).count());
    }
    return counts;
  }
}
