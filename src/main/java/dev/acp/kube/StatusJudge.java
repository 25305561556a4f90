package dev.acp.kube;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.kube.ClusterStatus.ChartState;
import dev.acp.kube.ClusterStatus.ControlPlaneHealth;
import dev.acp.kube.ClusterStatus.EtcdState;
import dev.acp.kube.ClusterStatus.RegistryState;
import dev.acp.kube.ClusterStatus.VipState;
import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts together what every control plane, the API and the registries said. Pure. What could not be
 * asked is a reason, never a pass.
 */
public final class StatusJudge {
  private static final int MOST_NAMED = 5;

  private final ClusterSpec spec;
  private final Map<NodeName, ControlPlaneState> seen;
  private final Map<NodeName, String> unreachable;
  private final List<String> reasons = new ArrayList<>();

  /**
   * @param unreachable why a control plane could not be asked
   */
  public StatusJudge(
      ClusterSpec spec, Map<NodeName, ControlPlaneState> seen, Map<NodeName, String> unreachable) {
    this.spec = spec;
    this.seen = new LinkedHashMap<>(seen);
    this.unreachable = new LinkedHashMap<>(unreachable);
  }

  /**
   * The whole.
   *
   * @param api empty if no control plane could be asked
   * @param registryReasons why registries could not be looked at
   */
  public ClusterStatus judge(
      Optional<StatusReader.Api> api,
      List<RegistryState> registries,
      List<String> registryReasons) {
    unreachable.forEach(
        (node, why) -> reasons.add("Control plane " + node + " cannot be asked: " + why));
    api.ifPresent(a -> reasons.addAll(a.reasons()));
    List<ControlPlaneHealth> controlPlanes =
        spec.controlPlanes().stream().map(this::controlPlane).toList();
    encryption();
    EtcdJudge etcd = new EtcdJudge(spec, seen);
    EtcdState members = etcd.judge();
    reasons.addAll(etcd.reasons());
    Optional<VipState> vip = vip();
    List<ChartState> charts = charts(api.map(StatusReader.Api::applied).orElse(List.of()));
    registries.forEach(this::registry);
    reasons.addAll(registryReasons);
    return new ClusterStatus(
        reasons.isEmpty(),
        reasons,
        api.map(StatusReader.Api::nodes).orElse(List.of()),
        api.map(StatusReader.Api::pods).orElse(List.of()),
        charts,
        controlPlanes,
        members,
        vip,
        registries,
        etcd.recovery());
  }

  private ControlPlaneHealth controlPlane(NodeSpec node) {
    ControlPlaneState state = seen.get(node.name());
    if (state == null) {
      return new ControlPlaneHealth(node.name().text(), false, "not asked", List.of());
    }
    if (!state.whole()) {
      reasons.add("The answer of control plane " + node.name() + " was cut off before its end.");
    }
    if (!state.api().equals("ok")) {
      reasons.add(
          "The API server of "
              + node.name()
              + " does not say that it is ready: "
              + state.api()
              + ".");
    }
    state
        .units()
        .forEach(
            (unit, is) -> {
              if (!is.equals("active")) {
                reasons.add(
                    unit
                        + " on "
                        + node.name()
                        + " is "
                        + is
                        + "; look at journalctl -u "
                        + unit
                        + ".");
              }
            });
    if (!state.drift().isEmpty()) {
      reasons.add(
          "On "
              + node.name()
              + " something is not as acp put it there: "
              + some(state.drift())
              + "; acp setup brings it back.");
    }
    return new ControlPlaneHealth(node.name().text(), true, state.api(), state.drift());
  }

  private static String some(List<String> all) {
    return String.join(", ", all.subList(0, Math.min(MOST_NAMED, all.size())))
        + (all.size() > MOST_NAMED ? " and " + (all.size() - MOST_NAMED) + " more" : "");
  }

  /** One key on every control plane; with two, what one wrote another cannot read. */
  private void encryption() {
    Map<String, List<String>> by = new LinkedHashMap<>();
    seen.forEach(
        (node, state) ->
            by.computeIfAbsent(state.encryption(), k -> new ArrayList<>()).add(node.text()));
    if (by.size() > 1) {
      reasons.add(
          "The control planes do not have the same /etc/kubernetes/encryption-provider.conf: "
              + by.values()
              + "; what one writes, another cannot read.");
    }
  }

  private Optional<VipState> vip() {
    if (spec.endpoint().selfBuiltVip().isEmpty()) {
      return Optional.empty();
    }
    String address = spec.endpoint().address();
    List<String> holders = new ArrayList<>();
    seen.forEach(
        (node, state) -> {
          if (state.vip().equals("holds")) {
            holders.add(node.text());
          } else if (!state.vip().equals("no")) {
            reasons.add("Whether " + node + " holds the virtual address cannot be told.");
          }
        });
    if (holders.isEmpty()) {
      reasons.add(
          "No control plane that answers holds the virtual address "
              + address
              + "; look at keepalived.");
    } else if (holders.size() > 1) {
      reasons.add(
          "The virtual address "
              + address
              + " is held by "
              + String.join(" and ", holders)
              + " at once: they do not hear each other's keepalived (VRRP, protocol 112).");
    }
    return Optional.of(new VipState(address, holders));
  }

  private List<ChartState> charts(List<String> applied) {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    seen.values().forEach(state -> lines.putAll(state.charts()));
    Set<String> names = new TreeSet<>(applied);
    names.addAll(lines.keySet());
    List<ChartState> charts = new ArrayList<>();
    for (String name : names) {
      List<String> bad =
          lines.getOrDefault(name, List.of()).stream().filter(l -> !ready(l)).toList();
      if (!lines.containsKey(name)) {
        charts.add(new ChartState(name, "applied", "the node with its manifests was not asked"));
      } else if (lines.get(name).isEmpty() || !bad.isEmpty()) {
        String why = bad.isEmpty() ? "nothing of it is there" : some(bad);
        charts.add(new ChartState(name, "failed", why));
        reasons.add("The component " + name + " is not ready: " + why + ".");
      } else {
        charts.add(new ChartState(name, "ready", ""));
      }
    }
    return charts;
  }

  /** KIND NAMESPACE/NAME wanted ready updated generation observed; all else is a complaint. */
  private static boolean ready(String line) {
    String[] w = line.split(" ", -1);
    if (w.length != 7 || !w[1].contains("/")) {
      return false;
    }
    boolean workload = Set.of("DaemonSet", "Deployment", "StatefulSet").contains(w[0]);
    if (w[2].equals("-")) {
      return !workload;
    }
    return w[2].equals(w[3]) && w[2].equals(w[4]) && (!workload || w[5].equals(w[6]));
  }

  private void registry(RegistryState registry) {
    if (!registry.why().isEmpty()) {
      reasons.add(
          "The registry "
              + registry.url()
              + " could not be looked at: "
              + StatusReader.sentence(registry.why()));
    } else if (!registry.missing().isEmpty()) {
      reasons.add(
          "The registry of "
              + registry.name()
              + " lacks "
              + some(
                  registry.missing().stream()
                      .map(m -> m.digest() + " (" + m.image() + ")")
                      .toList())
              + "; acp setup puts it there again.");
    }
  }
}
