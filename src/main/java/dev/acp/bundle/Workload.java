package dev.acp.bundle;

import dev.acp.yaml.YamlMap;
import java.util.ArrayList;
import java.util.List;

/** A workload that must have all its pods: DaemonSet, Deployment or StatefulSet. */
public record Workload(String kind, String namespace, String name) {
  static final List<String> KINDS = List.of("DaemonSet", "Deployment", "StatefulSet");

  /** Reads the list "ready" of a mode or a chart. */
  static List<Workload> readAll(YamlMap map) {
    List<Workload> all = new ArrayList<>();
    for (var value : map.list("ready")) {
      value
          .asMap()
          .ifPresent(
              m -> {
                m.only("kind", "namespace", "name");
                String kind = m.needString("kind").orElse("");
                if (!KINDS.contains(kind)) {
                  value.problem("has the kind " + kind, "one of " + String.join(", ", KINDS));
                }
                all.add(
                    new Workload(
                        kind,
                        m.needString("namespace").orElse(""),
                        m.needString("name").orElse("")));
              });
    }
    return List.copyOf(all);
  }
}
