package dev.acp.cli;

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

  static void check(ClusterSpec spec) {
    Problems problems = new Problems("cluster " + spec.name());
    if (spec.controlPlanes().size() > 1 && spec.endpoint().selfBuiltVip().isEmpty()) {
      problems.add(
          0,
          spec.controlPlanes().size() + " control planes behind an external load balancer",
          "this acp installs several behind a self-built VIP (endpoint.selfBuiltVip) only");
    }
    if (spec.endpoint().selfBuiltVip().filter(v -> v.haproxy()).isPresent()) {
      problems.add(
          0,
          "endpoint.selfBuiltVip.haproxy",
          "this acp lets the API servers answer on the VIP themselves (haproxy: false)");
    }
    if (spec.network().ipFamily().hasV6()) {
      problems.add(
          0,
          "the address family " + spec.network().ipFamily().name().toLowerCase(Locale.ROOT),
          "this acp installs ipv4");
    }
    problems.throwIfAny(FaultCode.CLUSTER_FILE_INVALID);
  }
}
