package dev.acp.change;

import dev.acp.change.Outcome.Result;
import dev.acp.event.Events;
import dev.acp.node.Node;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Looks and says what a wet gate would do. It holds no way to write. */
final class DryGate implements Gate {
  private final Function<Node, Recorder> recorders;
  private final StageId scope;
  private final Events events;

  DryGate(Function<Node, Recorder> recorders, StageId scope, Events events) {
    this.recorders = recorders;
    this.scope = scope;
    this.events = events;
  }

  @Override
  public List<Outcome> bring(Node node, List<Change> wanted) {
    Plans.refuseTwins(wanted);
    List<Seen> seen = recorders.apply(node).look(wanted);
    List<Outcome> outcomes = new ArrayList<>();
    boolean open = false;
    for (int i = 0; i < wanted.size(); i++) {
      Seen now = seen.get(i);
      if (now.word() == Seen.Word.UNKNOWN && !open) {
        throw Plans.cannotTell(node, wanted.get(i), now);
      }
      // What cannot be seen while a change before it is open will be seen after that one.
      boolean already = now.word() == Seen.Word.ALREADY;
      open |= !already;
      outcomes.add(
          new Outcome(wanted.get(i), already ? Result.ALREADY : Result.WOULD, now.detail()));
    }
    outcomes.forEach(o -> Plans.tell(events, scope, node, o));
    return outcomes;
  }
}
