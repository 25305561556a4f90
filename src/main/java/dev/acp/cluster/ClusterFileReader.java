package dev.acp.cluster;

import dev.acp.cluster.ClusterFile.ChecksPart;
import dev.acp.cluster.ClusterFile.EndpointPart;
import dev.acp.cluster.ClusterFile.KubernetesPart;
import dev.acp.cluster.ClusterFile.NetworkPart;
import dev.acp.cluster.ClusterFile.NodePart;
import dev.acp.cluster.ClusterFile.PlatformPart;
import dev.acp.cluster.ClusterFile.RegistryPart;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.NodeNaming;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the sections of a cluster file; shapes and single values only, no rule between two. */
final class ClusterFileReader {
  static final String API_VERSION = "acp.dev/v1";
  static final String KIND = "GlobalCluster";

  private ClusterFileReader() {}

  static ClusterFile read(String shownName, byte[] content) {
    Problems problems = new Problems(shownName);
    Optional<YamlMap> top = Yaml.read(content, problems);
    if (top.isEmpty()) {
      problems.throwIfAny(FaultCode.CLUSTER_FILE_INVALID);
      throw new IllegalStateException("no mapping and no problem");
    }
    Fields file = Fields.of(top.get(), "apiVersion", "kind", "metadata", "spec");
    fixed(file, "apiVersion", API_VERSION);
    fixed(file, "kind", KIND);
    file.need("spec");
    Fields metadata = file.section("metadata", "name");
    return spec(problems, metadata, spec(file));
  }

  private static Fields spec(Fields file) {
    return file.section(
        "spec",
        "kubernetes",
        "nodeName",
        "endpoint",
        "network",
        "platform",
        "registry",
        "containerd",
        "capacity",
        "disasterRecovery",
        "checks",
        "ssh",
        "nodes");
  }

  private static ClusterFile spec(Problems problems, Fields metadata, Fields spec) {
    if (spec.isThere()) {
      spec.need("nodes");
    }
    Fields checks = spec.section("checks", "disable", "limits");
    return new ClusterFile(
        problems,
        metadata
            .as("name", Names::clusterName, Names.CLUSTER_NAME_WANTED)
            .orElse(new At<>("global", metadata.line())),
        kubernetes(spec),
        spec.as("nodeName", t -> ofEnum(NodeNaming.values(), t), "ip or hostname"),
        endpoint(spec),
        network(spec),
        platform(spec),
        registry(spec),
        spec.section("containerd", "root").as("root", Names::folder, Names.FOLDER_WANTED),
        spec.as(
            "capacity",
            Names.oneOf("single-node", "single-cluster", "multi-cluster", "none"),
            "single-node, single-cluster, multi-cluster or none"),
        spec.bool("disasterRecovery"),
        new ChecksPart(
            checks.list("disable", Names::checkId, "a check's id, such as swap-off"),
            checks.textMap("limits")),
        SshReader.defaults(spec),
        nodes(spec),
        spec.value("nodes").map(YamlValue::line).orElse(spec.line()));
  }

  private static KubernetesPart kubernetes(Fields spec) {
    Fields kubernetes = spec.section("kubernetes", "version", "maxPods", "extraArgs");
    Fields args =
        kubernetes.section("extraArgs", "kubelet", "apiServer", "controllerManager", "scheduler");
    return new KubernetesPart(
        kubernetes.line(),
        kubernetes.text("version"),
        kubernetes.number("maxPods", 1, 65535),
        args.textMap("kubelet"),
        args.textMap("apiServer"),
        args.textMap("controllerManager"),
        args.textMap("scheduler"));
  }

  private static EndpointPart endpoint(Fields spec) {
    Fields endpoint = spec.section("endpoint", "address", "selfBuiltVip");
    Fields vip = endpoint.section("selfBuiltVip", "enabled", "vrid", "haproxy");
    vip.need("enabled");
    return new EndpointPart(
        endpoint.line(),
        endpoint.as("address", Names::host, Names.HOST_WANTED),
        vip.bool("enabled"),
        vip.number("vrid", 1, 255),
        vip.bool("haproxy").map(At::value).orElse(false),
        vip.line());
  }

  private static NetworkPart network(Fields spec) {
    Fields network =
        spec.section(
            "network",
            "mode",
            "ipFamily",
            "podCidr",
            "nodeMask",
            "serviceCidr",
            "joinCidr",
            "nic",
            "kubeProxyMode");
    List<At<Integer>> masks = new ArrayList<>();
    for (YamlValue mask : network.value("nodeMask").map(YamlValue::asList).orElse(List.of())) {
      mask.asLong(1, 128).ifPresent(n -> masks.add(new At<>(Math.toIntExact(n), mask.line())));
    }
    return new NetworkPart(
        network.line(),
        network.as("mode", Names::modeName, "a network mode's name, such as kube-ovn"),
        network.as("ipFamily", t -> ofEnum(IpFamily.values(), t), "ipv4, ipv6 or dual"),
        network.cidrs("podCidr"),
        List.copyOf(masks),
        network.cidrs("serviceCidr"),
        network.cidrs("joinCidr"),
        network.as("nic", Names::nic, Names.NIC_WANTED),
        network.as("kubeProxyMode", Names.oneOf("ipvs", "iptables"), "ipvs or iptables"));
  }

  private static PlatformPart platform(Fields spec) {
    Fields platform =
        spec.section(
            "platform",
            "address",
            "otherAddresses",
            "httpsPort",
            "httpPort",
            "isolation",
            "certificate");
    Fields certificate = platform.section("certificate", "certFile", "keyFile");
    certificate.need("certFile");
    certificate.need("keyFile");
    return new PlatformPart(
        platform.line(),
        platform.as("address", Names::host, Names.HOST_WANTED),
        platform.list("otherAddresses", Names::host, Names.HOST_WANTED),
        platform.number("httpsPort", 1, 65535),
        platform.number("httpPort", 1, 65535),
        platform.bool("isolation").map(At::value).orElse(false),
        certificate.text("certFile"),
        certificate.text("keyFile"),
        certificate.isThere() ? Optional.of(certificate.line()) : Optional.empty());
  }

  private static RegistryPart registry(Fields spec) {
    Fields registry = spec.section("registry", "type", "address", "caFile", "user", "passwordFrom");
    return new RegistryPart(
        registry.line(),
        registry.as("type", Names.oneOf("platform", "external"), "platform or external"),
        registry.as("address", Names::hostPort, "a host with or without a port, host:5000"),
        registry.text("caFile"),
        registry.text("user"),
        SshReader.secret(registry, "passwordFrom"));
  }

  private static List<NodePart> nodes(Fields spec) {
    List<NodePart> out = new ArrayList<>();
    for (YamlValue item : spec.value("nodes").map(YamlValue::asList).orElse(List.of())) {
      item.asMap().ifPresent(m -> out.add(SshReader.node(m)));
    }
    return List.copyOf(out);
  }

  /** The constant whose name in lower case, with - for _, is the text. */
  static <E extends Enum<E>> Optional<E> ofEnum(E[] values, String text) {
    for (E value : values) {
      if (inFile(value).equals(text)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  static String inFile(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void fixed(Fields file, String key, String wanted) {
    file.need(key)
        .ifPresent(v -> v.as(t -> t.equals(wanted) ? Optional.of(t) : Optional.empty(), wanted));
  }
}
