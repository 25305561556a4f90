package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.change.Preprocess;
import dev.acp.check.CheckList;
import dev.acp.check.CheckRun;
import dev.acp.check.Recorded;
import dev.acp.check.SupportMatrix;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.Flags;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.node.FakeNodes;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemotePath;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.Bytes;
import dev.acp.value.ClusterId;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The checks before, the preparation, and the checks after it, over recorded probes. */
class ReadinessTest {
  private static final NodeName N1 = NodeName.of("10.0.0.11");
  private static final NodeName N2 = NodeName.of("10.0.0.12");
  private static final ClusterId CLUSTER = new ClusterId("11111111-2222-3333-4444-555555555555");
  private static final ClusterSpec SPEC =
      Clusters.whole(
          """
          apiVersion: acp.dev/v1
          kind: GlobalCluster
          metadata: {name: global}
          spec:
            kubernetes: {version: v1.31.4}
            nodeName: hostname
            endpoint: {address: 10.0.0.11}
            network: {mode: calico, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
            platform: {address: 10.0.0.11}
            capacity: single-cluster
            ssh: {user: root, keyFile: /k}
            nodes:
              - {addresses: [10.0.0.11], role: control-plane}
              - {addresses: [10.0.0.12], role: worker}
          """,
          Flags.none(),
          Optional.empty());

  private final List<Event> told = new ArrayList<>();
  private volatile String answer = "ok";
  private final AtomicInteger tries = new AtomicInteger();
  private final Map<String, String> initSays = new LinkedHashMap<>();

  private static Recorded first() {
    return Recorded.of("ubuntu-22.04");
  }

  private static Recorded second() {
    return first()
        .with("hostname", "ubuntu-2")
        .with("machine-id", "5".repeat(32))
        .with("product-uuid", "other")
        .with("links", "2: eth0: <UP> mtu 1500 link/ether 52:54:00:12:34:99 brd ff:ff:ff:ff:ff:ff")
        .with("addresses", "2: eth0    inet 10.0.0.12/24 scope global eth0");
  }

  private static Recorded swapOn(Recorded node) {
    return node.with("swaps", "Filename Type Size Used Priority", "/dev/sda2 partition 1 0 -2");
  }

  private SetupInput input(Recorded facts, Function<Node, NodeFacts> probe) {
    Map<NodeName, Node> nodes = new LinkedHashMap<>();
    for (NodeName name : List.of(N1, N2)) {
      nodes.put(name, FakeNodes.node(name.text(), command -> across(name, command)));
    }
    return new SetupInput(
        SPEC,
        null,
        null,
        Decisions.begin(CLUSTER, SPEC.kubernetes().version(), N1, Map.of()),
        null,
        nodes,
        Map.of(N1, facts.facts(), N2, second().facts()),
        new CheckRun(SPEC, CheckList.load(), SupportMatrix.product(), Optional.of(CLUSTER)),
        probe,
        new Preprocess(this::writer, Optional.of(CLUSTER), Events.none(), new Stop()),
        RegistryAccess.none(),
        Map.of());
  }

  /** A fake of res/across.sh: what a node that reaches the other one prints. */
  private CommandResult across(NodeName name, Command command) {
    assertThat(command.what()).isEqualTo("across");
    tries.incrementAndGet();
    NodeName other = name.equals(N1) ? N2 : N1;
    return FakeNodes.says(
        0,
        "@@ across 0\n|dial "
            + other
            + " tcp/10250 "
            + answer
            + "\n|trip "
            + other
            + " 300\n|mtu "
            + other
            + " 1500\n|ipip "
            + other
            + " yes\n@@ end 0\n");
  }

