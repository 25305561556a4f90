package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.Flags;
import dev.acp.fault.Texts;
import dev.acp.kube.CertificateFile;
import dev.acp.kube.CertificateFile.Content;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.kube.NodeCertificates;
import dev.acp.node.FakeNodes;
import dev.acp.node.Node;
import dev.acp.operation.RenewCertificates;
import dev.acp.pipeline.Stage;
import dev.acp.pki.ClusterPki;
import dev.acp.value.ClusterId;
import dev.acp.value.Digest;
import dev.acp.value.IpAddress;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a renewal does where, and in which order. */
class RenewInputTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final ClusterSpec SPEC =
      Clusters.whole(
              """
          apiVersion: acp.dev/v1
          kind: GlobalCluster
          metadata: {name: global}
          spec:
            endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}
            nodes:
              - {addresses: [10.0.0.11], role: control-plane}
              - {addresses: [10.0.0.12], role: control-plane}
              - {addresses: [10.0.0.13], role: control-plane}
              - {addresses: [10.0.0.21], role: worker}
          """,
              Flags.none(),
              Optional.empty())
          .withKubernetesVersion(Version.of("v1.20.2"));

  @TempDir Path dir;
  private final Map<NodeName, NodeCertificates> seen = new LinkedHashMap<>();

  private static CertificateFile file(Kind kind, String path, int days) {
    Instant end = NOW.plus(Duration.ofDays(days));
    return new CertificateFile(
        NodeName.of("x"),
        kind,
        path,
        Digest.ofText(path),
        Optional.of(new Content("CN=x", end.minus(Duration.ofDays(365)), end)));
  }

  private void node(String name, boolean unfinished, boolean holder, CertificateFile... files) {
    NodeName node = NodeName.of(name);
    seen.put(node, new NodeCertificates(node, NOW, false, unfinished, holder, List.of(files)));
  }

  private RenewInput input(boolean all, String... kubelets) throws IOException {
    Map<NodeName, List<IpAddress>> planes = new LinkedHashMap<>();
    SPEC.controlPlanes().forEach(n -> planes.put(n.name(), n.addresses()));
    Map<NodeName, Secret> pems = new LinkedHashMap<>();
    for (String name : kubelets) {
      pems.put(NodeName.of(name), Secret.of("pem of " + name));
    }
    return new RenewInput(
        SPEC,
        Decisions.begin(
            new ClusterId("6f1ed002-ab5d-4a2c-9f0e-1b8a3a6c1d11"),
            Version.of("v1.20.2"),
            NodeName.of("10.0.0.11"),
            Map.of()),
        ClusterPki.loadOrCreate(
            dir.resolve("pki"),
            Clock.systemUTC(),
            new SecureRandom(),
            new ClusterPki.Wanted(planes, List.of("registry.acp.internal"))),
        "id",
        seen,
        Duration.ofDays(30),
        all,
        pems);
  }

  private static List<String> texts(List<NodeName> names) {
    return names.stream().map(NodeName::text).toList();
  }

  private static Node fake(String name) {
    return new Node(
        SPEC.node(NodeName.of(name)),
        FakeNodes.remote(
            c -> {
              throw new UnsupportedOperationException();
            }));
  }

  @Test
  void theHolderOfTheAddressComesLastAndWhatWasCutOffFirst() throws IOException {
    node("10.0.0.11", false, true, file(Kind.ETCD, "/e", 5));
    node("10.0.0.12", false, false, file(Kind.KUBECONFIG, "/k", 5));
    node("10.0.0.13", true, false, file(Kind.ETCD, "/e", 300));
    node("10.0.0.21", false, false, file(Kind.KUBELET_CLIENT, "/c", 300));
    assertThat(texts(input(false).controlPlanes()))
        .containsExactly("10.0.0.13", "10.0.0.12", "10.0.0.11");
    assertThat(input(false).nothing()).isFalse();
    assertThat(input(false).blind()).isFalse();
    assertThat(new RenewControlPlanes().scope(input(false)).atOnce()).isEqualTo(1);
    assertThat(new RenewControlPlanes().goal(fake("10.0.0.11"), input(false))).isPresent();
  }

  @Test
  void onlyWhatIsDueIsTouchedUnlessAllIsAskedFor() throws IOException {
    node("10.0.0.11", false, false, file(Kind.ETCD, "/e", 300), file(Kind.AUTHORITY, "/a", 5));
    node(
        "10.0.0.21",
        false,
        false,
        file(Kind.KUBELET_SERVER, "/s", 5),
        file(Kind.REGISTRY_CLIENT, "/r", 5));
    assertThat(input(false).controlPlanes()).isEmpty();
    assertThat(texts(input(false).kubeletNodes())).containsExactly("10.0.0.21");
    assertThat(texts(input(false).registryNodes())).containsExactly("10.0.0.21");
    assertThat(texts(input(true).controlPlanes())).containsExactly("10.0.0.11");
    List<Change> kubelet = new RenewKubelets().changes(fake("10.0.0.21"), input(false));
    assertThat(((Action) kubelet.get(0)).args()).containsExactly("-", Digest.ofText("/s").hex());
    assertThat(new RenewRegistry().changes(fake("10.0.0.21"), input(false)))
        .extracting(Change::id)
        .containsExactly(
            "file:/etc/containerd/acp/client.crt", "file:/etc/containerd/acp/client.key");
  }

  @Test
  void whereEtcdCannotBeWholeNothingIsAwaitedInBetween() throws IOException {
    node("10.0.0.11", false, false, file(Kind.ETCD, "/e", -1));
    node("10.0.0.12", false, false, file(Kind.ETCD, "/e", 300));
    assertThat(input(false).blind()).isTrue();
    Action action =
        (Action) new RenewControlPlanes().changes(fake("10.0.0.11"), input(false)).get(0);
    assertThat(action.args())
        .containsExactly(
            "id", "10.0.0.11", "https://10.0.0.11:6443", "blind", "/e", Digest.ofText("/e").hex());
    assertThat(new RenewControlPlanes().goal(fake("10.0.0.11"), input(false))).isEmpty();
    assertThat(new ControlPlanesBack().goal(fake("10.0.0.11"), input(false))).isPresent();
  }

  @Test
  void aKubeletsNewCertificateNeverStandsInAnArgument() throws IOException {
    node("10.0.0.21", false, false, file(Kind.KUBELET_CLIENT, "/c", -1));
    List<Change> changes =
        new RenewKubelets().changes(fake("10.0.0.21"), input(false, "10.0.0.21"));
    assertThat(changes).hasSize(2);
    assertThat(changes.get(1).toString()).doesNotContain("pem of");
  }

  @Test
  void everyStageHasATitleInBothLanguages() {
    for (Stage<RenewInput> stage : RenewCertificates.plan().stages()) {
      for (Lang lang : Lang.values()) {
        assertThat(Texts.of(lang).get("stage." + stage.id() + ".title")).isNotBlank();
      }
    }
    assertThat(RenewCertificates.plan().stages().stream().map(s -> s.id().text()))
        .containsExactly(
            "renew-kubelets",
            "renew-control-planes",
            "control-planes-back",
            "nodes-back",
            "renew-registry",
            "installer-copy");
  }
}
