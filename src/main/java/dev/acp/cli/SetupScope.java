package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.bundle.ModeFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import java.util.Locale;
import java.util.Optional;

/**
 * What a cluster file may ask for and this acp cannot install yet. It is refused before any node is
 * touched, instead of being done by halves.
 */
final class SetupScope {
  private SetupScope() {}

  /**
   * Refuses it.
   *
   * @param bundle whose network mode is to be able to do it, where one is at hand
   */
  static void check(ClusterSpec spec, Optional<Bundle> bundle) {
    Problems problems = new Problems("cluster " + spec.name());
    bundle.map(b -> b.mode(spec.network().mode())).ifPresent(mode -> family(spec, mode, problems));
    problems.throwIfAny(FaultCode.CLUSTER_FILE_INVALID);
  }

  private static void family(ClusterSpec spec, ModeFile mode, Problems problems) {
    String family = spec.network().ipFamily().name().toLowerCase(Locale.ROOT);
    if (!mode.ipFamilies().contains(family)) {
      problems.add(
          0,
          "spec.network.ipFamily " + family + " with the network mode " + mode.mode(),
          "one that the bundle's mode can do: " + String.join(", ", mode.ipFamilies()));
    }
  }
}
