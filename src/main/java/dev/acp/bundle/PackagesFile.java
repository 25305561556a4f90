package dev.acp.bundle;

import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** packages.yaml of a bundle: a system's packages in an order in which they can be installed. */
public record PackagesFile(List<One> all) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]{0,80}");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+.~%_:-]{0,200}");

  /**
   * A package and the file that holds it.
   *
   * @param version as the system's own programs print it; empty if it is not stated
   */
  public record One(String name, String version, String file) {}

  /** Reads it; every mistake is BUNDLE_INVALID with its line. */
  public static PackagesFile parse(String shownName, String text) {
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
                all.add(new One(name, m.string("version", ""), file));
              });
    }
    problems.throwIfAny(FaultCode.BUNDLE_INVALID);
    return new PackagesFile(List.copyOf(all));
  }
}
