package dev.acp.change;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Res;
import dev.acp.node.BenchFacts;
import dev.acp.node.BenchReader;
import dev.acp.node.Fact;
import dev.acp.node.FileFacts;
import dev.acp.node.FileFacts.Mount;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Measures how fast the disks of a node write. The only part of the checks that writes: a file
 * without a name, on request (check-nodes --disk-bench), so that it stands in this room. Nothing is
 * left on the node however it ends.
 */
public final class DiskBench {
  private static final String SCRIPT = Res.text("disk-bench.sh");

  /** Seconds for each of the three parts. */
  private static final int PART = 3;

  /** The most that one path takes: each part 7 s more, and a write that was begun its 10 s. */
  private static final Duration PATH_LIMIT = Duration.ofSeconds(3 * (PART + 7 + 10) + 5);

  private final Function<NodeName, RemoteWriter> writers;

  public DiskBench(Function<NodeName, RemoteWriter> writers) {
    this.writers = writers;
  }

  /**
   * Measures at these paths; those of one mount are measured once.
   *
   * @throws AcpException COMMAND_TIMEOUT, CONNECTION_LOST, or COMMAND_FAILED when it showed nothing
   */
  public Map<String, Fact<BenchFacts>> measure(Node node, NodeFacts facts, List<String> paths) {
    Map<String, String> measuredAs = new LinkedHashMap<>();
    List<Mount> mounts = facts.files().mounts().asOptional().orElse(List.of());
    Map<Mount, String> firstOf = new LinkedHashMap<>();
    for (String path : paths) {
      Optional<Mount> mount = FileFacts.mountOf(mounts, path);
      String same = mount.map(m -> firstOf.computeIfAbsent(m, x -> path)).orElse(path);
      measuredAs.put(path, same);
    }
    List<String> measured = measuredAs.values().stream().distinct().toList();
    List<String> args = new ArrayList<>(List.of(Integer.toString(PART)));
    args.addAll(measured);
    CommandResult result =
        writers
            .apply(node.name())
            .execute(
                new Command("disk bench", SCRIPT, args, PATH_LIMIT.multipliedBy(measured.size())));
    if (!result.ok() && !result.out().contains("@@ ")) {
      throw AcpException.on(
          node.name(),
          FaultCode.COMMAND_FAILED,
          "The disk bench ended with " + result.exit() + " and showed nothing.",
          result.lastLines(10));
    }
    Map<String, Fact<BenchFacts>> seen = BenchReader.read(result.out(), measured);
    Map<String, Fact<BenchFacts>> all = new LinkedHashMap<>();
    measuredAs.forEach((path, as) -> all.put(path, seen.get(as)));
    return Collections.unmodifiableMap(all);
  }
}
