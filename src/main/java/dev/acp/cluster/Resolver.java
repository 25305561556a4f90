package dev.acp.cluster;

import dev.acp.cluster.ClusterSpec.Checks;
import dev.acp.cluster.ClusterSpec.Endpoint;
import dev.acp.cluster.ClusterSpec.Kubernetes;
import dev.acp.cluster.ClusterSpec.Network;
import dev.acp.cluster.ClusterSpec.NodeNaming;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Platform;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problem;
import dev.acp.fault.Problems;
import dev.acp.value.Version;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Fills in every default of a cluster file and checks every rule. A flag wins over the file, the
 * file over the default. Every mistake, those of the file's form included, is told at once.
 */
public final class Resolver {
  private static final int DEFAULT_MAX_PODS = 110;
  private final Path userHome;
  private final boolean anyNumber;

  /**
   * @param userHome what ~ means in a path
   */
  public Resolver(Path userHome) {
    this(userHome, false);
  }

  private Resolver(Path userHome, boolean anyNumber) {
    this.userHome = userHome;
    this.anyNumber = anyNumber;
  }

  /** For files that acp wrote of a cluster, which may lack a control plane that was removed. */
  static Resolver ofKept() {
    return new Resolver(Path.of("/"), true);
  }

  /**
   * Resolves a cluster file.
   *
   * @param offer what the bundle carries; empty where a command runs without one
   * @throws dev.acp.fault.InvalidInput CLUSTER_FILE_INVALID (exit 2) with every mistake and its
   *     line
   */
  public ClusterSpec resolve(ClusterFile file, Flags flags, Optional<Offer> offer) {
    Problems problems = new Problems(file.problems().file());
    for (Problem p : file.problems().all()) {
      problems.add(p.line(), p.what(), p.wanted());
    }
    List<NodeSpec> nodes = new NodeRules(problems, userHome, anyNumber).resolve(file);
    Kubernetes kubernetes = kubernetes(file, offer, problems);
    Network network =
        new NetworkRules(problems).resolve(file, flags, offer, kubernetes.maxPods(), nodes.size());
    Endpoint endpoint = new EndpointRules(problems).resolve(file, nodes, network.ipFamily());
    PlatformRules platformRules = new PlatformRules(problems, userHome);
    Platform platform = platformRules.platform(file, endpoint, network.ipFamily());
    Registry registry = platformRules.registry(file);
    platformRules.disasterRecovery(file, endpoint, platform);
    new AddressRules(problems).check(file, nodes, network, endpoint, platform);
    NodeNaming naming = naming(file, nodes, network, problems);
    problems.throwIfAny(FaultCode.CLUSTER_FILE_INVALID);
    return new ClusterSpec(
        file.name().value(),
        kubernetes,
        naming,
        endpoint,
        network,
        platform,
        registry,
        file.containerdRoot().map(At::value).orElse("/var/lib/containerd"),
        file.capacity().map(At::value).orElse(nodes.size() == 1 ? "single-node" : "single-cluster"),
        disasterRecovery(file),
        new Checks(
            file.checks().disable().stream().map(At::value).toList(),
            plain(file.checks().limits())),
        nodes);
  }

  static boolean disasterRecovery(ClusterFile file) {
    return file.disasterRecovery().map(At::value).orElse(false);
  }

  /** Values without their lines, in the order written. */
  static Map<String, String> plain(Map<String, At<String>> written) {
    Map<String, String> out = new LinkedHashMap<>();
    written.forEach((k, v) -> out.put(k, v.value()));
    return Collections.unmodifiableMap(out);
  }

  private static Kubernetes kubernetes(ClusterFile file, Optional<Offer> offer, Problems problems) {
    var part = file.kubernetes();
    List<Version> offered = offer.map(Offer::kubernetesVersions).orElse(List.of());
    Optional<Version> version = Optional.empty();
    if (part.version().isPresent()) {
      At<String> written = part.version().get();
      version = Version.parse(written.value());
      if (version.isEmpty()) {
        problems.add(
            written.line(),
            "spec.kubernetes.version is \"" + written.value() + "\"",
            "three numbers, such as v1.31.4");
      } else if (offer.isPresent() && !offered.contains(version.get())) {
        problems.add(
            written.line(),
            "spec.kubernetes.version is " + version.get() + ", which the bundle does not carry",
            "it carries " + listed(offered));
      }
    } else {
      version = offered.stream().max(Version::compareTo);
    }
    ExtraArgs extraArgs = new ExtraArgs(problems);
    return new Kubernetes(
        version,
        part.maxPods().map(At::value).orElse(DEFAULT_MAX_PODS),
        extraArgs.check("kubelet", part.kubeletArgs()),
        extraArgs.check("apiServer", part.apiServerArgs()),
        extraArgs.check("controllerManager", part.controllerManagerArgs()),
        extraArgs.check("scheduler", part.schedulerArgs()));
  }

  static String listed(List<?> values) {
    return values.isEmpty()
        ? "none"
        : values.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  /** A node's name is a DNS-1123 subdomain, which cannot hold a colon. */
  private static NodeNaming naming(
      ClusterFile file, List<NodeSpec> nodes, Network network, Problems problems) {
    NodeNaming naming = file.nodeName().map(At::value).orElse(NodeNaming.IP);
    if (naming == NodeNaming.IP && network.ipFamily().hasV6()) {
      nodes.stream()
          .filter(n -> n.address().isV6())
          .findFirst()
          .ifPresent(
              n ->
                  problems.add(
                      file.nodeName().map(At::line).orElse(n.line()),
                      "spec.nodeName is ip, but "
                          + n.address()
                          + " is an IPv6 address and no name of a node can hold a colon",
                      "nodeName: hostname"));
    }
    return naming;
  }
}
