package dev.acp.change;

import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.Quote;
import dev.acp.value.StageId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What acp changed on a node, read from the node itself, and the way back. */
public final class NodeRecord {
  private static final Duration LOOK = Duration.ofMinutes(1);
  private static final Duration UNDO = Duration.ofMinutes(30);
  private final Function<NodeName, RemoteWriter> writers;
  private final Events events;

  public NodeRecord(Function<NodeName, RemoteWriter> writers, Events events) {
    this.writers = writers;
    this.events = events;
  }

  /**
   * One recorded change. Folders that a file needed are entries of their own, of kind dir.
   *
   * @param id as {@link Change#id()}
   * @param was the state before, in the recorder's words
   * @param done false where a run was cut off before it had made the change, or just after
   */
  public record Entry(
      int number, StageId scope, Instant at, String id, String was, String now, boolean done) {
    public String kind() {
      return id.substring(0, id.indexOf(':'));
    }
  }

  /** What became of one entry. */
  public record Line(Result result, String id) {
    /** KEPT: somebody changed it since, and so it stays. FAILED: it is left over, and recorded. */
    public enum Result {
      UNDONE,
      WOULD,
      KEPT,
      FAILED
    }
  }

  /**
   * How an undo went.
   *
   * @param evidence the last lines of what failed
   */
  public record Undo(List<Line> lines, List<String> evidence) {
    public Undo {
      lines = List.copyOf(lines);
      evidence = List.copyOf(evidence);
    }

    public boolean complete() {
      return lines.stream().noneMatch(l -> l.result() == Line.Result.FAILED);
    }
  }

  /** The cluster that claims the node, if any does. */
  public Optional<ClusterId> clusterId(Node node) {
    Reply reply = Reply.of(ask(node, "identity", "acp_identity\n"));
    return reply
        .first(0, "cluster")
        .map(Reply.Line::detail)
        .filter(id -> !id.equals("-"))
        .map(ClusterId::new);
  }

  /** Every entry, the oldest first; none on a node that acp never changed. */
  public List<Entry> list(Node node) {
    CommandResult result = ask(node, "list", "acp_list\n");
    List<Entry> entries = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      String[] f = line.split("\t", -1);
      if (f.length == 7 && f[0].matches("\\d{6,9}")) {
        entries.add(
            new Entry(
                Integer.parseInt(f[0]),
                StageId.of(f[1]),
                Instant.parse(f[2]),
                f[3],
                f[4],
                f[5],
                f[6].equals("done")));
      }
    }
    return entries;
  }

  /**
   * Takes back what is recorded, the newest first. After all of it the record itself goes, and the
   * node is free again.
   *
   * @param scope only what this stage recorded
   * @param dry says what would be undone
   * @throws AcpException NODE_LOCKED, or a failure of the way there
   */
  public Undo undo(Node node, Optional<StageId> scope, boolean dry) {
    String call =
        "acp_undo "
            + Quote.words(List.of(scope.map(StageId::text).orElse(""), dry ? "yes" : "no"))
            + " < /dev/null\n";
    Command command = command("undo", call, dry ? LOOK : UNDO);
    CommandResult result =
        dry ? node.remote().query(command) : writers.apply(node.name()).execute(command);
    Reply reply = Reply.of(result);
    Optional<Reply.Line> holder = reply.first(0, "locked");
    if (holder.isPresent()) {
      throw fault(
          node, FaultCode.NODE_LOCKED, "The node is held by: " + holder.get().detail(), result);
    }
    List<Line> lines = new ArrayList<>();
    for (Reply.Line line : reply.lines()) {
      if (line.index() > 0 && line.word().equals("removed")) {
        events.detail(node.name(), "removed, since it came after acp: " + line.detail());
      }
      for (Line.Result word : Line.Result.values()) {
        if (line.index() > 0 && word.name().toLowerCase(Locale.ROOT).equals(line.word())) {
          lines.add(new Line(word, line.detail()));
        }
      }
    }
    Undo undo = new Undo(lines, result.ok() ? List.of() : result.lastLines(20));
    if (!result.ok() && undo.complete()) {
      throw fault(
          node, FaultCode.CHANGE_FAILED, "The undo ended with " + result.exit() + ".", result);
    }
    lines.stream()
        .filter(l -> l.result() == Line.Result.KEPT)
        .forEach(l -> events.detail(node.name(), "kept, since it changed after acp: " + l.id()));
    return undo;
  }

  private static CommandResult ask(Node node, String what, String call) {
    CommandResult result = node.remote().query(command(what, call, LOOK));
    if (!result.ok()) {
      throw fault(node, FaultCode.CANNOT_TELL, "The node's record cannot be read.", result);
    }
    return result;
  }

  private static Command command(String what, String call, Duration limit) {
    return new Command("record.sh: " + what, Scripts.recorder() + call, List.of(), limit);
  }

  private static AcpException fault(Node node, FaultCode code, String what, CommandResult result) {
    return AcpException.on(node.name(), code, what, result.lastLines(15));
  }
}
