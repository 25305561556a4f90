package dev.acp.change;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Role;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.event.Progress;
import dev.acp.file.Content;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemotePath;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.Bytes;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node that is this machine, below one folder: the scripts are real and run by a real shell, the
 * record lies in that folder, and kernel settings are files in it.
 */
final class LocalNode implements RemoteWriter {
  final Path root;
  final List<String> log = new ArrayList<>();
  private final String[] shell;
  private int seam;
  private String programs = "";

  LocalNode(Path root, String... shell) {
    this.root = root;
    this.shell = shell.length == 0 ? new String[] {"/bin/sh"} : shell;
  }

  /** The next command kills itself at its seam number n; 0 for none. */
  void killAt(int n) {
    seam = n;
  }

  /** Programs in this folder stand before the machine's own. */
  void programs(Path folder) {
    programs = folder + ":";
  }

  Node node() {
    NodeSpec spec =
        new NodeSpec(
            NodeName.of("127.0.0.1"),
            List.of(IpAddress.parse("127.0.0.1").orElseThrow()),
            Role.WORKER,
            true,
            false,
            new Ssh(
                "root",
                "127.0.0.1",
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
    return new Node(spec, this);
  }

  Path record() {
    return root.resolve("var/acp/node");
  }

  @Override
  public CommandResult query(Command command) {
    return run("query " + command.what(), command);
  }

  @Override
  public CommandResult execute(Command command) {
    return run("execute " + command.what(), command);
  }

  private CommandResult run(String what, Command command) {
    log.add(what);
    try {
      Path out = Files.createTempFile("acp-out", "");
      Path err = Files.createTempFile("acp-err", "");
      ProcessBuilder builder = new ProcessBuilder(shell);
      builder.command().add("-s");
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      Map<String, String> env = builder.environment();
      env.put("ACP_NODE", record().toString());
      env.put("ACP_SYSCTLS", root.resolve("sys").toString());
      env.put("ACP_OWNER", owner());
      env.put("PATH", programs + env.get("PATH"));
      if (seam > 0) {
        env.put("ACP_SEAM", Integer.toString(seam));
        Path count = root.resolveSibling("seams");
        Files.write(count, new byte[0]);
        env.put("ACP_SEAM_COUNT", count.toString());
      }
      long start = System.nanoTime();
      Process process = builder.start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(command.text().getBytes(StandardCharsets.UTF_8));
      } catch (IOException killedBeforeItReadAll) {
        log.add("broken pipe");
      }
      int exit = process.waitFor();
      CommandResult result =
          new CommandResult(
              exit,
              Files.readString(out),
              Files.readString(err),
              Duration.ofNanos(System.nanoTime() - start));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String owner() throws IOException {
    return Files.getAttribute(root, "unix:uid") + ":" + Files.getAttribute(root, "unix:gid");
  }

  @Override
  public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void put(Content content, RemotePath path, Progress progress) {
    log.add("put " + content.size());
    Path target = Path.of(path.text().replace("/var/lib/acp/node", record().toString()));
    try (InputStream in = content.open()) {
      Files.copy(in, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
