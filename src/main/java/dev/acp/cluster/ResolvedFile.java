package dev.acp.cluster;

import dev.acp.cluster.ClusterSpec.Endpoint.SelfBuiltVip;
import dev.acp.cluster.ClusterSpec.Kubernetes;
import dev.acp.cluster.ClusterSpec.Network;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Platform;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.value.NodeName;
import dev.acp.yaml.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A resolved cluster as a cluster file again: every default written out, and no secret. */
public final class ResolvedFile {
  private ResolvedFile() {}

  /** YAML that {@link ClusterFile} reads and {@link Resolver} resolves to the same cluster. */
  public static String write(ClusterSpec spec) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kubernetes", kubernetes(spec.kubernetes()));
    body.put("nodeName", ClusterFileReader.inFile(spec.nodeNaming()));
    body.put("endpoint", endpoint(spec));
    body.put("network", network(spec.network()));
    body.put("platform", platform(spec.platform()));
    body.put("registry", registry(spec.registry()));
    body.put("containerd", Map.of("root", spec.containerdRoot()));
    body.put("capacity", spec.capacity());
    body.put("disasterRecovery", spec.disasterRecovery());
    Map<String, Object> checks = new LinkedHashMap<>();
    checks.put("disable", spec.checks().disable());
    checks.put("limits", spec.checks().limits());
    body.put("checks", checks);
    body.put("nodes", spec.nodes().stream().map(ResolvedFile::node).toList());
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("apiVersion", ClusterFileReader.API_VERSION);
    file.put("kind", ClusterFileReader.KIND);
    file.put("metadata", Map.of("name", spec.name()));
    file.put("spec", body);
    return YamlText.write(file);
  }

  /**
   * Where a cluster differs, in what may not change between two runs of setup, from the one that a
   * kept resolved file describes: what is baked into certificates, etcd and every node's addresses.
   * Nodes may come, workers may go, and how they are reached may change.
   *
   * @param then as {@link #read} gives it
   * @return a line a difference, with what was and what is now; empty if there is none
   */
  public static List<String> differences(ClusterSpec then, ClusterSpec now) {
    Map<String, String> was = fixed(then);
    List<String> lines = new ArrayList<>();
    // a member of etcd does not leave by not being named
    for (NodeSpec node : dropped(then, now)) {
      if (node.isControlPlane()) {
        lines.add("control plane " + node.name() + ": acp remove-node takes it out of the cluster");
      }
    }
    fixed(now)
        .forEach(
            (key, value) -> {
              if (!value.equals(was.get(key))) {
                lines.add(key + ": was " + was.get(key) + ", is now " + value);
              }
            });
    return lines;
  }

  /**
   * The cluster of a kept resolved file.
   *
   * @param shownName the file's name as messages show it
   * @throws dev.acp.fault.InvalidInput CLUSTER_FILE_INVALID, if it is none
   */
  public static ClusterSpec read(String shownName, byte[] kept) {
    return Resolver.ofKept()
        .resolve(
            ClusterFile.read(shownName, kept),
            new Flags(Optional.empty(), Optional.empty()),
            Optional.empty());
  }

  /** The nodes that one cluster has and the other has not. */
  public static List<NodeSpec> dropped(ClusterSpec then, ClusterSpec now) {
    List<NodeName> left = now.nodes().stream().map(NodeSpec::name).toList();
    return then.nodes().stream().filter(node -> !left.contains(node.name())).toList();
  }

  private static Map<String, String> fixed(ClusterSpec spec) {
    Map<String, String> fixed = new LinkedHashMap<>();
    fixed.put("metadata.name", spec.name());
    fixed.put(
        "spec.kubernetes.version",
        spec.kubernetes().knownVersion().map(Object::toString).orElse("none"));
    fixed.put("spec.nodeName", ClusterFileReader.inFile(spec.nodeNaming()));
    endpoint(spec).forEach((key, value) -> fixed.put("spec.endpoint." + key, value.toString()));
    fixed.putIfAbsent("spec.endpoint.selfBuiltVip", "none");
    Map<String, Object> network = network(spec.network());
    network.remove("nic");
    network.forEach((key, value) -> fixed.put("spec.network." + key, value.toString()));
    fixed.put("spec.platform.address", spec.platform().address());
    fixed.put(
        "spec.registry",
        spec.registry() instanceof Registry.External e ? "external " + e.address() : "platform");
    fixed.put("spec.containerd.root", spec.containerdRoot());
    fixed.put("spec.disasterRecovery", Boolean.toString(spec.disasterRecovery()));
    return fixed;
  }

  private static Map<String, Object> kubernetes(Kubernetes kubernetes) {
    Map<String, Object> out = new LinkedHashMap<>();
    kubernetes.knownVersion().ifPresent(v -> out.put("version", v.toString()));
    out.put("maxPods", kubernetes.maxPods());
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("kubelet", kubernetes.kubeletArgs());
    args.put("apiServer", kubernetes.apiServerArgs());
    args.put("controllerManager", kubernetes.controllerManagerArgs());
    args.put("scheduler", kubernetes.schedulerArgs());
    out.put("extraArgs", args);
    return out;
  }

  private static Map<String, Object> endpoint(ClusterSpec spec) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("address", spec.endpoint().address());
    if (spec.endpoint().selfBuiltVip().isPresent()) {
      SelfBuiltVip vip = spec.endpoint().selfBuiltVip().get();
      Map<String, Object> inner = new LinkedHashMap<>();
      inner.put("enabled", true);
      inner.put("vrid", vip.vrid());
      inner.put("haproxy", vip.haproxy());
      out.put("selfBuiltVip", inner);
    }
    return out;
  }

  private static Map<String, Object> network(Network network) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("mode", network.mode());
    out.put("ipFamily", ClusterFileReader.inFile(network.ipFamily()));
    out.put("podCidr", texts(network.podCidrs()));
    out.put("nodeMask", network.nodeMasks());
    out.put("serviceCidr", texts(network.serviceCidrs()));
    out.put("joinCidr", texts(network.joinCidrs()));
    put(out, "nic", network.nic());
    out.put("kubeProxyMode", network.kubeProxyMode());
    return out;
  }

  private static Map<String, Object> platform(Platform platform) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("address", platform.address());
    out.put("otherAddresses", platform.otherAddresses());
    out.put("httpsPort", platform.httpsPort());
    platform.httpPort().ifPresent(p -> out.put("httpPort", p));
    out.put("isolation", platform.isolation());
    platform
        .certificate()
        .ifPresent(
            c -> {
              Map<String, Object> inner = new LinkedHashMap<>();
              inner.put("certFile", c.certFile().toString());
              inner.put("keyFile", c.keyFile().toString());
              out.put("certificate", inner);
            });
    return out;
  }

  private static Map<String, Object> registry(Registry registry) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (registry instanceof Registry.External e) {
      out.put("type", "external");
      out.put("address", e.address());
      put(out, "caFile", e.caFile());
      put(out, "user", e.user());
      put(out, "passwordFrom", e.password().map(ResolvedFile::source));
    } else if (registry instanceof Registry.PlatformRegistry p) {
      out.put("type", "platform");
      put(out, "user", p.user());
      put(out, "passwordFrom", p.password().map(ResolvedFile::source));
    }
    return out;
  }

  private static Map<String, Object> node(NodeSpec node) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("addresses", texts(node.addresses()));
    out.put("role", ClusterFileReader.inFile(node.role()));
    out.put("deployable", node.deployable());
    out.put("platformDedicated", node.platformDedicated());
    out.put("ssh", ssh(node.ssh()));
    put(out, "nic", node.nic());
    out.put("labels", node.labels());
    out.put("taints", node.taints());
    put(out, "displayName", node.displayName());
    out.put("gpu", node.gpu());
    return out;
  }

  private static Map<String, Object> ssh(Ssh ssh) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("user", ssh.user());
    out.put("address", ssh.address());
    out.put("port", ssh.port());
    put(out, "keyFile", ssh.keyFile());
    put(out, "passphraseFrom", ssh.passphrase().map(ResolvedFile::source));
    put(out, "passwordFrom", ssh.password().map(ResolvedFile::source));
    out.put("become", ClusterFileReader.inFile(ssh.become()));
    put(out, "becomePasswordFrom", ssh.becomePassword().map(ResolvedFile::source));
    put(out, "jump", ssh.jump());
    put(out, "socks5", ssh.socks5());
    return out;
  }

  /** A secret that was already read is asked for again. */
  private static String source(SecretSource source) {
    if (source instanceof SecretSource.Env e) {
      return "env:" + e.name();
    }
    return source instanceof SecretSource.SecretFile f ? "file:" + f.path() : "prompt";
  }

  private static void put(Map<String, Object> out, String key, Optional<?> value) {
    value.ifPresent(v -> out.put(key, v.toString()));
  }

  private static List<String> texts(List<?> values) {
    return values.stream().map(Object::toString).toList();
  }
}
