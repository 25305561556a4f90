package dev.acp.pipeline;

import dev.acp.change.Change;
import dev.acp.change.Change.KernelSetting;
import dev.acp.change.Gate;
import dev.acp.change.Outcome;
import dev.acp.change.Outcome.Result;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.FakeNodes;
import dev.acp.node.Node;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Nodes in memory, a gate to them that keeps the real one's promises, and a service that takes
 * deliveries. Every step is a numbered call, and at one of them acp dies: from there on nothing of
 * that acp does anything any more.
 */
final class World {
  /** acp's death: nothing catches it. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** What each node has; survives acp. */
  final Map<String, TreeMap<String, String>> nodes = new TreeMap<>();

  final TreeSet<String> delivered = new TreeSet<>();

  /** What was done, as "STAGE NODE ID", over all runs. */
  final List<String> done = new ArrayList<>();

  /** What is seen of order: "begin", "ask" and so on, for the tests to fill. */
  private int calls;

  private int crashAt;
  private boolean dead;

  World() {
    for (String name : List.of("10.0.0.1", "10.0.0.2", "10.0.0.3")) {
      nodes.put(name, new TreeMap<>());
    }
  }

  /** A new acp, which dies at its n-th call; 0 for never. */
  synchronized void start(int n) {
    calls = 0;
    crashAt = n;
    dead = false;
  }

  synchronized int calls() {
    return calls;
  }

  private synchronized void call(Runnable work) {
    if (dead || ++calls == crashAt) {
      dead = true;
      throw new Crash();
    }
    work.run();
  }

  /** The journal asks for the time once a line, which makes each of its lines a call. */
  Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        call(() -> {});
        return Instant.parse("2026-01-01T00:00:00Z");
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  /** Asked for KEY, a node says 0 when it has it. */
  Map<NodeName, Node> fleet() {
    Map<NodeName, Node> all = new LinkedHashMap<>();
    for (String name : nodes.keySet()) {
      Node node =
          FakeNodes.node(
              name,
              command -> {
                call(() -> {});
                String key = command.args().get(0);
                boolean there = has(name, key);
                return FakeNodes.says(there ? 0 : 1, there ? "" : key + " is missing\n");
              });
      all.put(node.name(), node);
    }
    return all;
  }

  private synchronized boolean has(String node, String id) {
    return nodes.get(node).containsKey(id);
  }

  Gate gate(StageId stage, boolean dry) {
    return (node, wanted) -> {
      call(() -> {});
      List<Outcome> outcomes = new ArrayList<>();
      for (Change change : wanted) {
        String value = ((KernelSetting) change).value();
        boolean already = value.equals(value(node.name().text(), change.id()));
        if (!already && !dry) {
          call(
              () -> {
                nodes.get(node.name().text()).put(change.id(), value);
                done.add(stage + " " + node.name() + " " + change.id());
              });
        }
        outcomes.add(
            new Outcome(change, already ? Result.ALREADY : dry ? Result.WOULD : Result.DONE, ""));
      }
      return outcomes;
    };
  }

  private synchronized String value(String node, String id) {
    return nodes.get(node).get(id);
  }

  /** Wants some settings on some nodes, and may have a goal that one of them reaches. */
  static final class Settings implements Stage.OnNodes<World> {
    private final String id;
    private final List<String> on;
    private final List<String> keys;
    private final Optional<Goal> goal;
    private final int atOnce;

    Settings(String id, int atOnce, List<String> on, List<String> keys, Optional<Goal> goal) {
      this.id = id;
      this.atOnce = atOnce;
      this.on = on;
      this.keys = keys;
      this.goal = goal;
    }

    @Override
    public StageId id() {
      return StageId.of(id);
    }

    @Override
    public Scope scope(World in) {
      return new Scope(on.stream().map(NodeName::of).toList(), atOnce);
    }

    @Override
    public List<Change> changes(Node node, World in) {
      return keys.stream()
          .map(key -> (Change) new KernelSetting(key, "for-" + node.name()))
          .toList();
    }

    @Override
    public Optional<Goal> goal(Node node, World in) {
      return goal;
    }
  }

  /** Brings pieces to the service. */
  record Pieces(StageId id, List<String> pieces) implements Stage.Deliver<World> {
    @Override
    public List<Delivery> missing(World in) {
      return pieces.stream()
          .filter(p -> !in.delivered.contains(p))
          .map(p -> new Delivery("service", "push", p))
          .toList();
    }

    @Override
    public void deliver(World in, Events events, Stop stop) {
      for (String piece : pieces) {
        if (!in.delivered.contains(piece)) {
          in.call(() -> in.delivered.add(piece));
        }
      }
    }
  }

  /** Looks only. */
  record Look(StageId id, Optional<String> finding) implements Stage.Check<World> {
    @Override
    public void check(World in, List<Node> nodes, Events events, Stop stop) {
      in.call(() -> {});
      finding.ifPresent(
          f -> {
            throw AcpException.of(FaultCode.CHECKS_FAILED, f);
          });
    }
  }

  static final List<String> ALL = List.of("10.0.0.1", "10.0.0.2", "10.0.0.3");

  static Goal goal(String key, Duration limit) {
    return new Goal(
        "the key " + key, "containerd-answers.sh", List.of(key), limit, Duration.ofMillis(2));
  }

  /** One of each kind of stage, with a goal in the middle. */
  static Plan<World> plan() {
    return new Plan<>(
        List.of(
            new Look(StageId.of("look"), Optional.empty()),
            new Settings("files", 2, ALL, List.of("a", "b"), Optional.empty()),
            new Pieces(StageId.of("pieces"), List.of("p1", "p2")),
            new Settings(
                "first",
                1,
                List.of("10.0.0.1"),
                List.of("init"),
                Optional.of(goal("sysctl:init", Duration.ofSeconds(5)))),
            new Settings(
                "join", 1, List.of("10.0.0.2", "10.0.0.3"), List.of("join"), Optional.empty())));
  }

  Pipeline<World> pipeline(Optional<Journal> journal, boolean dry, Events events, Stop stop) {
    return new Pipeline<>(fleet(), stage -> gate(stage, dry), journal, events, stop);
  }

  /** One run of acp from its start to its end, or its death. */
  Pipeline.Summary run(Plan<World> plan, Path journal) throws java.io.IOException {
    try (Journal j = Journal.open(journal, clock(), "run")) {
      return pipeline(Optional.of(j), false, Events.none(), new Stop()).run(plan, this);
    }
  }
}
