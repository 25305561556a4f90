package dev.acp.check;

import dev.acp.node.SystemFacts;
import dev.acp.value.Arch;
import dev.acp.yaml.YamlMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** When a check applies: a closed record; an empty list means everywhere. */
public record When(
    List<String> roles,
    List<String> os,
    List<String> archs,
    List<String> networkModes,
    List<String> families,
    List<String> kubeProxyModes,
    Optional<String> kernelBelow) {
  static final When ALWAYS =
      new When(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());

  static When read(YamlMap map) {
    map.only("roles", "os", "archs", "networkModes", "families", "kubeProxyModes", "kernelBelow");
    return new When(
        map.strings("roles"),
        map.strings("os"),
        map.strings("archs"),
        map.strings("networkModes"),
        map.strings("families"),
        map.strings("kubeProxyModes"),
        map.string("kernelBelow"));
  }

  /** Empty where the check applies, else why not, or why that cannot be told. */
  Optional<Verdict> rulesOut(Subject s) {
    SystemFacts system = s.facts().system();
    Optional<Verdict> byPlan =
        first(
            notRole(s),
            not(networkModes, s.spec().network().mode(), "network mode"),
            not(families, s.spec().network().ipFamily().name(), "address family"),
            not(kubeProxyModes, s.spec().network().kubeProxyMode(), "kube-proxy mode"));
    if (byPlan.isPresent()) {
      return byPlan;
    }
    if (!os.isEmpty()) {
      Verdict v =
          Verdict.of(
              system.os(), o -> not(os, o.id(), "operating system").orElse(Verdict.good("")));
      if (!v.isGood()) {
        return Optional.of(v);
      }
    }
    if (!archs.isEmpty()) {
      Verdict v =
          Verdict.of(
              system.arch(),
              a ->
                  not(archs, Arch.byMachine(a).map(Arch::id).orElse(a), "architecture")
                      .orElse(Verdict.good("")));
      if (!v.isGood()) {
        return Optional.of(v);
      }
    }
    return kernelBelow.flatMap(limit -> kernelRulesOut(system, limit));
  }

  /** Red Hat's 4.18 kernels carry what 4.19 brought (001: "或 RHEL 低于 4.18.0"). */
  private static Optional<Verdict> kernelRulesOut(SystemFacts system, String limit) {
    Verdict v =
        Verdict.of(
            system.kernel(),
            kernel -> {
              boolean redHat =
                  system.os().asOptional().map(SystemFacts.Os::isRedHatFamily).orElse(false);
              String least = redHat && limit.equals("4.19") ? "4.18" : limit;
              return Kernels.compare(kernel, least) < 0
                  ? Verdict.good("")
                  : Verdict.skipped("kernel " + kernel + " is not older than " + least);
            });
    return v.isGood() ? Optional.empty() : Optional.of(v);
  }

  private Optional<Verdict> notRole(Subject s) {
    List<String> has = Roles.of(s.spec(), s.node());
    return roles.isEmpty() || has.stream().anyMatch(roles::contains)
        ? Optional.empty()
        : Optional.of(Verdict.skipped("not for role " + has.get(0)));
  }

  @SafeVarargs
  private static Optional<Verdict> first(Optional<Verdict>... all) {
    for (Optional<Verdict> one : all) {
      if (one.isPresent()) {
        return one;
      }
    }
    return Optional.empty();
  }

  private static Optional<Verdict> not(List<String> wanted, String has, String what) {
    String id = has.toLowerCase(Locale.ROOT);
    return wanted.isEmpty() || wanted.contains(id)
        ? Optional.empty()
        : Optional.of(Verdict.skipped("not for " + what + " " + id));
  }
}
