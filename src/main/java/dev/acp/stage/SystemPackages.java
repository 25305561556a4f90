package dev.acp.stage;

import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** packages.yaml of a bundle: a system's packages in an order in which they can be installed. */
record SystemPackages(List<One> all) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]{0,80}");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+.~%_:-]{0,200}");

  /** A package and the file that holds it. */
  record One(String name, String file) {}

  static SystemPackages parse(String shownName, String text) {
    Problems problems = new Problems(shownName);
    var top = Yaml.read(text.getBytes(StandardCharsets.UTF_8), problems);
    problems.throwIfAny(FaultCode.BUNDLE_INVALID);
    YamlMap map = top.orElseThrow().only("packages");
    List<One> all = new ArrayList<>();
    for (var value : map.list("packages")) {
      value
          .asMap()
          .ifPresent(
              m -> {
                m.only("name", "version", "file", "wantedBy");
                String name = m.needString("name").orElse("");
                String file = m.needString("file").orElse("");
                if (!NAME.matcher(name).matches() || !FILE.matcher(file).matches()) {
                  value.problem("is no package", "a package's name and a plain file name");
                }
                all.add(new One(name, file));
              });
    }
    problems.throwIfAny(FaultCode.BUNDLE_INVALID);
    return new SystemPackages(List.copyOf(all));
  }
}
