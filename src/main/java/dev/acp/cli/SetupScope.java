package dev.acp.cli;

import dev.acp.bundle.ModeFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import java.util.Locale;

/**
 * What a cluster file may ask for and this acp cannot install yet. It is refused before any node is
 * touched, instead of being done by halves.
 */
final class SetupScope {
  private SetupScope() {}

  static void check(ClusterSpec spec, ModeFile mode) {
    Problems problems = new Problems("cluster " + spec.name());
    if (spec.controlPlanes().size() > 1 && spec.endpoint().selfBuiltVip().isEmpty()) {
      problems.add(
          0,
          spec.controlPlanes().size() + " control planes behind an external load balancer",
          "this acp installs several behind a self-built VIP (endpoint.selfBuiltVip) only");
    }
    String family = spec.network().ipFamily().name().toLowerCase(Locale.ROOT);
    if (!mode.ipFamilies().contains(family)) {
      problems.add(
          0,
          "spec.network.ipFamily " + family + " with the network mode " + mode.mode(),
          "one that the bundle's mode can do: " + String.join(", ", mode.ipFamilies()));
    }
    problems.throwIfAny(FaultCode.CLUSTER_FILE_INVALID);
  }
}
