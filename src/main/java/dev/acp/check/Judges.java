package dev.acp.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Every judge by its check's id; a test holds that the list has the same ids. */
final class Judges {
  private static final Map<String, Judge> ALL = all();

  private Judges() {}

  static Judge of(String id) {
    Judge judge = ALL.get(id);
    if (judge == null) {
      throw new IllegalStateException("no judge for check " + id);
    }
    return judge;
  }

  static Set<String> ids() {
    return ALL.keySet();
  }

  private static Map<String, Judge> all() {
    Map<String, Judge> all = new LinkedHashMap<>();
    AccessJudges.addTo(all);
    SystemJudges.addTo(all);
    CapacityJudges.addTo(all);
    StorageJudges.addTo(all);
    KernelJudges.addTo(all);
    SysctlJudges.addTo(all);
    NameJudges.addTo(all);
    NetworkJudges.addTo(all);
    SoftwareJudges.addTo(all);
    AcrossJudges.addTo(all);
    ReachJudges.addTo(all);
    return java.util.Collections.unmodifiableMap(all);
  }
}
