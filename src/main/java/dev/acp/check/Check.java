package dev.acp.check;

import java.util.List;
import java.util.Optional;

/**
 * One entry of res/check-list.yaml.
 *
 * @param machineWide the value is the kernel's: a node that shares its host's kernel skips it
 * @param fix what acp init-nodes repairs it with, if it can
 * @param sources document and chapter
 */
public record Check(
    String id,
    String group,
    Severity severity,
    boolean machineWide,
    When when,
    Limits limits,
    Optional<String> fix,
    List<String> sources) {
  /** How bad a bad verdict is. */
  public enum Severity {
    FAIL,
    WARN
  }

  public Check {
    sources = List.copyOf(sources);
  }

  public String titleKey() {
    return "check." + id + ".title";
  }

  public String remedyKey() {
    return "check." + id + ".remedy";
  }

  Check with(Limits changed) {
    return new Check(id, group, severity, machineWide, when, changed, fix, sources);
  }
}
