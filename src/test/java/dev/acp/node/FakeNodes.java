package dev.acp.node;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Role;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.Remote;
import dev.acp.remote.RemotePath;
import dev.acp.value.Bytes;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Nodes that answer what a test wants. */
public final class FakeNodes {
  private FakeNodes() {}

  /** A worker that answers every question by this. */
  public static Node node(String address, Function<Command, CommandResult> answers) {
    NodeSpec spec =
        new NodeSpec(
            NodeName.of(address),
            List.of(IpAddress.of(address)),
            Role.WORKER,
            true,
            false,
            new Ssh(
                "root",
                address,
                22,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Ssh.Become.NONE,
                Optional.empty()),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            "none",
            1);
    return new Node(spec, remote(answers));
  }

  /** A way to a machine that can only be asked. */
  public static Remote remote(Function<Command, CommandResult> answers) {
    return new Remote() {
      @Override
      public CommandResult query(Command command) {
        return answers.apply(command);
      }

      @Override
      public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
        throw new UnsupportedOperationException();
      }
    };
  }

  public static CommandResult says(int exit, String out) {
    return new CommandResult(exit, out, "", Duration.ZERO);
  }
}
