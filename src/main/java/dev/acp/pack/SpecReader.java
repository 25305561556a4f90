package dev.acp.pack;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problems;
import dev.acp.pack.PackageSpec.From;
import dev.acp.value.Version;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a package's spec; all its mistakes at once, each with its line. */
public final class SpecReader {
  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}";

  private final Problems problems;

  private final Path root;

  private SpecReader(String file, Path root) {
    this.problems = new Problems(file);
    this.root = root;
  }

  /**
   * Reads a spec.
   *
   * @param root what its paths are relative to; its own folder if that is not given
   */
  public static PackageSpec read(Path file, Optional<Path> root) {
    try {
      return parse(
          Files.readAllBytes(file),
          file.toString(),
          root.orElse(file.toAbsolutePath().getParent()));
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The spec " + file + " cannot be read: " + e, e);
    }
  }

  static PackageSpec parse(byte[] content, String file, Path root) {
    return new SpecReader(file, root).parse(content);
  }

  private PackageSpec parse(byte[] content) {
    Optional<YamlMap> top = Yaml.read(content, problems);
    if (top.isEmpty()) {
      throw new InvalidInput(FaultCode.SPEC_INVALID, problems.all());
    }
    YamlMap map =
        top.get()
            .only(
                "apiVersion",
                "kind",
                "product",
                "version",
                "arch",
                "acp",
                "components",
                "packages",
                "tool",
                "images",
                "networks",
                "charts",
                "res");
    is(map, "apiVersion", List.of("acp.dev/v1"));
    is(map, "kind", List.of("PackageSpec"));
    String arch = is(map, "arch", List.of("amd64", "arm64", "hybrid"));
    YamlMap acp =
        map.need("acp")
            .flatMap(YamlValue::asMap)
            .map(m -> m.only("atLeast", "because"))
            .orElse(map);
    PackageSpec spec =
        new PackageSpec(
            problems.file(),
            root,
            word(map, "product"),
            word(map, "version"),
            arch,
            acp.need("atLeast")
                .flatMap(v -> v.as(Version::parse, "a version"))
                .orElse(Version.of("0.0.0")),
            acp.string("because", ""),
            components(map, arch),
            packages(map, arch),
            tools(map, arch),
            maps(map, "images", "from").stream().map(SpecReader::from).toList(),
            networks(map),
            map.map("charts").map(m -> from(m.only("from"))),
            map.map("res").map(m -> from(m.only("from"))));
    problems.throwIfAny(FaultCode.SPEC_INVALID);
    return spec;
  }

  private List<PackageSpec.Component> components(YamlMap map, String arch) {
    Set<String> seen = new HashSet<>();
    List<PackageSpec.Component> all = new ArrayList<>();
    for (YamlMap m : maps(map, "components", "name", "version", "arch", "from")) {
      PackageSpec.Component c =
          new PackageSpec.Component(
              word(m, "name"), word(m, "version"), itemArch(m, arch), from(m));
      once(seen, m, c.name() + " " + c.version() + " " + c.arch());
      if (c.name().equals("kubernetes") && Version.parse(c.version()).isEmpty()) {
        problems.add(m.line(), "the version of kubernetes is " + c.version(), "such as v1.31.4");
      }
      all.add(c);
    }
    return all;
  }

  private List<PackageSpec.Packages> packages(YamlMap map, String arch) {
    Set<String> seen = new HashSet<>();
    List<PackageSpec.Packages> all = new ArrayList<>();
    for (YamlMap m : maps(map, "packages", "system", "arch", "from")) {
      PackageSpec.Packages p =
          new PackageSpec.Packages(word(m, "system"), itemArch(m, arch), from(m));
      once(seen, m, p.system() + " " + p.arch());
      all.add(p);
    }
    return all;
  }

  private List<PackageSpec.Tool> tools(YamlMap map, String arch) {
    Set<String> seen = new HashSet<>();
    List<PackageSpec.Tool> all = new ArrayList<>();
    for (YamlMap m : maps(map, "tool", "arch", "from")) {
      PackageSpec.Tool t = new PackageSpec.Tool(itemArch(m, arch), from(m));
      once(seen, m, "the tool for " + t.arch());
      all.add(t);
    }
    return all;
  }

  private List<PackageSpec.Network> networks(YamlMap map) {
    Set<String> seen = new HashSet<>();
    List<PackageSpec.Network> all = new ArrayList<>();
    for (YamlMap m : maps(map, "networks", "mode", "from")) {
      PackageSpec.Network n = new PackageSpec.Network(word(m, "mode"), from(m));
      once(seen, m, n.mode());
      all.add(n);
    }
    return all;
  }

  private void once(Set<String> seen, YamlMap m, String what) {
    if (!seen.add(what)) {
      problems.add(m.line(), what + " is there twice", "each once");
    }
  }

  /** A hybrid package's items say their own architecture; others may, but only the package's. */
  private static String itemArch(YamlMap m, String arch) {
    if (m.get("arch").isEmpty() && !arch.equals("hybrid")) {
      return arch;
    }
    return is(
        m,
        "arch",
        arch.equals("hybrid") || arch.isEmpty() ? List.of("amd64", "arm64") : List.of(arch));
  }

  private static String is(YamlMap map, String key, List<String> allowed) {
    return map.need(key)
        .flatMap(
            v ->
                v.as(
                    t -> Optional.of(t).filter(allowed::contains),
                    "one of " + String.join(", ", allowed)))
        .orElse("");
  }

  private static String word(YamlMap map, String key) {
    return map.need(key)
        .flatMap(
            v -> v.as(t -> Optional.of(t).filter(w -> w.matches(WORD)), "letters, digits, . _ + -"))
        .orElse("");
  }

  private static From from(YamlMap map) {
    return map.need("from")
        .flatMap(v -> v.asString().map(t -> new From(t, v.line())))
        .orElse(new From("", map.line()));
  }

  private static List<YamlMap> maps(YamlMap map, String key, String... known) {
    List<YamlMap> all = new ArrayList<>();
    for (YamlValue value : map.list(key)) {
      value.asMap().ifPresent(m -> all.add(m.only(known)));
    }
    return all;
  }
}
