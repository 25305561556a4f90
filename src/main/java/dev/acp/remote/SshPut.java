package dev.acp.remote;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Progress;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.file.Res;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Streams a file to a node through a shell there, and goes on with what an earlier try left. */
final class SshPut {
  /** Below this, asking for an earlier try's size costs more than sending anew. */
  private static final long SMALL = 1 << 20;

  private static final int BLOCK = 256 << 10;
  private static final Duration LEAST_IDLE = Duration.ofSeconds(60);

  /** Slower than this no node may hash and sync. */
  private static final long BYTES_A_SECOND = 10 << 20;

  private final NodeName node;
  private final SshRoot root;
  private final Masker masker;
  private final Events events;

  SshPut(NodeName node, SshRoot root, Masker masker, Events events) {
    this.node = node;
    this.root = root;
    this.masker = masker;
    this.events = events;
  }

  void put(
      Content content, RemotePath path, Progress progress, Function<Command, CommandResult> query) {
    try {
      once(content, path, progress, query);
    } catch (Lost first) {
      // Safe to do twice: the file appears whole or not at all.
      try {
        once(content, path, progress, query);
      } catch (Lost second) {
        second.addSuppressed(first);
        throw new AcpException(
            Fault.of(
                    FaultCode.CONNECTION_LOST,
                    "The SSH connection broke while " + path + " was written.")
                .on(node),
            second);
      }
    }
  }

  private void once(
      Content content, RemotePath path, Progress progress, Function<Command, CommandResult> query)
      throws Lost {
    String name = path.text().substring(path.text().lastIndexOf('/') + 1);
    String folder = path.text().substring(0, path.text().length() - name.length());
    // The digest in its name: what is left of other content is never gone on with.
    String partial =
        folder
            + "."
            + name.substring(0, Math.min(name.length(), 200))
            + ".acp-"
            + content.digest().hex().substring(0, 16);
    long size = content.size().count();
    long offset = size < SMALL ? 0 : sizeOf(partial, size, query);
    byte[] program =
        ShellText.oneLine(
            Res.text("remote/put.sh"),
            List.of(
                path.text(),
                partial,
                Long.toString(size),
                content.digest().hex(),
                Long.toString(offset)));
    Sinks.Tail said = new Sinks.Tail(64 << 10);
    AtomicReference<IOException> unread = new AtomicReference<>();
    long start = System.nanoTime();
    int exit;
    try {
      exit =
          root.stream(
              program,
              to -> copy(content, offset, to, progress, unread),
              OutputStream.nullOutputStream(),
              said,
              LEAST_IDLE.plusSeconds(size / BYTES_A_SECOND));
    } catch (Lost e) {
      throw e;
    } catch (IOException e) {
      throw failed(path, e.getMessage(), said, e);
    }
    events.tell(
        new Event.Ran(
            node,
            "write " + path,
            exit,
            Duration.ofNanos(System.nanoTime() - start),
            masker.mask(said.text())));
    if (unread.get() != null) {
      throw failed(path, "its content cannot be read here: " + unread.get(), said, unread.get());
    }
    if (exit != 0) {
      throw failed(path, reason(exit), said, null);
    }
  }

  private static String reason(int exit) {
    return switch (exit) {
      case 21 -> "it is a folder there";
      case 22 -> "another process writes it";
      case 24 -> "the content was cut short on its way";
      case 25 -> "what arrived has another digest than what was sent";
      default -> "the node could not write it (exit " + exit + ")";
    };
  }

  private long sizeOf(String partial, long size, Function<Command, CommandResult> query) {
    CommandResult result =
        query.apply(
            new Command(
                "size of an earlier try",
                Res.text("remote/put-size.sh"),
                List.of(partial),
                Duration.ofSeconds(30)));
    try {
      long there = result.ok() ? Long.parseLong(result.out().strip()) : 0;
      return there > size ? 0 : there;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static void copy(
      Content content,
      long offset,
      OutputStream to,
      Progress progress,
      AtomicReference<IOException> unread)
      throws IOException {
    byte[] block = new byte[BLOCK];
    long done = offset;
    try (InputStream in = content.open()) {
      in.skipNBytes(offset);
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        send(to, block, n);
        done += n;
        progress.done(Bytes.of(done));
      }
    } catch (Unsent e) {
      throw e.why;
    } catch (IOException e) {
      unread.set(e);
      throw e;
    }
  }

  /** Tells a failure to send apart from a failure to read. */
  private static final class Unsent extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient IOException why;

    Unsent(IOException why) {
      super(why);
      this.why = why;
    }
  }

  private static void send(OutputStream to, byte[] block, int n) throws Unsent {
    try {
      to.write(block, 0, n);
    } catch (IOException e) {
      throw new Unsent(e);
    }
  }

  private AcpException failed(RemotePath path, String why, Sinks.Tail said, Throwable cause) {
    Fault fault =
        Fault.of(FaultCode.TRANSFER_FAILED, path + " was not written: " + why + ".")
            .on(node)
            .withEvidence(
                masker.mask(said.text().lines().filter(l -> !l.isBlank()).limit(10).toList()));
    return cause == null ? new AcpException(fault) : new AcpException(fault, cause);
  }
}
