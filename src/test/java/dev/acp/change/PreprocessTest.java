package dev.acp.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.change.Preprocess.Repair;
import dev.acp.change.Preprocess.Status;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.event.Events;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemotePath;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.Bytes;
import dev.acp.value.ClusterId;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreprocessTest {
  private static final ClusterId CLUSTER = new ClusterId("6f1ed002-ab5d-4a2c-9f0e-1b8a3a6c1d11");

  /** Answers every command with the same result, and keeps what it was asked. */
  private static final class Canned implements RemoteWriter {
    private final int exit;
    private final String out;
    private final List<String> asked = new ArrayList<>();
    private Command last;

    Canned(int exit, String out) {
      this.exit = exit;
      this.out = out;
    }

    @Override
    public CommandResult query(Command command) {
      asked.add("query");
      last = command;
      return new CommandResult(exit, out, "", Duration.ZERO);
    }

    @Override
    public CommandResult execute(Command command) {
      asked.add("execute");
      last = command;
      return new CommandResult(exit, out, "", Duration.ZERO);
    }

    @Override
    public void put(Content content, RemotePath path, Progress progress) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
      throw new UnsupportedOperationException();
    }

    Node node() {
      NodeSpec spec = new LocalNode(Path.of("/")).node().spec();
      return new Node(spec, this);
    }
  }

  @Test
  void readsWhatEachRepairDid() {
    Canned remote =
        new Canned(
            1,
            """
            acp 0 repair swap skip machine-wide, and this node is a container
            acp 0 change sysctl done write /etc/sysctl.d/90-acp.conf
            acp 0 change sysctl failed set a.b=1
            acp 0 repair sysctl failed set a.b=1
            acp 0 repair hosts ok\s
            """);
    List<Repair> repairs =
        new Preprocess(
                n -> remote, Optional.of(CLUSTER), Duration.ofMillis(10), Events.none(), new Stop())
            .run(remote.node(), false, List.of());
    assertThat(repairs)
        .containsExactly(
            new Repair(
                "swap", Status.SKIP, "machine-wide, and this node is a container", List.of()),
            new Repair(
                "sysctl",
                Status.FAILED,
                "set a.b=1",
                List.of("write /etc/sysctl.d/90-acp.conf", "set a.b=1 (failed)")),
            new Repair("hosts", Status.OK, "", List.of()));
    assertThat(remote.asked).containsExactly("execute");
    assertThat(remote.last.args()).containsExactly("--framed", "--cluster", CLUSTER.text());
  }

  @Test
  void anSshdSettingStaysOnlyAfterANewLogin() {
    Canned remote =
        new Canned(
            0,
            """
            acp 0 change sshd-use-dns done write /etc/ssh/sshd_config.d/00-acp-usedns.conf
            acp 0 repair sshd-use-dns done\s
            """);
    Preprocess init =
        new Preprocess(
            n -> remote, Optional.of(CLUSTER), Duration.ofMillis(10), Events.none(), new Stop());
    // Without a way to log in anew nothing is kept.
    assertThat(init.run(remote.node(), false, List.of()))
        .allSatisfy(
            r -> {
              assertThat(r.status()).isEqualTo(Status.FAILED);
              assertThat(r.text()).contains("go back by themselves within 90 s");
            });
    List<List<String>> logins = new ArrayList<>();
    init.withNewLogin(
        (node, command) -> {
          logins.add(command.args());
          return new CommandResult(0, "", "", Duration.ZERO);
        });
    assertThat(init.run(remote.node(), false, List.of()).get(0).status()).isEqualTo(Status.DONE);
    assertThat(logins).containsExactly(List.of("sshd-use-dns"));
    assertThat(init.run(remote.node(), true, List.of()).get(0).status()).isEqualTo(Status.DONE);
    assertThat(logins).as("a dry run changes nothing that must be kept").hasSize(1);
  }

  @Test
  void aDryRunOnlyAsks() {
    Canned remote = new Canned(0, "acp 0 repair hosts ok \n");
    new Preprocess(n -> remote, Optional.empty(), Duration.ofMillis(10), Events.none(), new Stop())
        .run(remote.node(), true, List.of("hosts"));
    assertThat(remote.asked).containsExactly("query");
    assertThat(remote.last.args()).containsExactly("--framed", "--dry-run", "--only", "hosts");
  }

  @Test
  void aNodeOfAnotherClusterAHeldLockAndABrokenRunAreFaults() {
    String foreign = "acp 0 foreign 00000000-ab5d-4a2c-9f0e-1b8a3a6c1d11\n";
    assertThat(codeOf(new Canned(66, foreign))).isEqualTo(FaultCode.FOREIGN_CLUSTER);
    assertThat(codeOf(new Canned(75, "acp 0 locked x\n"))).isEqualTo(FaultCode.NODE_LOCKED);
    assertThat(codeOf(new Canned(2, ""))).isEqualTo(FaultCode.CHANGE_FAILED);
  }

  private static FaultCode codeOf(Canned remote) {
    Preprocess init =
        new Preprocess(
            n -> remote, Optional.of(CLUSTER), Duration.ofMillis(10), Events.none(), new Stop());
    List<FaultCode> codes = new ArrayList<>();
    assertThatThrownBy(() -> init.run(remote.node(), false, List.of()))
        .isInstanceOfSatisfying(AcpException.class, e -> codes.add(e.fault().code()));
    return codes.get(0);
  }

  @Test
  void initShCarriesTheRecorderOnce() {
    String text = Scripts.initSh();
    assertThat(text).contains(Scripts.recorder()).doesNotContain("#@include");
    assertThat(text.split("acp_put_file\\(\\)", -1)).hasSize(2);
  }
}
