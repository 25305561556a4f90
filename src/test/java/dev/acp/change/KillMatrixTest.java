package dev.acp.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.change.Change.Action;
import dev.acp.change.Change.FileBlock;
import dev.acp.change.Change.KernelSetting;
import dev.acp.change.Change.PutFile;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.file.Content;
import dev.acp.node.FakeNodes;
import dev.acp.node.Node;
import dev.acp.pipeline.Journal;
import dev.acp.pipeline.Pipeline;
import dev.acp.pipeline.Plan;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.remote.RemotePath;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kill matrix at the level of a model: the real pipeline, gate and journal over fake nodes in
 * memory. Every call of a node's recorder and every line of the journal is a numbered seam; acp
 * dies at each of them, and at seeded pairs, with the journal whole, torn or deleted afterwards.
 * The same plan again must end in the wanted state, and no once-only action may have run twice.
 */
class KillMatrixTest {
  private static final List<String> NAMES = List.of("10.0.0.11", "10.0.0.12");
  private static final long SEED = 20261121;

  @TempDir Path dir;
  private final ModelNode.Seams seams = new ModelNode.Seams();
  private final Map<NodeName, ModelNode> models = new LinkedHashMap<>();
  private final Map<NodeName, Node> nodes = new LinkedHashMap<>();

  /** The nodes' wanted states, stage by stage. */
  private record Wanted(StageId id, List<String> on, List<Change> changes)
      implements Stage.OnNodes<Void> {
    @Override
    public Scope scope(Void in) {
      return new Scope(on.stream().map(NodeName::of).toList(), 1);
    }

    @Override
    public List<Change> changes(Node node, Void in) {
      return changes;
    }
  }

  private static Action once(String name) {
    return new Action(name, name + ".sh", List.of(), Duration.ofSeconds(60), true);
  }

  private static Plan<Void> plan() {
    return new Plan<>(
        List.of(
            new Wanted(
                StageId.of("files"),
                NAMES,
                List.of(
                    new PutFile(RemotePath.of("/etc/a"), "0644", Content.ofText("a")),
                    new FileBlock(RemotePath.of("/etc/hosts"), "n", "x"))),
            new Wanted(
                StageId.of("first"),
                NAMES.subList(0, 1),
                List.of(new KernelSetting("early", "1"), once("init"))),
            new Wanted(StageId.of("join"), NAMES.subList(1, 2), List.of(once("join")))));
  }

  /** The journal asks for the time once a line: each of its lines is a seam, too. */
  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        seams.pass();
        return Instant.EPOCH;
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

  private Path journal() {
    return dir.resolve("journal.jsonl");
  }

  private void fresh() throws IOException {
    Files.deleteIfExists(journal());
    models.clear();
    for (String name : NAMES) {
      Node node = FakeNodes.node(name, command -> FakeNodes.says(0, ""));
      nodes.put(node.name(), node);
      models.put(node.name(), new ModelNode(seams));
    }
  }

  /** One acp from its start to its end, or its death; true when it died. */
  private boolean dies(int seam) throws IOException {
    seams.crashAt(seam);
    Function<StageId, Gate> gates =
        stage ->
            new WetGate(
                node -> models.get(node.name()).recorder(),
                stage,
                Events.none(),
                new Stop(),
                Duration.ZERO);
    try (Journal journal = Journal.open(journal(), clock(), "run")) {
      new Pipeline<Void>(nodes, gates, Optional.of(journal), Events.none(), new Stop())
          .run(plan(), null);
      return false;
    } catch (ModelNode.Crash e) {
      return true;
    } catch (IllegalStateException e) {
      // the fleet says so of a death that is no fault of a node
      assertThat(e).hasRootCauseInstanceOf(ModelNode.Crash.class);
      return true;
    }
  }

  private void leave(int how) throws IOException {
    if (how == 1) {
      try (FileChannel file = FileChannel.open(journal(), StandardOpenOption.WRITE)) {
        file.truncate(Math.max(0, file.size() - 9));
      }
    } else if (how == 2) {
      Files.delete(journal());
    }
  }

  private void arrives(String when) throws IOException {
    assertThat(dies(0)).as(when).isFalse();
    for (Stage<Void> stage : plan().stages()) {
      Wanted wanted = (Wanted) stage;
      for (String name : wanted.on()) {
        for (Change change : wanted.changes()) {
          assertThat(models.get(NodeName.of(name)).state)
              .as(when)
              .containsEntry(change.id(), "wanted");
        }
      }
    }
    models.values().forEach(m -> m.runs.forEach((id, n) -> once(when, id, n)));
    assertThat(Journal.inHand(journal())).as(when).isEmpty();
    int lines = Files.readAllLines(journal()).size();
    assertThat(dies(0)).as(when).isFalse();
    assertThat(Files.readAllLines(journal()).stream().skip(lines))
        .as(when + ": the next run has nothing to do")
        .noneMatch(line -> line.contains("\"changed\""));
    for (ModelNode model : models.values()) {
      model.undo();
      assertThat(model.state).as(when).isEmpty();
    }
  }

  private static void once(String when, String id, int times) {
    if (id.startsWith("action:")) {
      assertThat(times).as(when + ": " + id).isEqualTo(1);
    }
  }

  private int seamsOfAnUndisturbedRun() throws IOException {
    fresh();
    assertThat(dies(0)).isFalse();
    return seams.passed();
  }

  @Test
  void aDeathAtAnySeamIsHealedByTheSamePlanWhateverIsLeftOfTheJournal() throws IOException {
    int all = seamsOfAnUndisturbedRun();
    assertThat(all).isGreaterThan(40);
    for (int how = 0; how < 3; how++) {
      for (int seam = 1; seam <= all; seam++) {
        String when = "seam " + seam + " of " + all + ", journal " + how;
        fresh();
        assertThat(dies(seam)).as(when).isTrue();
        leave(how);
        arrives(when);
      }
    }
  }

  @Test
  void pairsOfDeathsAreHealedToo() throws IOException {
    int all = seamsOfAnUndisturbedRun();
    Random random = new Random(SEED);
    for (int i = 0; i < 400; i++) {
      int first = 1 + random.nextInt(all);
      int second = 1 + random.nextInt(all);
      int how = random.nextInt(3);
      String when = "seed " + SEED + ", seams " + first + " and " + second + ", journal " + how;
      fresh();
      dies(first);
      leave(how);
      dies(second);
      arrives(when);
    }
  }
}
