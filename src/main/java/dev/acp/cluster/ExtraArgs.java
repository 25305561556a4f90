package dev.acp.cluster;

import dev.acp.fault.Problems;
import java.util.Map;

/** Extra arguments of Kubernetes' programs: flags without their dashes, none that acp sets. */
final class ExtraArgs {
  private static final Map<String, Map<String, String>> OWN =
      Map.of(
          "kubelet",
          Map.of(
              "max-pods", "spec.kubernetes.maxPods",
              "hostname-override", "spec.nodeName",
              "node-ip", "the node's addresses",
              "cgroup-driver", "acp's own choice",
              "container-runtime-endpoint", "acp's own choice",
              "pod-infra-container-image", "acp's own choice",
              "config", "acp's own choice",
              "kubeconfig", "acp's own choice",
              "node-labels", "a node's labels",
              "register-with-taints", "a node's taints"),
          "apiServer",
          Map.of(
              "service-cluster-ip-range", "spec.network.serviceCidr",
              "advertise-address", "the node's addresses",
              "secure-port", "always 6443"),
          "controllerManager",
          Map.of(
              "cluster-cidr", "spec.network.podCidr",
              "service-cluster-ip-range", "spec.network.serviceCidr",
              "node-cidr-mask-size", "spec.network.nodeMask",
              "node-cidr-mask-size-ipv4", "spec.network.nodeMask",
              "node-cidr-mask-size-ipv6", "spec.network.nodeMask",
              "allocate-node-cidrs", "always true"),
          "scheduler",
          Map.of());

  private final Problems problems;

  ExtraArgs(Problems problems) {
    this.problems = problems;
  }

  Map<String, String> check(String program, Map<String, At<String>> written) {
    written.forEach(
        (name, value) -> {
          String place = "spec.kubernetes.extraArgs." + program + "." + name;
          if (!Names.isFlag(name)) {
            problems.add(
                value.line(),
                place + " is no flag's name",
                "the flag without its dashes, such as v or audit-log-maxage");
          } else if (OWN.get(program).containsKey(name)) {
            problems.add(
                value.line(), place + " is set by acp", "see " + OWN.get(program).get(name));
          }
        });
    return Resolver.plain(written);
  }
}
