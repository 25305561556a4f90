package dev.acp.change;

import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemotePath;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.ClusterId;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import dev.acp.value.Quote;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Drives res/record.sh on a node: its text, followed by the calls, is one command. */
final class ShellRecorder implements Recorder {
  private static final String FOLDER = "/var/lib/acp/node";
  private static final Duration LOOK = Duration.ofMinutes(2);
  private static final Duration EACH = Duration.ofSeconds(10);
  private static final Duration UNIT = Duration.ofMinutes(11);

  private final Node node;
  private final Supplier<RemoteWriter> writer;
  private final Optional<ClusterId> cluster;
  private final StageId scope;
  private final Calls calls;
  private final Events events;
  private final Stop stop;
  private final String text = Scripts.recorder();
  private final Set<String> staged = new HashSet<>();
  private boolean kept;

  ShellRecorder(
      Node node,
      Supplier<RemoteWriter> writer,
      Optional<ClusterId> cluster,
      StageId scope,
      Calls calls,
      Events events,
      Stop stop) {
    this.node = node;
    this.writer = writer;
    this.cluster = cluster;
    this.scope = scope;
    this.calls = calls;
    this.events = events;
    this.stop = stop;
  }

  @Override
  public List<Seen> look(List<Change> wanted) {
    StringBuilder script = new StringBuilder(text).append("{\nacp_identity\n");
    for (int i = 0; i < wanted.size(); i++) {
      script.append(calls.look(i + 1, wanted.get(i)));
    }
    script.append("} < /dev/null\n");
    CommandResult result = node.remote().query(command("look", script, LOOK));
    Reply reply = Reply.of(result);
    if (!result.ok()) {
      throw fault(FaultCode.CANNOT_TELL, "The recorder could not look at the node.", result);
    }
    String owner = reply.first(0, "cluster").map(Reply.Line::detail).orElse("-");
    if (!owner.equals("-") && cluster.isPresent() && !owner.equals(cluster.get().text())) {
      throw foreign(owner);
    }
    kept = reply.details(0, "recorder").contains(Digest.ofText(text).hex());
    staged.addAll(reply.details(0, "staged"));
    return java.util.stream.IntStream.rangeClosed(1, wanted.size()).mapToObj(reply::seen).toList();
  }

  @Override
  public void apply(List<Change> batch) {
    stage(batch);
    StringBuilder script = new StringBuilder();
    Duration limit = LOOK;
    for (int i = 0; i < batch.size(); i++) {
      Change change = batch.get(i);
      script.append(calls.apply(i + 1, change));
      limit = limit.plus(limitOf(change));
    }
    script.append("acp_end\n");
    run("apply " + batch.size() + " changes", batch, script, limit);
  }

  @Override
  public void start(Action action) {
    StringBuilder script = new StringBuilder(calls.start(1, action));
    run("start " + action.name(), List.of(action), script, LOOK);
  }

  @Override
  public Run poll(Action action) {
    StringBuilder script = new StringBuilder(text).append(calls.poll(1, action)).append('\n');
    CommandResult result = node.remote().query(command("poll " + action.name(), script, LOOK));
    Reply reply = Reply.of(result);
    List<String> log = reply.details(1, "log");
    Optional<Reply.Line> running = reply.first(1, "running");
    if (running.isPresent()) {
      return new Run(Run.State.RUNNING, 0, List.of(running.get().detail()));
    }
    Optional<Reply.Line> ended = reply.first(1, "ended");
    if (ended.isPresent()) {
      return new Run(Run.State.ENDED, Integer.parseInt(ended.get().detail()), log);
    }
    if (reply.first(1, "gone").isPresent()) {
      return new Run(Run.State.GONE, 0, log);
    }
    throw fault(
        FaultCode.CANNOT_TELL, "It cannot be seen how " + action.name() + " stands.", result);
  }

