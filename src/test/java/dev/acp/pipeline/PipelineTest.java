package dev.acp.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.change.Change;
import dev.acp.change.Change.KernelSetting;
import dev.acp.change.Gate;
import dev.acp.change.Outcome;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.pipeline.World.Look;
import dev.acp.pipeline.World.Pieces;
import dev.acp.pipeline.World.Settings;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {
  @TempDir Path folder;
  private final World world = new World();
  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  private Journal journal;

  @BeforeEach
  void open() throws IOException {
    journal = Journal.open(file(), world.clock(), "run");
  }

  private Path file() {
    return folder.resolve("journal.jsonl");
  }

  private static Plan<World> plan(Stage<World> stage) {
    return new Plan<>(List.of(stage));
  }

  private static Plan<World> plan(Stage<World> one, Stage<World> two) {
    return new Plan<>(List.of(one, two));
  }

  private AcpException fails(Plan<World> plan, Gate gate) {
    return fails(plan, id -> gate, new CountDownLatch(1));
  }

  /**
   * @param failed counted down when a stage is told as failed
   */
  private AcpException fails(
      Plan<World> plan, Function<StageId, Gate> gates, CountDownLatch failed) {
    return catchThrowableOfType(
        AcpException.class,
        () ->
            new Pipeline<World>(
                    world.fleet(),
                    gates,
                    Optional.of(journal),
                    event -> {
                      events.add(event);
                      if (event instanceof Event.StageFailed) {
                        failed.countDown();
                      }
                    },
                    new Stop())
                .run(plan, world));
  }

  /** The stages that began, each with its number. */
  private List<String> started() {
    return events.stream()
        .filter(Event.StageStarted.class::isInstance)
        .map(Event.StageStarted.class::cast)
        .map(e -> e.stage() + " " + e.index())
        .toList();
  }

  private Pipeline<World> wet(Stop stop) {
    return world.pipeline(Optional.of(journal), false, events::add, stop);
  }

  @Test
  void stagesRunInOrderAndTheirNodesInTheirsAndTheSummaryCounts() {
    Pipeline.Summary summary = wet(new Stop()).run(World.plan(), world);
    assertThat(summary.stages()).isEqualTo(5);
    assertThat(summary.changed()).isEqualTo(9);
    assertThat(world.done.subList(6, 9))
        .containsExactly(
            "first 10.0.0.1 sysctl:init", "join 10.0.0.2 sysctl:join", "join 10.0.0.3 sysctl:join");
    assertThat(world.done.subList(0, 6)).allMatch(d -> d.startsWith("files "));
    assertThat(started()).containsExactly("look 1", "files 2", "pieces 3", "first 4", "join 5");
    assertThat(events)
        .filteredOn(e -> e instanceof Event.StageDone)
        .extracting(e -> ((Event.StageDone) e).changed())
        .containsExactly(
            OptionalInt.empty(),
            OptionalInt.of(6),
            OptionalInt.empty(),
            OptionalInt.of(1),
            OptionalInt.of(2));
  }

  @Test
  void nothingIsLeftAfterAFullRun() {
    wet(new Stop()).run(World.plan(), world);
    assertThat(
            world
                .pipeline(Optional.empty(), true, Events.none(), new Stop())
                .dryRun(World.plan(), world))
        .isEmpty();
    assertThat(wet(new Stop()).run(World.plan(), world).changed()).isZero();
    assertThat(world.done).hasSize(9);
  }

  @Test
  void aDryRunNamesJustWhatAWetRunThenDoesAndDoesNothing() throws IOException {
    List<String> planned =
        world
            .pipeline(Optional.empty(), true, Events.none(), new Stop())
            .dryRun(World.plan(), world)
            .stream()
            .map(p -> p.stage() + " " + p.node() + " " + p.change() + " " + p.path())
            .toList();
    assertThat(world.done).isEmpty();
    assertThat(world.delivered).isEmpty();
    assertThat(planned)
        .containsExactly(
            "files 10.0.0.1 set a=for-10.0.0.1",
            "files 10.0.0.1 set b=for-10.0.0.1",
            "files 10.0.0.2 set a=for-10.0.0.2",
            "files 10.0.0.2 set b=for-10.0.0.2",
            "files 10.0.0.3 set a=for-10.0.0.3",
            "files 10.0.0.3 set b=for-10.0.0.3",
            "pieces service push p1",
            "pieces service push p2",
            "first 10.0.0.1 set init=for-10.0.0.1",
            "join 10.0.0.2 set join=for-10.0.0.2",
            "join 10.0.0.3 set join=for-10.0.0.3");
    wet(new Stop()).run(World.plan(), world);
    List<String> done = new ArrayList<>();
    world.done.forEach(
        d -> {
          String[] w = d.split(" ", -1);
          String key = w[2].substring("sysctl:".length());
          done.add(w[0] + " " + w[1] + " set " + key + "=for-" + w[1]);
        });
    world.delivered.forEach(p -> done.add("pieces service push " + p));
    assertThat(done).containsExactlyInAnyOrderElementsOf(planned);
  }

  @Test
  void aHalfDoneNodeShowsInADryRunOnlyWhatItLacks() {
    world.nodes.get("10.0.0.1").put("sysctl:a", "for-10.0.0.1");
    world.nodes.get("10.0.0.1").put("sysctl:b", "another value");
    assertThat(
            world
                .pipeline(Optional.empty(), true, Events.none(), new Stop())
                .dryRun(
                    plan(
                        new Settings(
                            "files", 1, List.of("10.0.0.1"), List.of("a", "b"), Optional.empty())),
                    world))
        .extracting(Pipeline.Planned::path)
        .containsExactly("b=for-10.0.0.1");
  }

  @Test
  void noMoreNodesThanTheScopeSaysAreWorkedOnAtOnce() {
    for (int atOnce : List.of(1, 2, 3)) {
      AtomicInteger now = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch together = new CountDownLatch(atOnce);
      Gate slow =
          (node, wanted) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            together.countDown();
            awaited(together);
            pause(Duration.ofMillis(80));
            now.decrementAndGet();
            return List.of();
          };
      new Pipeline<World>(world.fleet(), id -> slow, Optional.empty(), Events.none(), new Stop())
          .run(
              plan(new Settings("files", atOnce, World.ALL, List.of("a"), Optional.empty())),
              world);
      assertThat(most.get()).as("at once " + atOnce).isEqualTo(atOnce);
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(Duration length) {
    try {
      Thread.sleep(length.toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneNodesFailureLetsTheOthersEndAndIsToldWithItsNode() throws IOException {
    List<String> ended = Collections.synchronizedList(new ArrayList<>());
    Gate gate =
        (node, wanted) -> {
          if (node.name().text().equals("10.0.0.2")) {
            throw AcpException.of(FaultCode.CHANGE_FAILED, "The disk is full.");
          }
          pause(Duration.ofMillis(60));
          ended.add(node.name().text());
          return List.of(new Outcome(wanted.get(0), Outcome.Result.DONE, ""));
        };
    AcpException e =
        fails(
            plan(
                new Settings("files", 3, World.ALL, List.of("a"), Optional.empty()),
                new Settings("later", 3, World.ALL, List.of("b"), Optional.empty())),
            gate);
    assertThat(e.fault().node()).contains(NodeName.of("10.0.0.2"));
    assertThat(e.fault().what()).isEqualTo("The disk is full.");
    assertThat(ended).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.3");
    assertThat(Files.readString(file()))
        .contains("\"node\":\"10.0.0.2\",\"result\":\"change-failed\"")
        .contains("\"node\":\"10.0.0.1\",\"result\":\"done\"")
        .contains("\"node\":\"10.0.0.3\",\"result\":\"done\"")
        .doesNotContain("later");
    assertThat(Journal.inHand(file())).isEmpty();
    assertThat(events).last().isInstanceOf(Event.StageFailed.class);
  }

  @Test
  void severalFailuresTravelTogetherTheFirstNodesFirst() {
    Gate gate =
        (node, wanted) -> {
          throw AcpException.of(FaultCode.CHANGE_FAILED, "No: " + node.name());
        };
    AcpException e =
        fails(plan(new Settings("files", 3, World.ALL, List.of("a"), Optional.empty())), gate);
    assertThat(e).hasMessage("No: 10.0.0.1");
    assertThat(e.fault().evidence())
        .containsExactly("10.0.0.2: No: 10.0.0.2", "10.0.0.3: No: 10.0.0.3");
  }

  /** On one node, and with the stage before it. */
  private record Beside(String name, String node) implements Stage.OnNodes<World> {
    @Override
    public StageId id() {
      return StageId.of(name);
    }

    @Override
    public boolean besideTheOneBefore() {
      return true;
    }

    @Override
    public Scope scope(World in) {
      return new Scope(List.of(NodeName.of(node)), 1);
    }

    @Override
    public List<Change> changes(Node node, World in) {
      return List.of(new Change.KernelSetting("b", "for-" + node.name()));
    }
  }

  private static Plan<World> besides() {
    return new Plan<>(
        List.of(
            new Settings("one", 1, List.of("10.0.0.1"), List.of("b"), Optional.empty()),
            new Beside("two", "10.0.0.2"),
            new Settings("three", 1, List.of("10.0.0.3"), List.of("b"), Optional.empty())));
  }

  @Test
  void aStageThatMayWorksBesideTheOneBeforeItAndTheNextAfterBoth() {
    CountDownLatch both = new CountDownLatch(2);
    List<String> ended = Collections.synchronizedList(new ArrayList<>());
    Gate gate =
        (node, wanted) -> {
          both.countDown();
          await(both);
          ended.add(node.name().text());
          return List.of(new Outcome(wanted.get(0), Outcome.Result.DONE, ""));
        };
    Pipeline.Summary summary =
        new Pipeline<World>(
                world.fleet(), id -> gate, Optional.of(journal), events::add, new Stop())
            .run(besides(), world);
    assertThat(summary.stages()).isEqualTo(3);
    assertThat(summary.changed()).isEqualTo(3);
    assertThat(ended).hasSize(3).last().isEqualTo("10.0.0.3");
    assertThat(started())
        .containsExactlyInAnyOrder("one 1", "two 2", "three 3")
        .last()
        .isEqualTo("three 3");
  }

  @Test
  void ofTwoBesideEachOtherBothEndAndTheFirstFaultIsTheRuns() throws IOException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch failed = new CountDownLatch(1);
    Gate gate =
        (node, wanted) -> {
          if (node.name().text().equals("10.0.0.1")) {
            begun.countDown();
            await(failed);
          } else {
            await(begun);
          }
          throw AcpException.of(FaultCode.CHANGE_FAILED, "No: " + node.name());
        };
    AcpException e = fails(besides(), id -> gate, failed);
    assertThat(e).hasMessage("No: 10.0.0.2");
    assertThat(e.fault().evidence()).containsExactly("10.0.0.1: No: 10.0.0.1");
    assertThat(events)
        .filteredOn(event -> event instanceof Event.StageFailed)
        .extracting(event -> ((Event.StageFailed) event).stage().text())
        .containsExactly("two", "one");
    assertThat(Files.readString(file())).doesNotContain("three");
    assertThat(Journal.inHand(file())).isEmpty();
  }

  /** "files" on all nodes, "init" on the first, "later" on all. */
  private static Plan<World> ahead() {
    return new Plan<>(
        List.of(
            new Settings("files", 3, World.ALL, List.of("a"), Optional.empty()),
            new Settings("init", 1, List.of("10.0.0.1"), List.of("b"), Optional.empty()),
            new Settings("later", 3, World.ALL, List.of("c"), Optional.empty())),
        Optional.of(
            new Plan.Ahead<>(in -> NodeName.of("10.0.0.1"), List.of("files"), List.of("init"))));
  }

  @Test
  void theNodeThatGoesAheadIsOnWithItsOwnWhileTheOthersFollow() {
    CountDownLatch init = new CountDownLatch(1);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Pipeline.Summary summary =
        new Pipeline<World>(
                world.fleet(),
                stage ->
                    (node, wanted) -> {
                      boolean first = node.name().text().equals("10.0.0.1");
                      if (stage.text().equals("init")) {
                        init.countDown();
                      } else if (stage.text().equals("files") && !first) {
                        // never begun before the first one's own
                        await(init);
                      }
                      order.add(stage + " " + node.name());
                      return List.of(new Outcome(wanted.get(0), Outcome.Result.DONE, ""));
                    },
                Optional.of(journal),
                events::add,
                new Stop())
            .run(ahead(), world);
    assertThat(summary.stages()).isEqualTo(3);
    assertThat(summary.changed()).isEqualTo(7);
    assertThat(order.get(0)).isEqualTo("files 10.0.0.1");
    assertThat(order.subList(1, 4))
        .containsExactlyInAnyOrder("init 10.0.0.1", "files 10.0.0.2", "files 10.0.0.3");
    assertThat(order.subList(4, 7)).allMatch(step -> step.startsWith("later "));
    assertThat(started()).containsExactly("files 1", "init 2", "later 3");
    assertThat(events)
        .filteredOn(e -> e instanceof Event.StageDone)
        .extracting(
            e -> ((Event.StageDone) e).stage() + " " + ((Event.StageDone) e).changed().getAsInt())
        .containsExactlyInAnyOrder("files 3", "init 1", "later 3");
  }

  @Test
  void whenTheNodeAheadFailsTheOthersEndTheirStageAndNoMore() {
    List<String> ended = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch failed = new CountDownLatch(1);
    Plan<World> plan =
        new Plan<>(
            List.of(
                new Settings("files", 3, World.ALL, List.of("a"), Optional.empty()),
                new Settings("runtime", 3, World.ALL, List.of("a"), Optional.empty()),
                new Settings("init", 1, List.of("10.0.0.1"), List.of("b"), Optional.empty())),
            Optional.of(
                new Plan.Ahead<>(
                    in -> NodeName.of("10.0.0.1"), List.of("files", "runtime"), List.of("init"))));
    AcpException e =
        fails(
            plan,
            stage ->
                (node, wanted) -> {
                  if (stage.text().equals("init")) {
                    // the others are in the middle of theirs
                    await(begun);
                    throw AcpException.of(FaultCode.CHANGE_FAILED, "No.");
                  }
                  if (!node.name().text().equals("10.0.0.1")) {
                    begun.countDown();
                    await(failed);
                  }
                  ended.add(stage + " " + node.name());
                  return List.of();
                },
            failed);
    assertThat(e).hasMessage("No.");
    assertThat(ended)
        .containsExactlyInAnyOrder(
            "files 10.0.0.1", "runtime 10.0.0.1", "files 10.0.0.2", "files 10.0.0.3");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFaultOfAcpsOwnWaitsForTheStageBesideIt() {
    List<String> ended = Collections.synchronizedList(new ArrayList<>());
    Gate gate =
        (node, wanted) -> {
          if (node.name().text().equals("10.0.0.1")) {
            throw new IllegalArgumentException("acp's own");
          }
          pause(Duration.ofMillis(100));
          ended.add(node.name().text());
          return List.of();
        };
    assertThatThrownBy(
            () ->
                new Pipeline<World>(
                        world.fleet(), id -> gate, Optional.of(journal), events::add, new Stop())
                    .run(besides(), world))
        .hasStackTraceContaining("acp's own");
    assertThat(ended).containsExactly("10.0.0.2");
  }

  @Test
  void aStepIsInTheJournalBeforeTheNodeIsTouchedAndItsEndAfterTheGoal() {
    List<String> seen = new ArrayList<>();
    Gate gate =
        (node, wanted) -> {
          seen.addAll(inHand());
          return world.gate(StageId.of("first"), false).bring(node, wanted);
        };
    assertThat(
            new Pipeline<World>(
                    world.fleet(),
                    id -> gate,
                    Optional.of(journal),
                    e -> {
                      if (e instanceof Event.NodeDone) {
                        seen.add("done: " + inHand());
                      }
                    },
                    new Stop())
                .run(World.plan().part(Optional.of("first"), Optional.of("first")), world)
                .changed())
        .isEqualTo(1);
    assertThat(seen).containsExactly("first 10.0.0.1", "done: []");
  }

  private List<String> inHand() {
    try {
      return Journal.inHand(file());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theJournalNamesWhatWasChangedByItsIdAndNoValue() throws IOException {
    wet(new Stop()).run(World.plan(), world);
    assertThat(Files.readString(file()))
        .contains(
            "\"event\":\"changed\",\"stage\":\"first\",\"node\":\"10.0.0.1\",\"change\":\"sysctl:init\"")
        .doesNotContain("for-10.0.0.1");
    assertThat(Journal.inHand(file())).isEmpty();
  }

  @Test
  void aGoalThatIsReachedLateIsWaitedForAndToldOnce() {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch waited = new CountDownLatch(1);
    Gate gate =
        (node, wanted) -> {
          Thread late =
              new Thread(
                  () -> {
                    awaited(waited);
                    world.gate(StageId.of("first"), false).bring(node, wanted);
                  });
          late.start();
          asked.incrementAndGet();
          return List.of(new Outcome(wanted.get(0), Outcome.Result.DONE, ""));
        };
    Events told =
        event -> {
          events.add(event);
          if (event instanceof Event.Waiting) {
            waited.countDown();
          }
        };
    new Pipeline<World>(world.fleet(), id -> gate, Optional.empty(), told, new Stop())
        .run(World.plan().part(Optional.of("first"), Optional.of("first")), world);
    assertThat(asked).hasValue(1);
    assertThat(events)
        .filteredOn(e -> e instanceof Event.Waiting)
        .singleElement()
        .isEqualTo(
            new Event.Waiting(
                Optional.of(NodeName.of("10.0.0.1")),
                "the key sysctl:init",
                Duration.ofSeconds(5)));
  }

  @Test
  void aGoalThatIsNotReachedFailsItsNodeWithTheLastEvidence() {
    AcpException e =
        fails(
            plan(
                new Settings(
                    "first",
                    1,
                    List.of("10.0.0.1"),
                    List.of("init"),
                    Optional.of(World.goal("sysctl:other", Duration.ofMillis(40))))),
            world.gate(StageId.of("first"), false));
    assertThat(e.fault().code()).isEqualTo(FaultCode.GOAL_NOT_REACHED);
    assertThat(e.fault().node()).contains(NodeName.of("10.0.0.1"));
    assertThat(e.fault().evidence()).containsExactly("sysctl:other is missing");
    assertThat(e.fault().what()).contains("the key sysctl:other");
    assertThat(inHand()).isEmpty();
    assertThat(events)
        .filteredOn(event -> event instanceof Event.Said)
        .hasSizeBetween(1, 10)
        .containsOnly(
            new Event.Said(
                Event.Said.Level.INFO,
                Optional.of(NodeName.of("10.0.0.1")),
                "not yet: sysctl:other is missing"));
  }

  @Test
  void aGoalIsAskedForEvenWhereNothingWasLeftToChange() {
    Gate already =
        (node, wanted) -> List.of(new Outcome(wanted.get(0), Outcome.Result.ALREADY, ""));
    AcpException e =
        fails(
            plan(
                new Settings(
                    "first",
                    1,
                    List.of("10.0.0.1"),
                    List.of("init"),
                    Optional.of(World.goal("sysctl:init", Duration.ofMillis(20))))),
            already);
    assertThat(e.fault().code()).isEqualTo(FaultCode.GOAL_NOT_REACHED);
  }

  @Test
  void aStopIsHeardBetweenStepsAndTheStepInHandEnds() {
    Stop stop = new Stop();
    Gate gate =
        (node, wanted) -> {
          stop.ask();
          return world.gate(StageId.of("files"), false).bring(node, wanted);
        };
    AcpException e =
        catchThrowableOfType(
            AcpException.class,
            () ->
                new Pipeline<World>(
                        world.fleet(), id -> gate, Optional.of(journal), events::add, stop)
                    .run(
                        plan(
                            new Settings("files", 1, World.ALL, List.of("a"), Optional.empty()),
                            new Settings("later", 1, World.ALL, List.of("b"), Optional.empty())),
                        world));
    assertThat(e.fault().code()).isEqualTo(FaultCode.INTERRUPTED);
    assertThat(world.done).containsExactly("files 10.0.0.1 sysctl:a");
    assertThat(inHand()).isEmpty();
  }

  @Test
  void aStopAskedForBeforeTheRunTouchesNothing() {
    Stop stop = new Stop();
    stop.ask();
    assertThat(
            catchThrowableOfType(AcpException.class, () -> wet(stop).run(World.plan(), world))
                .fault()
                .code())
        .isEqualTo(FaultCode.INTERRUPTED);
    assertThat(world.calls()).isZero();
  }

  @Test
  void aFindingOfACheckStopsBeforeAnyNodeIsTouched() {
    AcpException e =
        fails(
            plan(
                new Look(StageId.of("look"), Optional.of("not ready")),
                new Settings("files", 1, World.ALL, List.of("a"), Optional.empty())),
            world.gate(StageId.of("files"), false));
    assertThat(e.fault().code()).isEqualTo(FaultCode.CHECKS_FAILED);
    assertThat(world.done).isEmpty();
    assertThat(file()).isEmptyFile();
  }

  @Test
  void aDeliveryThatFailsHasItsEndInTheJournalToo() {
    Stage.Deliver<World> broken =
        new Stage.Deliver<>() {
          @Override
          public StageId id() {
            return StageId.of("pieces");
          }

          @Override
          public List<Stage.Delivery> missing(World in) {
            return List.of();
          }

          @Override
          public void deliver(World in, Events told, Stop stop) {
            assertThat(inHand()).containsExactly("pieces");
            throw AcpException.of(FaultCode.REGISTRY_FAILED, "No answer.");
          }
        };
    AcpException e = fails(plan(broken), world.gate(StageId.of("pieces"), false));
    assertThat(e.fault().code()).isEqualTo(FaultCode.REGISTRY_FAILED);
    assertThat(file()).content().contains("\"result\":\"registry-failed\"");
    assertThat(inHand()).isEmpty();
  }

  @Test
  void whatTheGateHasToldIsNotToldAgain() {
    Gate telling =
        (node, wanted) -> {
          events.add(
              new Event.Changed(
                  Optional.of(StageId.of("files")),
                  node.name(),
                  wanted.get(0).verb(),
                  wanted.get(0).subject(),
                  "done"));
          return List.of(new Outcome(wanted.get(0), Outcome.Result.DONE, ""));
        };
    new Pipeline<World>(world.fleet(), id -> telling, Optional.empty(), events::add, new Stop())
        .run(plan(new Settings("files", 1, World.ALL, List.of("a"), Optional.empty())), world);
    assertThat(events).filteredOn(e -> e instanceof Event.Changed).hasSize(3);
  }

  @Test
  void aStageWithoutNodesIsPassedOver() {
    assertThat(
            wet(new Stop())
                .run(
                    plan(
                        new Settings("join", 1, List.of(), List.of("a"), Optional.empty()),
                        new Pieces(StageId.of("pieces"), List.of("p"))),
                    world)
                .changed())
        .isZero();
    assertThat(world.delivered).containsExactly("p");
    assertThat(new KernelSetting("a", "b").id()).isEqualTo("sysctl:a");
  }
}
