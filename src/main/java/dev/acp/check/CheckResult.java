package dev.acp.check;

import dev.acp.value.NodeName;
import java.util.List;

/** The one answer of one check about one node. */
public record CheckResult(
    Check check, NodeName node, Status status, String seen, String wanted, List<String> evidence) {
  /** What it came to. */
  public enum Status {
    PASS,
    WARN,
    FAIL,
    /** Does not apply; seen says why. */
    SKIP,
    /** Could not be told; seen says why. */
    ERROR
  }

  public CheckResult {
    evidence = List.copyOf(evidence);
  }
}