  @Override
  public void end(Action action) {
    StringBuilder script =
        new StringBuilder(text)
            .append("acp_stop_action ")
            .append(Quote.word(action.name()))
            .append('\n');
    writer.get().execute(command("stop " + action.name(), script, LOOK));
  }

  /** Runs a batch under the node's lock; waits a little for whoever holds it. */
  private void run(String what, List<Change> batch, StringBuilder calls, Duration limit) {
    StringBuilder script =
        new StringBuilder(text)
            .append("{\n")
            .append(begin())
            .append(calls)
            .append("} < /dev/null\n");
    CommandResult result =
        NodeLock.whenFree(
            node,
            NodeLock.PATIENCE,
            events,
            stop,
            () -> writer.get().execute(command(what, script, limit)));
    kept = true;
    Reply reply = Reply.of(result);
    Optional<Reply.Line> owner = reply.first(0, "foreign");
    if (owner.isPresent()) {
      throw foreign(owner.get().detail());
    }
    for (int i = 1; i <= batch.size(); i++) {
      if (reply.first(i, "done").isEmpty()) {
        Change change = batch.get(i - 1);
        throw fault(
            FaultCode.CHANGE_FAILED,
            "The change \""
                + change.verb()
                + " "
                + change.subject()
                + "\" failed ("
                + reply.first(i, "failed").map(Reply.Line::detail).orElse("status " + result.exit())
                + ").",
            result);
      }
    }
    if (!result.ok()) {
      throw fault(
          FaultCode.CHANGE_FAILED, "The recorder ended with " + result.exit() + ".", result);
    }
  }

  /** Takes the lock, claims the node, and leaves this recorder there where it has another one. */
  private String begin() {
    String begin =
        "acp_begin "
            + Quote.words(
                List.of(
                    cluster.map(ClusterId::text).orElse(""), scope.text(), "acp, stage " + scope))
            + "\n";
    return kept ? begin : begin + "acp_keep_recorder << 'ACP_RECORDER'\n" + text + "ACP_RECORDER\n";
  }

  /** Streams large contents to the node, each once. */
  private void stage(List<Change> batch) {
    Map<String, Content> missing = new LinkedHashMap<>();
    for (Change change : batch) {
      if (change instanceof PutFile file && Calls.staged(file)) {
        String name = file.content().digest().hex();
        if (!staged.contains(name)) {
          missing.put(name, file.content());
        }
      }
    }
    if (!missing.isEmpty()) {
      run("prepare", List.of(), new StringBuilder(), LOOK);
    }
    missing.forEach(
        (name, content) -> {
          stop.check();
          writer
              .get()
              .put(
                  content,
                  RemotePath.of(FOLDER + "/stage/" + name),
                  soFar ->
                      events.tell(
                          new Event.Moved(Optional.of(name()), "contents", soFar, content.size())));
        });
    staged.clear(); // the batch that follows takes the folder away
  }

  private static Duration limitOf(Change change) {
    if (change instanceof Action action) {
      return action.limit();
    }
    if (change instanceof Change.UnitState) {
      return UNIT;
    }
    // a copy, a digest and a sync at 1 MiB a second, on a disk that is nearly dead
    return change instanceof PutFile file
        ? EACH.plusSeconds(file.content().size().count() >> 20)
        : EACH;
  }

  private static Command command(String what, StringBuilder script, Duration limit) {
    return new Command("record.sh: " + what, script.toString(), List.of(), limit);
  }

  private NodeName name() {
    return node.name();
  }

  private AcpException foreign(String owner) {
    return AcpException.on(
        name(),
        FaultCode.FOREIGN_CLUSTER,
        "The node belongs to cluster "
            + owner
            + ", not to "
            + cluster.map(ClusterId::text).orElse("-"),
        List.of());
  }

  private AcpException fault(FaultCode code, String what, CommandResult result) {
    return AcpException.on(name(), code, what, result.lastLines(15));
  }
}
