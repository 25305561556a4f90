package dev.acp.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The history of an operation and what was in hand when it ended: one JSON object a line, appended
 * and synced before and after each step of each node. Nothing is decided from it: only the node
 * says what is done, so that deleting it anywhere leads to the same cluster. It holds no secret.
 * Safe for several threads.
 */
public final class Journal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What must be free before a step begins: its end can then be written whatever fills the disk.
   */
  static final Bytes RESERVE = Bytes.mib(8);

  private final Path file;
  private final FileChannel channel;
  private final Clock clock;
  private final String run;
  private final LongSupplier free;

  private Journal(Path file, FileChannel channel, Clock clock, String run, LongSupplier free) {
    this.file = file;
    this.channel = channel;
    this.clock = clock;
    this.run = run;
    this.free = free;
  }

  /**
   * Opens the journal to append; a last line torn by a power loss is ended first.
   *
   * @param run names this run in every line
   */
  public static Journal open(Path file, Clock clock, String run) throws IOException {
    return open(file, clock, run, () -> usable(file));
  }

  /** With the bytes that are free from elsewhere. */
  static Journal open(Path file, Clock clock, String run, LongSupplier free) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    long size = channel.size();
    channel.position(size);
    if (size > 0) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.read(last, size - 1);
      if (last.get(0) != '\n') {
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    }
    return new Journal(file, channel, clock, run, free);
  }

  private static long usable(Path file) {
    // not by its FileStore, which looks for a mount point, and a chroot may show none
    return file.toFile().getUsableSpace();
  }

  /**
   * A step begins: synced before anything is done.
   *
   * @throws AcpException SPACE_SHORT, if the disk is full or nearly so
   */
  public void begin(StageId stage, Optional<NodeName> node) {
    long left = free.getAsLong();
    if (left < RESERVE.count()) {
      throw AcpException.of(
          FaultCode.SPACE_SHORT,
          "The disk of the journal "
              + file
              + " has "
              + Bytes.of(left)
              + " free, wanted "
              + RESERVE
              + "; nothing more was started.");
    }
    append("begin", stage, node, Map.of());
  }

  /** One change was made by this step. */
  public void changed(StageId stage, NodeName node, String change) {
    append("changed", stage, Optional.of(node), Map.of("change", change));
  }

  /** A step ended: done, failed or stopped. */
  public void end(StageId stage, Optional<NodeName> node, String result) {
    append("end", stage, node, Map.of("result", result));
  }

  private synchronized void append(
      String event, StageId stage, Optional<NodeName> node, Map<String, String> more) {
    Map<String, String> line = new LinkedHashMap<>();
    line.put("time", clock.instant().toString());
    line.put("run", run);
    line.put("event", event);
    line.put("stage", stage.text());
    node.ifPresent(n -> line.put("node", n.text()));
    line.putAll(more);
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.SPACE_SHORT,
          "The journal "
              + file
              + " could not be written ("
              + e.getMessage()
              + "); nothing more was started.",
          e);
    }
  }

  /** What began and has no end, as "stage node"; torn or foreign lines are passed over. */
  public static List<String> inHand(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    Set<String> open = new LinkedHashSet<>();
    for (String line :
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList()) {
      JsonNode entry;
      try {
        entry = JSON.readTree(line);
      } catch (JsonProcessingException e) {
        continue;
      }
      String stage = entry.path("stage").asText();
      if (stage.isEmpty()) {
        continue;
      }
      String step = entry.has("node") ? stage + " " + entry.path("node").asText() : stage;
      if (entry.path("event").asText().equals("begin")) {
        open.add(step);
      } else if (entry.path("event").asText().equals("end")) {
        open.remove(step);
      }
    }
    return new ArrayList<>(open);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
