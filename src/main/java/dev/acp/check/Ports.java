package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.file.Res;
import dev.acp.value.Version;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The ports that a cluster uses, from res/ports.yaml. */
public record Ports(List<Port> all) {
  /** One port, and where it is used; an empty list means everywhere. */
  public record Port(
      int number,
      String protocol,
      List<String> roles,
      List<String> modes,
      Optional<Version> from,
      Optional<Version> below,
      boolean haproxy,
      String use,
      boolean reached) {
    /** Whose check asks for it: installer, control-plane, node, or the network mode. */
    String group() {
      if (!modes.isEmpty()) {
        return modes.get(0);
      }
      return roles.isEmpty() ? "node" : roles.get(0);
    }

    /** Such as tcp/6443. */
    public String id() {
      return protocol + "/" + number;
    }

    /** True where this node of this cluster uses the port. */
    public boolean isFor(ClusterSpec spec, NodeSpec node) {
      Optional<Version> version = spec.kubernetes().knownVersion();
      return (roles.isEmpty() || Roles.of(spec, node).stream().anyMatch(roles::contains))
          && (modes.isEmpty() || modes.contains(spec.network().mode()))
          && (!haproxy || spec.endpoint().selfBuiltVip().filter(v -> v.haproxy()).isPresent())
          && from.map(v -> known(version, k -> k.atLeast(v.major(), v.minor()))).orElse(true)
          && below.map(v -> known(version, k -> !k.atLeast(v.major(), v.minor()))).orElse(true);
    }

    /** Where nothing says the version yet, a port of some version is asked for. */
    private static boolean known(Optional<Version> version, Predicate<Version> test) {
      return version.map(test::test).orElse(true);
    }
  }

  public Ports {
    all = List.copyOf(all);
  }

  public static Ports load() {
    Problems problems = new Problems("res/ports.yaml");
    List<Port> ports = new ArrayList<>();
    Yaml.read(Res.bytes("ports.yaml"), problems)
        .ifPresent(
            top -> {
              top.only("ports");
              for (YamlValue item : top.list("ports")) {
                item.asMap().ifPresent(map -> ports.add(port(map)));
              }
            });
    problems.throwIfAny(FaultCode.INTERNAL);
    return new Ports(ports);
  }

  private static Port port(YamlMap map) {
    map.only("port", "protocol", "roles", "modes", "from", "below", "haproxy", "use", "reach");
    return new Port(
        (int) map.number("port", 1, 65535, 1),
        map.string("protocol", "tcp"),
        map.strings("roles"),
        map.strings("modes"),
        map.as("from", Version::parse, "a version"),
        map.as("below", Version::parse, "a version"),
        map.bool("haproxy", false),
        map.string("use", ""),
        map.bool("reach", true));
  }
}
