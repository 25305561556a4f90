package dev.acp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Role;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.remote.Command;
import dev.acp.remote.HostKeys;
import dev.acp.remote.Sshd;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {
  @TempDir Path folder;

  private static NodeSpec spec(String name, Ssh ssh) {
    return new NodeSpec(
        NodeName.of(name),
        List.of(IpAddress.of(name)),
        Role.WORKER,
        true,
        false,
        ssh,
        Optional.empty(),
        Map.of(),
        List.of(),
        Optional.empty(),
        "none",
        1);
  }

  /**
   * One server kills the session in the middle of the probe, as a machine that loses its power; one
   * runs nothing and says nothing.
   */
  @Test
  void aProbeThatHangsIsCutAndANodeThatDiesInTheMiddleCostsOnlyItself() throws Exception {
    Path a = Files.createDirectory(folder.resolve("a"));
    Path b = Files.createDirectory(folder.resolve("b"));
    Path c = Files.createDirectory(folder.resolve("c"));
    String dies = "ForceCommand head -c 2000 >/dev/null; echo '@@ uid 0'; kill -9 $PPID";
    try (Sshd good = Sshd.start(a, List.of("ed25519"));
        Sshd dying = Sshd.start(b, List.of("ed25519"), dies);
        Sshd hanging = Sshd.start(c, List.of("ed25519"), "ForceCommand exec sleep 600")) {
      List<NodeSpec> specs =
          List.of(
              spec("10.0.0.1", dying.ssh(dying.key())),
              spec("10.0.0.2", hanging.ssh(hanging.key())),
              spec("10.0.0.3", good.ssh(good.key())));
      HostKeys keys = HostKeys.in(folder.resolve("known"), true);
      long start = System.nanoTime();
      try (Fleet fleet =
          Fleet.connect(specs, keys, Sshd.noSecrets(), Events.none(), 16, Duration.ofSeconds(60))) {
        Probe probe = new Probe(Clock.systemUTC(), "/var/lib/containerd", Duration.ofSeconds(8));
        Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
        fleet.faults().forEach((name, fault) -> seen.put(name, new Result.Failed<>(fault)));
        seen.putAll(Fleet.each(fleet.nodes(), 16, Duration.ofSeconds(60), probe::look));
        assertThat(seen.get(NodeName.of("10.0.0.3")).done()).isPresent();
        assertThat(seen.get(NodeName.of("10.0.0.1")).failure().orElseThrow().code())
            .isEqualTo(FaultCode.CONNECTION_LOST);
        assertThat(seen.get(NodeName.of("10.0.0.2")).failure().orElseThrow().code())
            .isEqualTo(FaultCode.COMMAND_TIMEOUT);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  void aNodeThatRefusesOrIsDownOrHangsCostsOnlyItself() throws Exception {
    try (Sshd sshd = Sshd.start(folder, List.of("ed25519"))) {
      Path wrong = Sshd.keygen(folder.resolve("wrong"), "ed25519", "");
      Ssh good = sshd.ssh(sshd.key());
      Ssh down =
          new Ssh(
              "root",
              "127.0.0.1",
              1,
              good.keyFile(),
              Optional.empty(),
              Optional.empty(),
              Ssh.Become.NONE,
              Optional.empty());
      List<NodeSpec> specs = new ArrayList<>();
      for (int i = 1; i <= 20; i++) {
        specs.add(spec("10.0.0." + i, i == 3 ? sshd.ssh(wrong) : i == 7 ? down : good));
      }
      try (Fleet fleet =
          Fleet.connect(
              specs,
              HostKeys.in(sshd.knownHosts(), true),
              Sshd.noSecrets(),
              Events.none(),
              16,
              Duration.ofSeconds(60))) {
        assertThat(fleet.nodes()).hasSize(18);
        assertThat(fleet.faults().keySet().stream().map(NodeName::text))
            .containsExactly("10.0.0.3", "10.0.0.7");
        assertThat(fleet.faults().values().stream().map(f -> f.code()))
            .containsExactly(FaultCode.LOGIN_REFUSED, FaultCode.NODE_UNREACHABLE);
        assertThatThrownBy(fleet::needAll).isInstanceOf(AcpException.class);
        Probe probe = new Probe(Clock.systemUTC(), "/var/lib/containerd");
        Map<NodeName, Result<NodeFacts>> facts = Fleet.each(fleet.nodes(), 16, probe::look);
        assertThat(facts.values())
            .hasSize(18)
            .allMatch(r -> r.done().isPresent())
            .allMatch(
                r ->
                    r.done()
                            .orElseThrow()
                            .time()
                            .clock()
                            .asOptional()
                            .orElseThrow()
                            .ahead()
                            .abs()
                            .compareTo(Duration.ofSeconds(20))
                        < 0);
        Map<NodeName, Result<Integer>> hung =
            Fleet.each(
                fleet.nodes().subList(0, 3),
                16,
                Duration.ofSeconds(3),
                node ->
                    node.remote()
                        .query(
                            new Command(
                                "x",
                                node.name().text().equals("10.0.0.2") ? "sleep 60" : "exit 5",
                                List.of(),
                                Duration.ofSeconds(50)))
                        .exit());
        assertThat(hung.get(NodeName.of("10.0.0.2")).failure().orElseThrow().code())
            .isEqualTo(FaultCode.COMMAND_TIMEOUT);
        assertThat(hung.get(NodeName.of("10.0.0.1")).done()).contains(5);
        assertThat(hung.get(NodeName.of("10.0.0.4")).done()).contains(5);
      }
    }
  }
}
