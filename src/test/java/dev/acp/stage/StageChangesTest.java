package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.acp.GoldenFile;
import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.Leaves;
import dev.acp.change.Change.PutFile;
import dev.acp.change.Change.UnitState;
import dev.acp.change.Scripts;
import dev.acp.check.Recorded;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.endpoint.Haproxy;
import dev.acp.endpoint.Keepalived;
import dev.acp.file.Res;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Stage;
import dev.acp.stage.Bench.Wanted;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What setup wants of two nodes, stage by stage. */
class StageChangesTest {
  private static final List<String> LAB_SETTINGS =
      List.of("cgroupfs", "restrict_oom_score_adj = true", "maxPerCore", "preflight");

  /** IPv6 alone, and haproxy on the virtual address. */
  private static final String PROXIED =
      """
      apiVersion: acp.dev/v1
      kind: GlobalCluster
      metadata: {name: global}
      spec:
        nodeName: hostname
        endpoint: {address: "fd00::100", selfBuiltVip: {enabled: true, vrid: 51, haproxy: true}}
        network: {mode: hostgw, ipFamily: ipv6, podCidr: ["fd00:10:3::/48"], serviceCidr: ["fd00:10:4::/112"]}
        platform: {address: acp.example.com}
        ssh: {user: root, keyFile: /k}
        nodes:
          - {addresses: ["fd00::11"], role: control-plane, nic: eth0}
          - {addresses: ["fd00::12"], role: control-plane, nic: eth0}
          - {addresses: ["fd00::13"], role: control-plane, nic: eth0}
          - {addresses: ["fd00::21"], role: worker, labels: {disk: ssd, zone: a}}
      """;

  @TempDir static Path folder;
  private static Bench lab;
  private static Bench product;
  private static Bench proxied;

  @BeforeAll
  static void make() throws IOException {
    lab = Bench.in(folder.resolve("lab"), true, Bench.debian());
    product = Bench.in(folder.resolve("product"), false, Recorded.of("rhel-8.6"));
    proxied = Bench.in(folder.resolve("proxied"), true, Bench.debian(), PROXIED);
  }

  private static String lines(Bench bench) {
    StringBuilder out = new StringBuilder();
    String head = "";
    for (Wanted w : bench.all()) {
      String now = w.stage() + " on " + w.node();
      if (!now.equals(head)) {
        out.append(head.isEmpty() ? "" : "\n").append(now).append('\n');
        head = now;
      }
      out.append("  ").append(w.line()).append('\n');
    }
    return out.toString();
  }

  @Test
  void theChangesOfEveryStageAreThese() throws IOException {
    GoldenFile.check("stage/debian-12.txt", lines(lab));
    GoldenFile.check("stage/rhel-8.6.txt", lines(product));
    GoldenFile.check("stage/ipv6-haproxy.txt", lines(proxied));
  }

  /** operations.md, fact 2: the API server must leave port 6443 of the VIP to haproxy. */
  @Test
  void withHaproxyEachApiServerHasItsNodesAddressAndKubeadmIsToldSo() {
    for (NodeSpec node : proxied.in.spec().controlPlanes()) {
      assertThat(text(node.name(), Haproxy.API_SERVER_PATCH))
          .contains("\"--bind-address=" + node.address() + "\"");
      assertThat(text(node.name(), Keepalived.CONFIG))
          .contains("-url https://127.0.0.1:6444/readyz", "fd00::100/128");
    }
    List<String> kubeadm =
        proxied.all().stream()
            .map(Wanted::change)
            .filter(Change.Action.class::isInstance)
            .map(Change.Action.class::cast)
            .filter(a -> Set.of("kubeadm-init", "join-control-plane").contains(a.name()))
            .map(a -> a.args().get(a.args().size() - 1))
            .toList();
    assertThat(kubeadm).hasSize(3).containsOnly("/etc/kubernetes/acp/patches");
    assertThat(lines(lab)).doesNotContain("kube-apiserver0", "haproxy", "nonlocal");
  }

  /** kubeadm init waits at the load balancer's address, and never says that it does. */
  @Test
  void behindALoadBalancerKubeadmInitIsToldWhereItMayWaitInVain() throws IOException {
    Bench behind =
        Bench.in(
            folder.resolve("behind"),
            true,
            Bench.debian(),
            PROXIED.replaceFirst("endpoint: .*", "endpoint: {address: lb.example.com}"));
    List<List<String>> args =
        behind.all().stream()
            .map(Wanted::change)
            .filter(c -> c instanceof Change.Action a && a.name().equals("kubeadm-init"))
            .map(c -> ((Change.Action) c).args())
            .toList();
    assertThat(args)
        .singleElement()
        .satisfies(
            a ->
                assertThat(a.subList(2, a.size()))
                    .containsExactly("https://[fd00::11]:6443", "https://lb.example.com:6443"));
  }

