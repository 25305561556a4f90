package dev.acp.change;

import dev.acp.change.Change.Action;
import dev.acp.change.Outcome.Result;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.event.Wait;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Looks, records and does. Safe for several nodes at once, each by one thread. */
final class WetGate implements Gate {
  /** A round trip a second costs little beside the kubeadm that is waited for. */
  static final Duration POLL = Duration.ofSeconds(1);

  private final Function<Node, Recorder> recorders;
  private final StageId scope;
  private final Events events;
  private final Stop stop;
  private final Duration poll;

  WetGate(
      Function<Node, Recorder> recorders, StageId scope, Events events, Stop stop, Duration poll) {
    this.recorders = recorders;
    this.poll = poll;
    this.scope = scope;
    this.events = events;
    this.stop = stop;
  }

  @Override
  public List<Outcome> bring(Node node, List<Change> wanted) {
    Plans.refuseTwins(wanted);
    Recorder recorder = recorders.apply(node);
    List<Outcome> outcomes = new ArrayList<>();
    while (outcomes.size() < wanted.size()) {
      stop.check();
      outcomes.addAll(pass(node, recorder, wanted.subList(outcomes.size(), wanted.size())));
    }
    return outcomes;
  }

  /**
   * Looks at all that is left and works through it as far as that look holds: to the end, to just
   * after a detached action, or to a change that could not be seen while those before it were open.
   */
  private List<Outcome> pass(Node node, Recorder recorder, List<Change> left) {
    List<Seen> seen = recorder.look(left);
    List<Outcome> reached = new ArrayList<>();
    List<Change> batch = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      Change change = left.get(i);
      Seen now = seen.get(i);
      if (now.word() == Seen.Word.UNKNOWN) {
        if (batch.isEmpty()) {
          throw Plans.cannotTell(node, change, now);
        }
        break;
      }
      boolean already = now.word() == Seen.Word.ALREADY;
      reached.add(new Outcome(change, already ? Result.ALREADY : Result.DONE, now.detail()));
      if (already) {
        continue;
      }
      if (change instanceof Action action && action.detached()) {
        flush(recorder, batch);
        detached(node, recorder, action, now);
        break;
      }
      batch.add(change);
    }
    flush(recorder, batch);
    reached.forEach(o -> Plans.tell(events, scope, node, o));
    return reached;
  }

  private void flush(Recorder recorder, List<Change> batch) {
    if (!batch.isEmpty()) {
      stop.check();
      recorder.apply(List.copyOf(batch));
      batch.clear();
    }
  }

  /** Starts a detached action, or goes on with the one that runs, and waits for its end. */
  private void detached(Node node, Recorder recorder, Action action, Seen seen) {
    if (seen.word() != Seen.Word.RUNNING) {
      stop.check();
      recorder.start(action);
    } else {
      events.tell(
          new Event.Said(
              Event.Said.Level.INFO,
              Optional.of(node.name()),
              action.name() + " still runs from an earlier start; acp waits for it"));
    }
    Optional<Recorder.Run> run =
        Wait.until(
            Optional.of(node.name()),
            action.name(),
            action.limit(),
            poll,
            events,
            stop,
            () ->
                Optional.of(recorder.poll(action))
                    .filter(r -> r.state() != Recorder.Run.State.RUNNING));
    if (run.isEmpty()) {
      recorder.end(action);
      throw failed(
          node,
          action,
          "took longer than " + action.limit().toSeconds() + " s",
          recorder.poll(action).lastLines());
    }
    List<String> log = run.get().lastLines();
    if (run.get().state() == Recorder.Run.State.ENDED && run.get().exit() != 0) {
      throw failed(node, action, "ended with status " + run.get().exit(), log);
    }
    Seen after = recorder.look(List.of(action)).get(0);
    if (after.word() != Seen.Word.ALREADY) {
      throw failed(node, action, "ended, but is seen as: " + after.detail(), log);
    }
  }

  private static AcpException failed(Node node, Action action, String how, List<String> log) {
    return AcpException.on(
        node.name(),
        FaultCode.CHANGE_FAILED,
        "The action \"" + action.name() + "\" " + how + ".",
        log);
  }
}
