package dev.acp.change;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.node.Node;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Makes gates. A gate is cheap: one for each stage, whose id marks what it records. */
public final class Gates {
  private Gates() {}

  /**
   * The gate that changes nodes.
   *
   * @param scope the stage, or "init"; what is recorded bears it, and can be taken back by it
   */
  public static Gate wet(
      Function<NodeName, RemoteWriter> writers,
      ClusterId cluster,
      StageId scope,
      Events events,
      Stop stop) {
    return wet(writers, cluster, scope, events, stop, Scripts::action);
  }

  /** With the scripts of actions from elsewhere. */
  static Gate wet(
      Function<NodeName, RemoteWriter> writers,
      ClusterId cluster,
      StageId scope,
      Events events,
      Stop stop,
      UnaryOperator<String> actions) {
    Calls calls = new Calls(actions);
    Function<Node, Recorder> recorders =
        node ->
            new ShellRecorder(
                node,
                () -> writers.apply(node.name()),
                Optional.of(cluster),
                scope,
                calls,
                events,
                stop);
    return new WetGate(recorders, scope, events, stop, WetGate.POLL);
  }

  /**
   * The gate that only looks.
   *
   * @param cluster empty before the first run, when the cluster has no id yet; every claimed node
   *     is looked at then, and a wet run refuses it
   */
  public static Gate dry(Optional<ClusterId> cluster, StageId scope, Events events, Stop stop) {
    return dry(cluster, scope, events, stop, Scripts::action);
  }

  static Gate dry(
      Optional<ClusterId> cluster,
      StageId scope,
      Events events,
      Stop stop,
      UnaryOperator<String> actions) {
    Calls calls = new Calls(actions);
    Function<Node, Recorder> recorders =
        node ->
            new ShellRecorder(
                node,
                () -> {
                  throw new IllegalStateException("a dry run does not write");
                },
                cluster,
                scope,
                calls,
                events,
                stop);
    return new DryGate(recorders, scope, events);
  }
}