  private static String text(NodeName node, String path) {
    return proxied.all().stream()
        .filter(w -> w.node().equals(node) && w.line().contains(path))
        .map(Wanted::text)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theWantedStateIsTheSameEachTimeItIsAskedFor() {
    assertThat(lab.all().stream().map(w -> w.line() + w.text()).toList())
        .isEqualTo(lab.all().stream().map(w -> w.line() + w.text()).toList());
  }

  @Test
  void noTwoChangesOfAStageOnANodeHaveTheSameId() {
    for (Bench bench : List.of(lab, product)) {
      Set<String> ids = new HashSet<>();
      for (Wanted w : bench.all()) {
        assertThat(ids.add(w.stage() + w.node() + w.change().id())).as(w.change().id()).isTrue();
      }
    }
  }

  /** Everything that must not be seen: each line of each private key, tokens, the registry's. */
  private static List<String> secrets(Bench bench) {
    List<String> all = new ArrayList<>();
    bench.in.decisions().secrets().values().stream().map(Secret::reveal).forEach(all::add);
    // a token's halves, which the list of tokens parts by a space
    bench.in.decisions().secrets().values().stream()
        .map(Secret::reveal)
        .filter(s -> s.indexOf('.') > 0)
        .forEach(s -> all.add(s.substring(s.indexOf('.') + 1)));
    List<Secret> keys = new ArrayList<>();
    bench.in.pki().controlPlaneFiles().stream()
        .filter(f -> f.name().endsWith(".key"))
        .forEach(f -> keys.add(f.content()));
    keys.add(bench.in.pki().nodeClient().keyPem());
    keys.add(bench.in.pki().pushClient().keyPem());
    keys.add(bench.in.pki().registryServer(Bench.FIRST).keyPem());
    for (Secret key : keys) {
      // the second line, since the first is the same for all
      all.add(key.reveal().lines().toList().get(2).strip());
    }
    return all;
  }

  @Test
  void aFileThatHoldsASecretIsRootsAlone() {
    List<String> secrets = secrets(lab);
    assertThat(secrets).hasSizeGreaterThan(12).allMatch(s -> s.length() > 8);
    List<String> holders = new ArrayList<>();
    for (Wanted w : lab.all()) {
      if (secrets.stream().anyMatch(w.text()::contains) || w.text().contains("PRIVATE KEY")) {
        holders.add(w.change().subject());
        assertThat(((PutFile) w.change()).mode()).as(w.change().subject()).isEqualTo("0600");
      }
    }
    assertThat(holders)
        .contains(
            "/etc/kubernetes/pki/ca.key",
            "/etc/kubernetes/pki/sa.key",
            "/etc/kubernetes/pki/etcd/ca.key",
            "/etc/kubernetes/pki/front-proxy-ca.key",
            "/etc/kubernetes/acp/kubeadm-init.yaml",
            "/etc/kubernetes/acp/kubeadm-join.yaml",
            "/etc/kubernetes/acp/tokens");
    // acp's own key for pushing stays where acp is, but for the copy that adopt reads
    String push = lab.in.pki().pushClient().keyPem().reveal().lines().toList().get(2);
    assertThat(lab.all())
        .filteredOn(w -> w.text().contains(push))
        .allMatch(w -> w.change().subject().startsWith("/var/lib/acp/node/installer/"));
  }

  @Test
  void aSecretIsInNoSubjectIdOrArgumentAndInNoTextOfAChangeOrOfTheInputs() {
    for (Wanted w : lab.all()) {
      Change change = w.change();
      String shown = change.subject() + change.id() + change.verb() + change;
      if (change instanceof Action action) {
        shown += action.args();
      }
      for (String secret : secrets(lab)) {
        assertThat(shown).doesNotContain(secret);
      }
      assertThat(shown).doesNotContain("PRIVATE");
    }
    for (String secret : secrets(lab)) {
      assertThat(lab.in.toString()).doesNotContain(secret);
    }
  }

  private static String rendered(Bench bench) {
    StringBuilder out = new StringBuilder();
    for (Wanted w : bench.all()) {
      // a bundle's own programs and images say what they like
      out.append(w.text()).append('\n');
      if (w.change() instanceof Action action) {
        out.append(action.args()).append('\n');
      }
    }
    return out.toString();
  }

  @Test
  void noSettingOfTheLabIsInWhatAProductsBundleRendersForRhel() {
    assertThat(product.in.offer().overrides()).isEqualTo(dev.acp.cluster.Offer.Overrides.none());
    // kubeadm's flag for what join.sh passes over; the phase of that name is the lab's to leave out
    String text = rendered(product).replace("--ignore-preflight-errors", "");
    for (String setting : LAB_SETTINGS) {
      assertThat(text).doesNotContain(setting);
    }
    assertThat(text)
        .contains("SystemdCgroup = true")
        .doesNotContain("restrict_oom_score_adj")
        .doesNotContain("nf_conntrack_max")
        .doesNotContain("debian");
  }

  @Test
  void theSamplesOverridesAreInWhatItRenders() {
    String text = rendered(lab);
    for (String setting : LAB_SETTINGS) {
      assertThat(text).contains(setting);
    }
    assertThat(text).contains("SystemdCgroup = false").contains("maxPerCore: 0");
  }

  private static int at(List<Change> changes, String id) {
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i).id().equals(id)) {
        return i;
      }
    }
    throw new AssertionError("no change " + id);
  }

  private static int lastLeaving(List<Change> changes) {
    int last = -1;
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i) instanceof Leaves) {
        last = i;
      }
    }
    return last;
  }

  @Test
  void whatKubernetesLeavesIsDeclaredBeforeTheKubeletStartsWithTheEndOfContainersBetween() {
    for (List<Change> changes :
        List.of(lab.of(new ControlPlane(), Bench.FIRST), lab.of(new Workers(), Bench.WORKER))) {
      int leavings = lastLeaving(changes);
      int containers = at(changes, "action:containers");
      int kubelet = at(changes, "unit:kubelet.service");
      assertThat(leavings).isPositive().isLessThan(containers);
      assertThat(containers).isLessThan(kubelet);
      assertThat(kubelet).isLessThan(changes.size() - 1);
      assertThat(changes.get(changes.size() - 1)).isInstanceOf(Action.class);
      // every file that kubeadm reads is there before it, and what the mode leaves is declared
      assertThat(changes)
          .filteredOn(c -> c instanceof PutFile)
          .isNotEmpty()
          .allMatch(c -> changes.indexOf(c) < kubelet);
      assertThat(changes)
          .contains(
              new Leaves(Leaves.Kind.LINK, "cni0"),
              new Leaves(Leaves.Kind.ROUTE, "proto 177"),
              new Leaves(Leaves.Kind.PATH, "/var/lib/kubelet"),
              new Leaves(Leaves.Kind.CHAIN, "KUBE-*"));
    }
  }

  @Test
  void whatContainerdAndTheRegistryLeaveIsDeclaredBeforeTheyStart() {
    List<Change> runtime = lab.of(new ContainerRuntime(), Bench.WORKER);
    assertThat(lastLeaving(runtime))
        .isNotNegative()
        .isLessThan(at(runtime, "unit:containerd.service"));
    List<Change> registry = lab.of(new RegistryUnit(), Bench.FIRST);
    assertThat(lastLeaving(registry))
        .isNotNegative()
        .isLessThan(at(registry, "unit:acp-registry.service"));
  }

  @Test
  void aUnitIsRestartedWhenAFileThatItReadsDiffers() {
    UnitState before = unit(lab, new ContainerRuntime(), "containerd.service");
    UnitState after = unit(product, new ContainerRuntime(), "containerd.service");
    assertThat(before.stamp()).isPresent().isNotEqualTo(after.stamp());
    assertThat(unit(lab, new RegistryUnit(), "acp-registry.service").stamp())
        .isPresent()
        // another cluster's registry has another certificate
        .isNotEqualTo(unit(product, new RegistryUnit(), "acp-registry.service").stamp());
  }

  private static UnitState unit(Bench bench, Stage.OnNodes<SetupInput> stage, String unit) {
    List<Change> changes = bench.of(stage, Bench.FIRST);
    return (UnitState) changes.get(at(changes, "unit:" + unit));
  }

  @Test
  void everyScriptOfAnActionOrGoalIsThereAndAnswersToTheThreeWords() {
    for (Wanted w : lab.all()) {
      if (w.change() instanceof Action action) {
        assertThat(Scripts.action(action.script())).contains("observe)", "apply)", "undo)");
      }
    }
    int goals = 0;
    for (Stage<SetupInput> stage : dev.acp.operation.Setup.plan().stages()) {
      if (stage instanceof Stage.OnNodes<SetupInput> on) {
        for (Goal goal : on.goal(lab.in.nodes().get(Bench.FIRST), lab.in).stream().toList()) {
          goals++;
          assertThatCode(() -> Res.text("goals/" + goal.script())).doesNotThrowAnyException();
          assertThat(goal.limit()).isPositive();
        }
      }
    }
    assertThat(goals).isGreaterThan(4);
  }

  @Test
  void joiningNodesNeverSeeEachOthersTokens() {
    String own = lab.in.decisions().secret(Tokens.nameFor(Bench.WORKER)).reveal();
    String init = lab.in.decisions().secret(Tokens.INIT).reveal();
    assertThat(own).isNotEqualTo(init).matches("[a-z0-9]{6}\\.[a-z0-9]{16}");
    for (Wanted w : lab.all()) {
      if (w.node().equals(Bench.WORKER)) {
        assertThat(w.text()).doesNotContain(init);
      }
    }
    assertThat(lab.all()).anyMatch(w -> w.text().contains(own) && w.node().equals(Bench.WORKER));
  }
}
