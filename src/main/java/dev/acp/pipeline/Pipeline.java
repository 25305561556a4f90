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
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

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
    Map<StageId, Tally> tallies = new HashMap<>();
    Schedule<I> schedule = Schedule.of(plan, in, nodes.keySet());
    schedule.phases().stream()
        .flatMap(phase -> phase.lanes().stream())
        .flatMap(lane -> lane.parts().stream())
        .forEach(part -> tallies.computeIfAbsent(part.stage().id(), id -> new Tally()).parts++);
    Run<I> run = new Run<>(in, plan.stages().size(), tallies);
    for (Schedule.Phase<I> phase : schedule.phases()) {
      stop.check();
      together(phase, run);
    }
    int changed = tallies.values().stream().mapToInt(tally -> tally.changed).sum();
    return new Summary(plan.stages().size(), changed, since(began));
  }

  private record Run<I>(I in, int stages, Map<StageId, Tally> tallies) {}

  /** How far a stage is, whose parts may run at different times; guarded by itself. */
  private static final class Tally {
    private int parts;
    private int changed;
    private long began;

    private synchronized Optional<Duration> took() {
      return began == 0 ? Optional.empty() : Optional.of(since(began));
    }
  }

  /** How a run went. */
  public record Summary(int stages, int changed, Duration took) {}

  /** Lanes beside each other: each has ended when this returns or throws. */
  private void together(Schedule.Phase<I> phase, Run<I> run) {
    List<Fault> faults = new ArrayList<>();
    List<Background<Void>> running = new ArrayList<>();
    for (Schedule.Lane<I> lane : phase.lanes()) {
      running.add(
          Background.run(
              "stage-" + lane.parts().get(0).stage().id(), () -> inOrder(lane, run, faults)));
    }
    RuntimeException acps = null;
    for (Background<Void> lane : running) {
      try {
        lane.get();
      } catch (RuntimeException e) {
        // a fault of acp's own; the other lanes still work on their nodes
        acps = e;
      }
    }
    if (acps != null) {
      throw acps;
    }
    Fleet.throwFirst(faults);
  }

  /** The parts of one lane, as long as nothing failed in any. */
  private void inOrder(Schedule.Lane<I> lane, Run<I> run, List<Fault> faults) {
    for (Schedule.Part<I> part : lane.parts()) {
      synchronized (faults) {
        if (!faults.isEmpty()) {
          return;
        }
      }
      Tally tally = run.tallies().get(part.stage().id());
      try {
        stop.check();
        runPart(part, run, tally);
      } catch (AcpException e) {
        synchronized (faults) {
          faults.add(e.fault());
          tally
              .took()
              .ifPresent(
                  took -> events.tell(new Event.StageFailed(part.stage().id(), e.fault(), took)));
        }
        return;
      }
    }
  }

  private void runPart(Schedule.Part<I> part, Run<I> run, Tally tally) {
    Stage<I> stage = part.stage();
    I in = run.in();
    synchronized (tally) {
      if (tally.began == 0) {
        tally.began = System.nanoTime();
        int width =
            stage instanceof Stage.OnNodes<I> on ? on.scope(in).nodes().size() : nodes.size();
        events.tell(new Event.StageStarted(stage.id(), part.index(), run.stages(), width));
      }
    }
    int changed = 0;
    if (stage instanceof Stage.Check<I> check) {
      check.check(in, List.copyOf(nodes.values()), events, stop);
    } else if (stage instanceof Stage.Deliver<I> deliver) {
      delivered(deliver, in, part.places());
    } else if (stage instanceof Stage.OnNodes<I> onNodes) {
      changed = onNodes(onNodes, in, part.places());
    }
    synchronized (tally) {
      tally.changed += changed;
      tally.parts--;
      if (tally.parts == 0) {
        OptionalInt whole =
            stage instanceof Stage.OnNodes<I> ? OptionalInt.of(tally.changed) : OptionalInt.empty();
        events.tell(new Event.StageDone(stage.id(), whole, since(tally.began)));
      }
    }
  }

  private void delivered(Stage.Deliver<I> stage, I in, Predicate<String> places) {
    journal.ifPresent(j -> j.begin(stage.id(), Optional.empty()));
    try {
      stage.deliver(in, places, events, stop);
    } catch (AcpException e) {
      journal.ifPresent(j -> j.end(stage.id(), Optional.empty(), e.fault().code().id()));
      throw e;
    }
    journal.ifPresent(j -> j.end(stage.id(), Optional.empty(), "done"));
  }

  private int onNodes(Stage.OnNodes<I> stage, I in, Predicate<String> places) {
    Scope scope = stage.scope(in);
    List<NodeName> here = scope.nodes().stream().filter(n -> places.test(n.text())).toList();
    if (here.isEmpty()) {
      return 0;
    }
    Map<NodeName, Result<Integer>> results =
        Fleet.each(
            here.stream().map(nodes::get).toList(),
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
