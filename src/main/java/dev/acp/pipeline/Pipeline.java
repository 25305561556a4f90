package dev.acp.pipeline;

import dev.acp.change.Change;
import dev.acp.change.Gate;
import dev.acp.change.Outcome;
import dev.acp.event.Background;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.event.Wait;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.file.Res;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Runs a plan over the nodes, stage by stage: before and after each step of each node it tells the
 * journal, and it stops after the stage in which something failed. It knows nothing of Kubernetes.
 *
 * @param <I> the inputs of the operation
 */
public final class Pipeline<I> {
  private static final Duration QUESTION = Duration.ofSeconds(60);
  private static final int EVIDENCE_LINES = 12;
  private static final int REMINDERS = 10;
  private static final Set<FaultCode> SLOW =
      Set.of(FaultCode.COMMAND_TIMEOUT, FaultCode.CONNECTION_LOST);

  private final Map<NodeName, Node> nodes;
  private final Function<StageId, Gate> gates;
  private final Optional<Journal> journal;
  private final Events events;
  private final Stop stop;

  /**
   * @param gates one for each stage, whose id marks what it records on a node
   * @param journal empty in a dry run
   */
  public Pipeline(
      Map<NodeName, Node> nodes,
      Function<StageId, Gate> gates,
      Optional<Journal> journal,
      Events events,
      Stop stop) {
    this.nodes = nodes;
    this.gates = gates;
    this.journal = journal;
    this.events = events;
    this.stop = stop;
  }

  /**
   * What a plan would change: nothing is changed, and what depends on an earlier stage shows as
   * wanted.
   */
  public List<Planned> dryRun(Plan<I> plan, I in) {
    List<Planned> planned = new ArrayList<>();
    // what two stages want alike, the first one does
    Map<NodeName, Set<Change>> before = new HashMap<>();
    for (Stage<I> stage : plan.stages()) {
      stop.check();
      if (stage instanceof Stage.OnNodes<I> onNodes) {
        Gate gate = gates.apply(stage.id());
        for (NodeName name : onNodes.scope(in).nodes()) {
          Node node = nodes.get(name);
          for (Outcome outcome : gate.bring(node, onNodes.changes(node, in))) {
            if (outcome.result() != Outcome.Result.ALREADY
                && before.computeIfAbsent(name, n -> new HashSet<>()).add(outcome.change())) {
              planned.add(
                  new Planned(
                      stage.id(),
                      name.text(),
                      outcome.change().verb(),
                      outcome.change().subject()));
            }
          }
        }
      } else if (stage instanceof Stage.Deliver<I> deliver) {
        deliver
            .missing(in)
            .forEach(d -> planned.add(new Planned(stage.id(), d.where(), d.verb(), d.subject())));
      }
    }
    return planned;
  }

  /** One change of a dry run. */
  public record Planned(StageId stage, String node, String change, String path) {}

  /**
   * Runs the plan; throws the fault of the first stage that failed, with those of the stages beside
   * it as evidence.
   */
  public Summary run(Plan<I> plan, I in) {
    long began = System.nanoTime();
    int changed = 0;
    int index = 1;
    for (List<Stage<I>> group : plan.groups()) {
      stop.check();
      changed += together(group, in, index, plan.stages().size());
      index += group.size();
    }
    return new Summary(plan.stages().size(), changed, since(began));
  }

  /** How a run went. */
  public record Summary(int stages, int changed, Duration took) {}

  /** Stages beside each other: each has ended when this returns or throws. */
  private int together(List<Stage<I>> group, I in, int index, int total) {
    List<Fault> faults = new ArrayList<>();
    List<Background<Integer>> running = new ArrayList<>();
    for (Stage<I> stage : group) {
      int own = index + running.size();
      running.add(
          Background.of(
              "stage-" + stage.id(),
              () -> {
                long began = System.nanoTime();
                try {
                  return runStage(stage, in, own, total);
                } catch (AcpException e) {
                  synchronized (faults) {
                    faults.add(e.fault());
                    events.tell(new Event.StageFailed(stage.id(), e.fault(), since(began)));
                  }
                  return 0;
                }
              }));
    }
    int changed = 0;
    RuntimeException acps = null;
    for (Background<Integer> stage : running) {
      try {
        changed += stage.get();
      } catch (RuntimeException e) {
        // a fault of acp's own; the other stages still work on their nodes
        acps = e;
      }
    }
    if (acps != null) {
      throw acps;
    }
    Fleet.throwFirst(faults);
    return changed;
  }

