package dev.acp.bundle;

import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The platform's components of a bundle, in the order in which they are put in: charts/charts.yaml.
 */
public record ChartsFile(List<Chart> charts) {
  /**
   * A component.
   *
   * @param manifests file names below charts/, in order
   */
  public record Chart(
      String name,
      String version,
      String namespace,
      List<String> manifests,
      List<Workload> ready) {}

  /** Reads it; every mistake is BUNDLE_INVALID with its line. */
  public static ChartsFile parse(String shownName, String text) {
    Problems problems = new Problems(shownName);
    var top = Yaml.read(text.getBytes(StandardCharsets.UTF_8), problems);
    problems.throwIfAny(FaultCode.BUNDLE_INVALID);
    YamlMap map = top.orElseThrow().only("charts");
    List<Chart> charts = new ArrayList<>();
    for (var value : map.list("charts")) {
      value
          .asMap()
          .ifPresent(
              m -> {
                m.only("name", "version", "kind", "namespace", "manifests", "ready");
                if (!m.string("kind", "").equals("manifest")) {
                  value.problem(
                      "has the kind " + m.string("kind", "nothing"),
                      "manifest, which this acp puts in");
                }
                charts.add(
                    new Chart(
                        m.needString("name").orElse(""),
                        m.string("version", ""),
                        m.string("namespace", "default"),
                        m.strings("manifests"),
                        Workload.readAll(m)));
              });
    }
    problems.throwIfAny(FaultCode.BUNDLE_INVALID);
    return new ChartsFile(List.copyOf(charts));
  }
}