  private RemoteWriter writer(NodeName name) {
    return new RemoteWriter() {
      @Override
      public CommandResult query(Command command) {
        return execute(command);
      }

      @Override
      public CommandResult execute(Command command) {
        String says = initSays.getOrDefault(name.text(), "acp 0 repair hosts ok \n");
        return FakeNodes.says(says.contains(" failed ") ? 1 : 0, says);
      }

      @Override
      public void put(Content content, RemotePath path, Progress progress) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private static Function<Node, NodeFacts> sees(Recorded one) {
    return node -> node.name().equals(N1) ? one.facts() : second().facts();
  }

  private void preflight(Recorded facts) {
    SetupInput in = input(facts, sees(facts));
    new Preflight().check(in, List.copyOf(in.nodes().values()), told::add, new Stop());
  }

  private void recheck(Function<Node, NodeFacts> probe) {
    SetupInput in = input(swapOn(first()), probe);
    new Recheck().check(in, List.copyOf(in.nodes().values()), told::add, new Stop());
  }

  private void prepare() {
    SetupInput in = input(first(), sees(first()));
    new PrepareNodes().deliver(in, told::add, new Stop());
  }

  private static AcpException fault(Runnable work) {
    AcpException e = catchThrowableOfType(AcpException.class, work::run);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void whatInitShRepairsIsToldAndLetPassBefore() {
    preflight(swapOn(first()));
    assertThat(told).hasSize(1);
    assertThat(told.get(0).toString()).contains("to be repaired: swap-off");
    assertThat(Preflight.fatal(input(swapOn(first()), sees(first())))).isEmpty();
  }

  @Test
  void nodesThatDoNotReachEachOtherStopBefore() {
    answer = "silent";
    AcpException e = fault(() -> preflight(first()));
    assertThat(e.fault().evidence())
        .hasSize(2)
        .allMatch(l -> l.contains("ports-reach-tcp: seen 1 of 1 tries failed"));
    assertThat(Preflight.fatal(input(first(), sees(first())))).hasSize(2);
  }

  /** What a firewall swallows that the preparation turns off is asked again after it. */
  @Test
  void whatAFirewallSwallowsIsAskedAgain() {
    answer = "silent";
    Recorded on = first().ended("firewalld", "0", "active");
    preflight(on);
    assertThat(told.toString()).contains("to be repaired: ports-reach-tcp");
    SetupInput in = input(on, sees(first()));
    Runnable again =
        () -> new Recheck().check(in, List.copyOf(in.nodes().values()), told::add, new Stop());
    assertThat(fault(again).fault().evidence()).hasSize(2).first().asString().contains("tcp/10250");
    answer = "ok";
    again.run();
    // Another finding is not the firewall's.
    assertThat(fault(() -> preflight(on.with("tmp", "not"))).fault().evidence()).hasSize(1);
  }

  @Test
  void preparedNodesHaveReachedEachOtherBefore() {
    Recorded ours = first().with("cluster", CLUSTER.text());
    SetupInput in = input(ours, sees(ours));
    assertThat(Preflight.fatal(in)).isEmpty();
    assertThat(tries.get()).isEqualTo(2);
    Recorded both = second().with("cluster", CLUSTER.text());
    Map<NodeName, NodeFacts> prepared = Map.of(N1, ours.facts(), N2, both.facts());
    assertThat(Preflight.fatal(with(in, prepared))).isEmpty();
    assertThat(tries.get()).isEqualTo(2);
  }

  private static SetupInput with(SetupInput in, Map<NodeName, NodeFacts> facts) {
    return new SetupInput(
        in.spec(),
        in.bundle(),
        in.offer(),
        in.decisions(),
        in.pki(),
        in.nodes(),
        facts,
        in.checks(),
        in.probe(),
        in.preprocess(),
        in.registry(),
        in.images());
  }

  @Test
  void whatInitShDoesNotRepairStopsBefore() {
    Recorded noTmp = first().with("tmp", "not");
    AcpException e = fault(() -> preflight(noTmp));
    assertThat(e.fault().code()).isEqualTo(FaultCode.CHECKS_FAILED);
    assertThat(e.fault().evidence()).hasSize(1).first().asString().contains("tmp-usable");
    assertThat(Preflight.fatal(input(noTmp, sees(noTmp)))).isEqualTo(e.fault().evidence());
    // What init.sh repairs, if only for the next boot, does not.
    preflight(first().with("cmdline", "ro quiet"));
    // What cannot be told is no finding that init.sh repairs.
    assertThat(fault(() -> preflight(first().ended("swaps", "unreadable"))).fault().evidence())
        .first()
        .asString()
        .contains("swap-off");
  }

  @Test
  void whatIsLeftAfterThePreparationStops() {
    AcpException e = fault(() -> recheck(sees(swapOn(first()))));
    assertThat(e.fault().code()).isEqualTo(FaultCode.CHECKS_FAILED);
    assertThat(e.exit().code()).isEqualTo(4);
    assertThat(e.fault().evidence()).hasSize(1).first().asString().contains("10.0.0.11 swap-off");
    assertThat(fault(() -> recheck(sees(first().ended("swaps", "124")))).fault().code())
        .isEqualTo(FaultCode.CHECKS_FAILED);
    recheck(sees(first()));
  }

  @Test
  void aNodeThatCannotBeLookedAtAgainStopsWithItsOwnFault() {
    AcpException e =
        fault(
            () ->
                recheck(
                    node -> {
                      throw AcpException.on(
                          node.name(), FaultCode.CONNECTION_LOST, "lost", List.of());
                    }));
    assertThat(e.fault().code()).isEqualTo(FaultCode.CONNECTION_LOST);
  }

  @Test
  void anInstalledClusterIsContentWithItself() {
    Recorded installed =
        first()
            .with("cluster", CLUSTER.text())
            .with("path:/var/lib/containerd", "full")
            .with("path:/var/lib/kubelet/pki", "full")
            .with("path:/var/log/pods", "full")
            .with("path:/etc/systemd/system/kubelet.service", "file")
            .with("path:/etc/kubernetes/kubelet.conf", "file")
            .with("packages", "ii  containerd.io")
            .with(
                "listeners",
                "Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
                "tcp LISTEN 0 128 *:6443 *:* users:((\"kube-apiserver\",pid=1,fd=3))",
                "tcp LISTEN 0 128 *:10250 *:* users:((\"kubelet\",pid=1,fd=3))");
    recheck(sees(installed));
    Recorded foreign = installed.with("cluster", "99999999-2222-3333-4444-555555555555");
    assertThat(fault(() -> recheck(sees(foreign))).fault().evidence()).hasSizeGreaterThan(3);
  }

  @Test
  void aRepairThatWaitsForARebootStopsAndNamesTheNode() {
    initSays.put("10.0.0.12", "acp 0 repair default-tasks-max reboot holds from the next boot\n");
    AcpException e = fault(this::prepare);
    assertThat(e.fault().code()).isEqualTo(FaultCode.REBOOT_NEEDED);
    assertThat(e.exit().code()).isEqualTo(5);
    assertThat(e.fault().what()).contains("10.0.0.12").doesNotContain("10.0.0.11");
    assertThat(e.fault().evidence())
        .containsExactly("10.0.0.12 default-tasks-max: holds from the next boot");
    assertThat(e.fault().next(Lang.EN))
        .isEqualTo("Reboot 10.0.0.12, then run the same command again.");
  }

  @Test
  void aFailedRepairComesFirstAndEveryNodeIsTold() {
    initSays.put("10.0.0.11", "acp 0 repair default-tasks-max reboot later\n");
    initSays.put("10.0.0.12", "acp 0 repair sysctl failed set a.b=1\n");
    AcpException e = fault(this::prepare);
    assertThat(e.fault().code()).isEqualTo(FaultCode.CHANGE_FAILED);
    assertThat(e.fault().node()).contains(N2);
    assertThat(told.toString()).contains("default-tasks-max: reboot needed");
    initSays.clear();
    assertThatCode(this::prepare).doesNotThrowAnyException();
  }

  @Test
  void aFactThatIsNeededAndUnknownIsNamedWithItsNode() {
    SetupInput in =
        input(
            first().ended("arch", "absent").ended("hostname", "absent").without("os-release"),
            sees(first()));
    List<Runnable> needs =
        List.of(
            () -> in.arch(N1),
            () -> in.os(N1),
            () -> in.kubernetesName(SPEC.node(N1)),
            () -> new NodeFiles().changes(in.nodes().get(N1), in));
    for (Runnable need : needs) {
      AcpException e = fault(need);
      assertThat(e.fault().code()).isEqualTo(FaultCode.CANNOT_TELL);
      assertThat(e.fault().node()).contains(N1);
      assertThat(e.fault().what()).contains("is not known: the ");
    }
    SetupInput strange = input(first().with("arch", "ppc64le"), sees(first()));
    assertThat(fault(() -> strange.arch(N1)).fault().what()).contains("ppc64le", "wanted");
    assertThat(strange.os(N1).id()).isEqualTo("ubuntu");
    assertThat(strange.kubernetesName(SPEC.node(N2))).isEqualTo("ubuntu-2");
  }
}
