package dev.acp.change;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.file.Res;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemotePath;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;

/**
 * Everything that etcd holds, brought from a control plane to where acp runs, before it is taken
 * away there.
 */
public final class EtcdSnapshot {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final RemotePath THERE = RemotePath.of("/var/lib/acp/node/etcd/leaving.db");

  private final Function<NodeName, RemoteWriter> writers;

  public EtcdSnapshot(Function<NodeName, RemoteWriter> writers) {
    this.writers = writers;
  }

  /**
   * Takes one and brings it here, whole or not at all; nothing of it stays there.
   *
   * @param target a file of mode 0600, in a folder that is there
   * @return false where no etcd runs on the node
   * @throws AcpException CHANGE_FAILED, if one runs and gives none, or it does not fit here
   */
  public boolean bring(Node node, Path target) {
    RemoteWriter writer = writers.apply(node.name());
    CommandResult taken = writer.execute(command("take"));
    List<String> said = List.of(taken.out().strip().split(" ", -1));
    if (taken.ok() && said.get(0).equals("none")) {
      return false;
    }
    if (!taken.ok() || said.size() != 3 || !said.get(0).equals("taken")) {
      throw AcpException.on(
          node.name(), FaultCode.CHANGE_FAILED, "etcd gave no snapshot.", taken.lastLines(8));
    }
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    try {
      fetch(writer, partial, Long.parseLong(said.get(1)));
      if (!Digest.ofFile(partial).hex().equals(said.get(2))) {
        throw new IOException("it came damaged");
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(target.toAbsolutePath().getParent());
      return true;
    } catch (IOException e) {
      throw new AcpException(
          dev.acp.fault.Fault.of(
                  FaultCode.CHANGE_FAILED,
                  "The snapshot of etcd cannot be kept as " + target + ": " + e.getMessage() + ".")
              .on(node.name()),
          e);
    } finally {
      writer.execute(command("drop"));
    }
  }

  private static void fetch(RemoteWriter writer, Path to, long size) throws IOException {
    Files.deleteIfExists(to);
    try (FileChannel file =
            FileChannel.open(
                to,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        OutputStream out = Channels.newOutputStream(file)) {
      writer.fetch(THERE, out, Bytes.of(size));
      file.force(true);
    }
  }

  private static Command command(String word) {
    return new Command(
        "etcd-snapshot " + word, Res.text("kube/etcd-snapshot.sh"), List.of(word), LIMIT);
  }
}
