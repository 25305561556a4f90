package dev.acp.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.GoldenFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.cluster.Offer.Overrides;
import dev.acp.fault.AcpException;
import dev.acp.fault.Problems;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KubeadmConfigTest {
  private static final Path FIELDS = Path.of("src/test/resources/kubeadm");
  private static final Secret TOKEN = Secret.of("abcdef.0123456789abcdef");

  /** What a container on the development machine needs (recipe.md) and no real machine has. */
  static final Overrides LAB =
      new Overrides("cgroupfs", true, Map.of("maxPerCore", 0, "min", 0), List.of("preflight"));

  private static ClusterSpec cluster(String sample, String version) {
    try {
      return Clusters.whole(
              Files.readString(Path.of("samples/clusters/" + sample + ".yaml")),
              Flags.none(),
              Optional.empty())
          .withKubernetesVersion(Version.of(version));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static KubeadmInput input(ClusterSpec spec, NodeSpec node, Overrides overrides) {
    return new KubeadmInput(
        spec,
        node,
        node.kubernetesName(spec.nodeNaming()).orElse("host-1"),
        "registry.acp.internal:11443/platform",
        "3.4.23",
        "3.9",
        overrides,
        List.of(),
        Optional.empty(),
        false);
  }

  private static String init(String sample, String version, Overrides overrides) {
    ClusterSpec spec = cluster(sample, version);
    return KubeadmConfig.init(input(spec, spec.controlPlanes().get(0), overrides), TOKEN);
  }

  private static String join(String sample, String version, int node) {
    ClusterSpec spec = cluster(sample, version);
    return KubeadmConfig.join(input(spec, spec.nodes().get(node), Overrides.none()), TOKEN);
  }

  @ParameterizedTest
  @CsvSource({"v1.20.2", "v1.22.17", "v1.28.4", "v1.31.4"})
  void theProductsConfigurationIsAsRecorded(String version) throws IOException {
    String start = "kubeadm/" + version + "-";
    GoldenFile.check(
        start + "init.yaml", init("three-control-planes-vip", version, Overrides.none()));
    GoldenFile.check(
        start + "join-control-plane.yaml", join("three-control-planes-vip", version, 1));
    GoldenFile.check(start + "join-worker.yaml", join("three-control-planes-vip", version, 3));
  }

  @Test
  void theLabsConfigurationIsAsRecorded() throws IOException {
    GoldenFile.check("kubeadm/v1.20.2-init-lab.yaml", init("single-node", "v1.20.2", LAB));
    ClusterSpec spec = cluster("single-node", "v1.20.2");
    assertThat(KubeadmConfig.arguments(input(spec, spec.nodes().get(0), LAB), "/f"))
        .containsExactly("--config", "/f", "--skip-phases=preflight");
  }

  /** operations.md, fact 8: the key of a control plane's own taint changed twice. */
  @ParameterizedTest
  @CsvSource({"v1.20.2", "v1.24.0", "v1.31.4"})
  void taintsExtraArgumentsAndMaxPodsReachKubeadm(String version) throws IOException {
    String file =
        Files.readString(Path.of("samples/clusters/three-control-planes-vip.yaml"))
            .replace(
                "{addresses: [10.0.0.12], role: control-plane}",
                "{addresses: [10.0.0.12], role: control-plane, deployable: true}")
            .replace(
                "{addresses: [10.0.0.21], role: worker, displayName: app-1}",
                "{addresses: [10.0.0.21], role: worker, taints: ['dedicated=db:NoExecute']}")
            .replace(
                "kubernetes: {maxPods: 110}",
                "kubernetes: {maxPods: 77, extraArgs: {kubelet: {kube-reserved: cpu=100m},"
                    + " apiServer: {audit-log-maxage: '7'}, controllerManager: {v: '3'},"
                    + " scheduler: {v: '4'}}}");
    ClusterSpec spec =
        Clusters.whole(file, Flags.none(), Optional.empty())
            .withKubernetesVersion(Version.of(version));
    String kept = KubeadmConfig.init(input(spec, spec.nodes().get(0), Overrides.none()), TOKEN);
    assertThat(kept).contains("node-role.kubernetes.io/", "NoSchedule", "maxPods: 77");
    assertThat(kept).contains("kube-reserved", "cpu=100m", "audit-log-maxage", "scheduler:");
    assertThat(kept).containsPattern("controllerManager:[\\s\\S]*\"?v\"?");
    String open = KubeadmConfig.join(input(spec, spec.nodes().get(1), Overrides.none()), TOKEN);
    assertThat(open).contains("taints: []", "kube-reserved");
    String worker = KubeadmConfig.join(input(spec, spec.nodes().get(3), Overrides.none()), TOKEN);
    assertThat(worker).contains("key: \"dedicated\"", "value: \"db\"", "effect: \"NoExecute\"");
  }

  @Test
  void dualStackIsAsRecorded() throws IOException {
    GoldenFile.check(
        "kubeadm/v1.20.2-init-dual.yaml", init("dual-stack", "v1.20.2", Overrides.none()));
    GoldenFile.check(
        "kubeadm/v1.31.4-init-dual.yaml", init("dual-stack", "v1.31.4", Overrides.none()));
  }

  /** operations.md, section 4, item 1. */
  @ParameterizedTest
  @CsvSource({"v1.20.2", "v1.22.17", "v1.28.4", "v1.31.4"})
  void noSettingOfTheLabIsAmongTheProductsDefaults(String version) {
    for (String sample : List.of("single-node", "three-control-planes-vip", "sudo-user")) {
      ClusterSpec spec = cluster(sample, version);
      for (NodeSpec node : spec.nodes()) {
        KubeadmInput in = input(spec, node, Overrides.none());
        String all = KubeadmConfig.init(in, TOKEN) + KubeadmConfig.join(in, TOKEN);
        assertThat(all)
            .contains("cgroupDriver: \"systemd\"")
            .doesNotContain("cgroupfs", "maxPerCore", "conntrack", "ignorePreflight", "skipPhases");
        assertThat(KubeadmConfig.arguments(in, "/f")).containsExactly("--config", "/f");
      }
    }
  }

  static Stream<List<String>> texts() {
    List<List<String>> out = new ArrayList<>();
    for (String version :
        List.of("v1.20.2", "v1.21.14", "v1.22.17", "v1.28.4", "v1.30.9", "v1.31.4", "v1.35.0")) {
      for (String sample : List.of("single-node", "three-control-planes-vip", "dual-stack")) {
        ClusterSpec spec = cluster(sample, version);
        KubeadmInput plain = input(spec, spec.nodes().get(0), LAB);
        KubeadmInput full =
            new KubeadmInput(
                withArgs(spec),
                plain.node(),
                "n",
                "r/platform",
                "3.5",
                "3.9",
                LAB,
                List.of("Swap"),
                Optional.of("/etc/kubernetes/patches"),
                true);
        out.add(
            List.of(
                version,
                KubeadmConfig.init(full, TOKEN) + "---\n" + KubeadmConfig.join(full, TOKEN)));
        NodeSpec last = spec.nodes().get(spec.nodes().size() - 1);
        out.add(List.of(version, KubeadmConfig.join(input(spec, last, LAB), TOKEN)));
      }
    }
    return out.stream();
  }

  private static ClusterSpec withArgs(ClusterSpec spec) {
    Map<String, String> args = Map.of("v", "4");
    return new ClusterSpec(
        spec.name(),
        new ClusterSpec.Kubernetes(spec.kubernetes().version(), 110, args, args, args, args),
        spec.nodeNaming(),
        spec.endpoint(),
        spec.network(),
        spec.platform(),
        spec.registry(),
        spec.containerdRoot(),
        spec.capacity(),
        spec.disasterRecovery(),
        spec.checks(),
        spec.nodes());
  }

  /** The types' fields stand in src/test/resources/kubeadm, with the types.go they come from. */
  @ParameterizedTest
  @MethodSource("texts")
  void everyFieldIsOneOfTheTypesAndHasItsShape(List<String> versionAndText) throws IOException {
    for (String document : versionAndText.get(1).split("---\n", -1)) {
      YamlMap map = yaml(document);
      String api = map.needString("apiVersion").orElseThrow();
      String kind = map.needString("kind").orElseThrow();
      String file =
          api.startsWith("kubeadm.k8s.io/")
              ? api.substring("kubeadm.k8s.io/".length())
              : kind.startsWith("Kubelet") ? "kubelet" : "kube-proxy";
      Fields fields = new Fields(yaml(Files.readString(FIELDS.resolve(file + ".yaml"))));
      fields.check(kind, map);
      if (api.endsWith("/v1beta4")) {
        assertThat(document).doesNotContain("timeoutForControlPlane");
      }
    }
  }

  @Test
  void theApiVersionFollowsTheKubernetesVersion() {
    assertThat(init("single-node", "v1.21.14", Overrides.none())).contains("/v1beta2\"");
    assertThat(init("single-node", "v1.22.0", Overrides.none())).contains("/v1beta3\"");
    assertThat(init("single-node", "v1.30.9", Overrides.none())).contains("/v1beta3\"");
    assertThat(init("single-node", "v1.31.0", Overrides.none())).contains("/v1beta4\"");
    assertThatThrownBy(() -> init("single-node", "v1.19.16", Overrides.none()))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("v1.20.0");
  }

  @Test
  void patchesAreNamedByFlagUntil121AndInTheFileLater() {
    for (String version : List.of("v1.21.14", "v1.22.17")) {
      ClusterSpec spec = cluster("single-node", version);
      KubeadmInput p = input(spec, spec.nodes().get(0), Overrides.none());
      KubeadmInput in =
          new KubeadmInput(
              spec,
              p.node(),
              "n",
              "r",
              "1",
              "1",
              Overrides.none(),
              List.of(),
              Optional.of("/p"),
              false);
      boolean old = version.startsWith("v1.21");
      assertThat(KubeadmConfig.init(in, TOKEN).contains("directory: \"/p\"")).isEqualTo(!old);
      assertThat(KubeadmConfig.arguments(in, "/f").contains("--experimental-patches=/p"))
          .isEqualTo(old);
    }
  }

  @Test
  void theTaintOfAControlPlaneFollowsTheVersionAndDeployableDropsIt() {
    String vip = "three-control-planes-vip";
    assertThat(init(vip, "v1.23.17", Overrides.none()))
        .contains("node-role.kubernetes.io/master")
        .doesNotContain("node-role.kubernetes.io/control-plane");
    assertThat(init(vip, "v1.24.17", Overrides.none()))
        .contains("node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane");
    assertThat(init(vip, "v1.25.16", Overrides.none()))
        .contains("node-role.kubernetes.io/control-plane")
        .doesNotContain("node-role.kubernetes.io/master");
    assertThat(init("single-node", "v1.31.4", Overrides.none())).contains("taints: []");
  }

  private static YamlMap yaml(String text) {
    Problems problems = new Problems("test");
    return Yaml.read(text.getBytes(StandardCharsets.UTF_8), problems)
        .orElseThrow(() -> new AssertionError(problems.all()));
  }

  private record Fields(YamlMap types) {
    void check(String type, YamlMap value) {
      Map<String, String> known = types.stringMap(type);
      assertThat(known).as("type " + type).isNotEmpty();
      for (Map.Entry<String, YamlValue> e : value.entries().entrySet()) {
        String what = type + "." + e.getKey();
        assertThat(known).as(what).containsKey(e.getKey());
        String shape = known.get(e.getKey());
        YamlValue v = e.getValue();
        String inner = shape.substring(shape.indexOf(' ') + 1);
        if (shape.startsWith("list ")) {
          assertThat(v.isList()).as(what + " is a list").isTrue();
          if (!types.stringMap(inner).isEmpty()) {
            v.asList().forEach(i -> check(inner, i.asMap().orElseThrow()));
          }
        } else if (shape.startsWith("map ")) {
          assertThat(v.isMap()).as(what + " is a map").isTrue();
        } else if (!types.stringMap(shape).isEmpty()) {
          check(shape, v.asMap().orElseThrow());
        } else {
          assertThat(v.isMap() || v.isList()).as(what + " is a scalar").isFalse();
        }
      }
    }
  }
}
