package dev.acp.bundle;

import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a network mode of a bundle says of itself: network/MODE/mode.yaml.
 *
 * @param ipFamilies what it can do: ipv4, ipv6, dual; ipv4 where it does not say
 * @param manifests file names beside mode.yaml, in order
 * @param leaves what its programs leave on a node
 */
public record ModeFile(
    String mode,
    List<String> ipFamilies,
    boolean nodeCidrs,
    List<String> manifests,
    List<Workload> ready,
    List<Leaving> leaves) {
  /** Something left behind: kind is link, chain, ipset, route, mount, path, folder or sysctl. */
  public record Leaving(String kind, String name) {}

  static final List<String> KINDS =
      List.of("link", "chain", "ipset", "route", "mount", "path", "folder", "sysctl");

  /** Texts of a bundle go to shells and terminals: none holds a control character. */
  private static void plain(YamlValue value) {
    if (value.isMap()) {
      value.asMap().ifPresent(m -> m.entries().values().forEach(ModeFile::plain));
    } else if (value.isList()) {
      value.asList().forEach(ModeFile::plain);
    } else if (!value.isNull()) {
      value
          .asString()
          .filter(text -> text.chars().anyMatch(Character::isISOControl))
          .ifPresent(text -> value.problem("holds a control character", "plain text"));
    }
  }

  /** Reads it; every mistake is BUNDLE_INVALID with its line. */
  public static ModeFile parse(String shownName, String text) {
    Problems problems = new Problems(shownName);
    Optional<YamlMap> top = Yaml.read(text.getBytes(StandardCharsets.UTF_8), problems);
    problems.throwIfAny(FaultCode.BUNDLE_INVALID);
    YamlMap map = top.orElseThrow();
    map.only("mode", "title", "ipFamilies", "nodeCidrs", "manifests", "ready", "leaves");
    List<Leaving> leaves = new ArrayList<>();
    for (var value : map.list("leaves")) {
      value
          .asMap()
          .ifPresent(
              m -> {
                m.only("kind", "name", "why");
                String kind = m.needString("kind").orElse("");
                if (!KINDS.contains(kind)) {
                  value.problem("has the kind " + kind, "one of " + String.join(", ", KINDS));
                }
                m.need("name").ifPresent(name -> LeavingRules.check(kind, name));
                leaves.add(new Leaving(kind, m.string("name", "")));
              });
    }
    map.entries().values().forEach(ModeFile::plain);
    List<String> families = map.strings("ipFamilies");
    ModeFile file =
        new ModeFile(
            map.needString("mode").orElse(""),
            families.isEmpty() ? List.of("ipv4") : families,
            map.bool("nodeCidrs", false),
            map.strings("manifests"),
            Workload.readAll(map),
            List.copyOf(leaves));
    problems.throwIfAny(FaultCode.BUNDLE_INVALID);
    return file;
  }
}
