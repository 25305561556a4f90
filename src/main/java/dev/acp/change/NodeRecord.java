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
    return undo(
        node,
        List.of(scope.map(StageId::text).orElse(""), dry ? "yes" : "no"),
        dry,
        Optional.empty());
  }

  /**
   * Takes back what {@link Preprocess} recorded.
   *
   * @param own the cluster whose nodes may be touched; empty where this machine holds none
   * @param dry says what would be undone
   * @throws AcpException FOREIGN_CLUSTER; WOULD_DESTROY where other stages have recorded changes
   *     too, which need what was repaired; NODE_LOCKED, or a failure of the way there
   */
  public Undo undoPreprocess(Node node, Optional<ClusterId> own, boolean dry) {
    List<String> args =
        List.of(Preprocess.SCOPE.text(), dry ? "yes" : "no", own.map(ClusterId::text).orElse(""));
    return undo(node, args, dry, own);
  }

  private Undo undo(Node node, List<String> args, boolean dry, Optional<ClusterId> own) {
    String call = "acp_undo " + Quote.words(args) + " < /dev/null\n";
    Command command = command("undo", call, dry ? LOOK : UNDO);
    CommandResult result =
        dry ? node.remote().query(command) : writers.apply(node.name()).execute(command);
    Reply reply = Reply.of(result);
    refusal(node, reply, result, own);
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

  private static void refusal(
      Node node, Reply reply, CommandResult result, Optional<ClusterId> own) {
    Optional<Reply.Line> holder = reply.first(0, "locked");
    if (holder.isPresent()) {
      throw fault(
          node, FaultCode.NODE_LOCKED, "The node is held by: " + holder.get().detail(), result);
    }
    Optional<Reply.Line> owner = reply.first(0, "foreign");
    if (owner.isPresent()) {
      throw fault(node, FaultCode.FOREIGN_CLUSTER, foreign(owner.get().detail(), own), result);
    }
    Optional<Reply.Line> others = reply.first(0, "in-use");
    if (others.isPresent()) {
      throw AcpException.on(
          node.name(),
          FaultCode.WOULD_DESTROY,
          "Other work of acp stands on what init-nodes repaired here: "
              + others.get().detail()
              + ". acp reset takes back all of it.",
          List.of());
    }
  }

  /** A sentence on a node of another cluster. */
  static String foreign(String owner, Optional<ClusterId> own) {
    return "The node belongs to cluster "
        + owner
        + own.map(id -> ", not to " + id).orElse(", and this machine holds none of that id")
        + ".";
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
