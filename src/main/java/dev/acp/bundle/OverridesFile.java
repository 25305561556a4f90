package dev.acp.bundle;

import dev.acp.cluster.Offer;
import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problems;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** res/overrides.yaml: settings that a bundle's maker changes for all its nodes. */
public final class OverridesFile {
  private static final String PATH = "res/overrides.yaml";

  private OverridesFile() {}

  static Offer.Overrides read(Bundle bundle) {
    return bundle.has(PATH) ? parse(bundle.read(PATH), PATH) : Offer.Overrides.none();
  }

  /** Reads the file; what is wrong with it is {@link FaultCode#BUNDLE_DAMAGED}. */
  public static Offer.Overrides parse(byte[] content, String name) {
    Problems problems = new Problems(name);
    Optional<YamlMap> top = Yaml.read(content, problems);
    if (top.isEmpty()) {
      throw new InvalidInput(FaultCode.BUNDLE_DAMAGED, problems.all());
    }
    YamlMap map = top.get().only("kubelet", "containerd", "kubeProxy", "kubeadm");
    Offer.Overrides none = Offer.Overrides.none();
    String driver =
        map.map("kubelet")
            .map(m -> m.only("cgroupDriver"))
            .flatMap(
                m ->
                    m.as(
                        "cgroupDriver",
                        d -> Optional.of(d).filter(List.of("systemd", "cgroupfs")::contains),
                        "systemd or cgroupfs"))
            .orElse(none.kubeletCgroupDriver());
    boolean restrict =
        map.map("containerd")
            .map(m -> m.only("restrictOomScoreAdj"))
            .map(m -> m.bool("restrictOomScoreAdj", none.containerdRestrictOomScoreAdj()))
            .orElse(none.containerdRestrictOomScoreAdj());
    Map<String, Integer> conntrack = new LinkedHashMap<>();
    map.map("kubeProxy")
        .map(m -> m.only("conntrackMaxPerCore", "conntrackMin"))
        .ifPresent(
            m -> {
              number(m, "conntrackMaxPerCore").ifPresent(n -> conntrack.put("maxPerCore", n));
              number(m, "conntrackMin").ifPresent(n -> conntrack.put("min", n));
            });
    List<String> skip =
        map.map("kubeadm")
            .map(m -> m.only("skipPhases").strings("skipPhases"))
            .orElse(none.kubeadmSkipPhases());
    problems.throwIfAny(FaultCode.BUNDLE_DAMAGED);
    return new Offer.Overrides(driver, restrict, conntrack, skip);
  }

  private static Optional<Integer> number(YamlMap map, String key) {
    return map.get(key).flatMap(v -> v.asLong(0, Integer.MAX_VALUE)).map(Long::intValue);
  }
}
