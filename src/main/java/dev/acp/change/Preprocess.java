package dev.acp.change;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs res/init.sh on a node, as a text over standard input: nothing of it is left there but the
 * recorder and what it recorded. Safe for several nodes at once.
 */
public final class Preprocess {
  /** What init.sh records bears this scope; {@link NodeRecord#undoPreprocess} is the way back. */
  public static final StageId SCOPE = StageId.of("init");

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private final Function<NodeName, RemoteWriter> writers;
  private final Optional<ClusterId> cluster;
  private final Duration patience;
  private final Events events;
  private final Stop stop;

  /**
   * @param cluster empty before the first setup, when the nodes belong to nobody yet
   */
  public Preprocess(
      Function<NodeName, RemoteWriter> writers,
      Optional<ClusterId> cluster,
      Events events,
      Stop stop) {
    this(writers, cluster, NodeLock.PATIENCE, events, stop);
  }

  Preprocess(
      Function<NodeName, RemoteWriter> writers,
      Optional<ClusterId> cluster,
      Duration patience,
      Events events,
      Stop stop) {
    this.patience = patience;
    this.events = events;
    this.stop = stop;
    this.writers = writers;
    this.cluster = cluster;
  }

  /** What became of one repair; the gravest of its parts, in this order. */
  public enum Status {
    OK,
    SKIP,
    DONE,
    WOULD,
    /** Something is left that init.sh does not do. */
    TODO,
    /** Done, and it holds from the next boot on. */
    REBOOT,
    FAILED
  }

  /**
   * One repair on one node.
   *
   * @param text the reason, where there is one to give
   * @param changes what was done, or would be
   */
  public record Repair(String id, Status status, String text, List<String> changes) {
    public Repair {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Repairs, or says what it would repair.
   *
   * @param only ids of repairs; empty for all
   * @throws AcpException NODE_LOCKED, FOREIGN_CLUSTER, CHANGE_FAILED when init.sh broke off; a
   *     repair that failed is a result
   */
  public List<Repair> run(Node node, boolean dry, List<String> only) {
    List<String> args = new ArrayList<>(List.of("--framed"));
    if (dry) {
      args.add("--dry-run");
    }
    cluster.ifPresent(id -> args.addAll(List.of("--cluster", id.text())));
    if (!only.isEmpty()) {
      args.addAll(List.of("--only", String.join(",", only)));
    }
    String text =
        "init_recorder() {\ncat << 'ACP_RECORDER'\n"
            + Scripts.recorder()
            + "ACP_RECORDER\n}\n"
            + Scripts.initSh();
    Command command = new Command("init.sh", text, args, LIMIT);
    CommandResult result =
        dry
            ? node.remote().query(command)
            : NodeLock.whenFree(
                node, patience, events, stop, () -> writers.apply(node.name()).execute(command));
    Reply reply = Reply.of(result);
    List<Repair> repairs = repairs(reply);
    boolean failed = repairs.stream().anyMatch(r -> r.status() == Status.FAILED);
    if (!result.ok() && !failed) {
      throw brokeOff(node, result, reply);
    }
    return repairs;
  }

  private AcpException brokeOff(Node node, CommandResult result, Reply reply) {
    for (Reply.Line line : reply.lines()) {
      if (line.index() == 0 && line.word().equals("locked")) {
        return fault(node, FaultCode.NODE_LOCKED, "The node is held by: " + line.detail(), result);
      }
      if (line.index() == 0 && line.word().equals("foreign")) {
        return fault(
            node, FaultCode.FOREIGN_CLUSTER, NodeRecord.foreign(line.detail(), cluster), result);
      }
    }
    return fault(
        node, FaultCode.CHANGE_FAILED, "init.sh ended with status " + result.exit() + ".", result);
  }

  private static AcpException fault(Node node, FaultCode code, String what, CommandResult result) {
    return AcpException.on(node.name(), code, what, result.lastLines(15));
  }

  /** Lines "acp 0 change ID WORD TEXT" and, after those of one repair, "acp 0 repair ID ...". */
  private static List<Repair> repairs(Reply reply) {
    List<Repair> repairs = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    for (Reply.Line line : reply.lines()) {
      String[] part = line.detail().split(" ", 3);
      if (line.index() != 0 || part.length < 2) {
        continue;
      }
      String text = part.length > 2 ? part[2] : "";
      if (line.word().equals("change")) {
        changes.add(part[1].equals("failed") ? text + " (failed)" : text);
      } else if (line.word().equals("repair")) {
        Status status = Status.valueOf(part[1].toUpperCase(Locale.ROOT));
        repairs.add(new Repair(part[0], status, text, changes));
        changes.clear();
      }
    }
    return repairs;
  }
}