  private int runStage(Stage<I> stage, I in, int index, int total) {
    long began = System.nanoTime();
    int width = stage instanceof Stage.OnNodes<I> on ? on.scope(in).nodes().size() : nodes.size();
    events.tell(new Event.StageStarted(stage.id(), index, total, width));
    int changed = 0;
    if (stage instanceof Stage.Check<I> check) {
      check.check(in, List.copyOf(nodes.values()), events, stop);
    } else if (stage instanceof Stage.Deliver<I> deliver) {
      delivered(deliver, in);
    } else if (stage instanceof Stage.OnNodes<I> onNodes) {
      changed = onNodes(onNodes, in);
    }
    events.tell(new Event.StageDone(stage.id(), changed, since(began)));
    return changed;
  }

  private void delivered(Stage.Deliver<I> stage, I in) {
    journal.ifPresent(j -> j.begin(stage.id(), Optional.empty()));
    try {
      stage.deliver(in, events, stop);
    } catch (AcpException e) {
      journal.ifPresent(j -> j.end(stage.id(), Optional.empty(), e.fault().code().id()));
      throw e;
    }
    journal.ifPresent(j -> j.end(stage.id(), Optional.empty(), "done"));
  }

  private int onNodes(Stage.OnNodes<I> stage, I in) {
    Scope scope = stage.scope(in);
    if (scope.nodes().isEmpty()) {
      return 0;
    }
    Map<NodeName, Result<Integer>> results =
        Fleet.each(
            scope.nodes().stream().map(nodes::get).toList(),
            scope.atOnce(),
            node -> oneNode(stage, node, in));
    return collect(results);
  }

  /** Every node has ended by now, so that one's failure does not leave another half told. */
  private static int collect(Map<NodeName, Result<Integer>> results) {
    Fleet.throwIfAny(results);
    return results.values().stream().mapToInt(r -> r.done().orElse(0)).sum();
  }

  private int oneNode(Stage.OnNodes<I> stage, Node node, I in) {
    stop.check();
    long began = System.nanoTime();
    NodeName name = node.name();
    events.tell(new Event.NodeStarted(stage.id(), name));
    journal.ifPresent(j -> j.begin(stage.id(), Optional.of(name)));
    try {
      List<Change> wanted = stage.changes(node, in);
      int changed = 0;
      int already = 0;
      for (Outcome outcome : gates.apply(stage.id()).bring(node, wanted)) {
        if (outcome.result() == Outcome.Result.DONE) {
          changed++;
          journal.ifPresent(j -> j.changed(stage.id(), name, outcome.change().id()));
        } else {
          already++;
        }
      }
      Optional<Goal> goal = stage.goal(node, in);
      if (goal.isPresent()) {
        reach(node, goal.get());
      }
      journal.ifPresent(j -> j.end(stage.id(), Optional.of(name), "done"));
      events.tell(new Event.NodeDone(stage.id(), name, changed, already, since(began)));
      return changed;
    } catch (AcpException e) {
      journal.ifPresent(j -> j.end(stage.id(), Optional.of(name), e.fault().code().id()));
      throw e;
    }
  }

  private void reach(Node node, Goal goal) {
    Command question =
        new Command(
            "goal " + goal.script(), Res.text("goals/" + goal.script()), goal.args(), QUESTION);
    List<String> evidence = new ArrayList<>();
    // a long wait says now and then what it still sees
    Duration pause = goal.limit().dividedBy(REMINDERS);
    long[] told = {System.nanoTime()};
    Optional<CommandResult> reached =
        Wait.until(
            Optional.of(node.name()),
            goal.what(),
            goal.limit(),
            goal.every(),
            events,
            stop,
            () -> {
              evidence.clear();
              CommandResult result;
              try {
                result = node.remote().query(question);
              } catch (AcpException e) {
                if (!SLOW.contains(e.fault().code())) {
                  throw e;
                }
                // A slow answer is no answer yet; the goal's own limit decides.
                evidence.add(e.fault().what());
                evidence.addAll(e.fault().evidence());
                return Optional.empty();
              }
              evidence.addAll(result.lastLines(EVIDENCE_LINES));
              if (result.ok()) {
                return Optional.of(result);
              }
              if (!evidence.isEmpty() && since(told[0]).compareTo(pause) >= 0) {
                told[0] = System.nanoTime();
                events.tell(
                    new Event.Said(
                        Event.Said.Level.INFO,
                        Optional.of(node.name()),
                        "not yet: " + evidence.get(evidence.size() - 1)));
              }
              return Optional.empty();
            });
    if (reached.isEmpty()) {
      throw AcpException.on(
          node.name(),
          FaultCode.GOAL_NOT_REACHED,
          "Waited " + goal.limit().toSeconds() + " s for " + goal.what() + " in vain.",
          evidence);
    }
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
