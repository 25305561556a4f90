package dev.acp.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.change.Change.Action;
import dev.acp.change.Change.FileBlock;
import dev.acp.change.Change.KernelSetting;
import dev.acp.change.Change.Leaves;
import dev.acp.change.Change.PutFile;
import dev.acp.change.Change.UnitState;
import dev.acp.change.Outcome.Result;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.file.Content;
import dev.acp.node.Node;
import dev.acp.remote.RemotePath;
import dev.acp.value.StageId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The gate's own logic against a node in memory, with a crash at each seam and at pairs of them.
 */
class GateModelTest {
  private static final StageId STAGE = StageId.of("model");
  private static final List<Change> PLAN =
      List.of(
          new Leaves(Leaves.Kind.PATH, "/var/lib/x"),
          new PutFile(RemotePath.of("/etc/a"), "0644", Content.ofText("a")),
          new Action("load", "load.sh", List.of(), Duration.ofSeconds(60), false),
          new KernelSetting("late", "1"),
          new Action("init", "init.sh", List.of(), Duration.ofSeconds(60), true),
          new FileBlock(RemotePath.of("/etc/hosts"), "n", "x"),
          new UnitState("kubelet.service", true, Optional.empty()));

  private final Node nobody = new LocalNode(Path.of("/")).node();

  private static ModelNode node() {
    ModelNode node = new ModelNode();
    node.state.put("file:/etc/a", "old");
    node.state.put("block:/etc/hosts#n", "old");
    return node;
  }

  private List<Outcome> bring(ModelNode node) {
    Gate gate = new WetGate(n -> node.recorder(), STAGE, Events.none(), new Stop(), Duration.ZERO);
    return gate.bring(nobody, PLAN);
  }

  /** True when acp died on the way. */
  private boolean dies(ModelNode node, int seam) {
    node.crashAt(seam);
    try {
      bring(node);
      return false;
    } catch (ModelNode.Crash e) {
      return true;
    } finally {
      node.crashAt(0);
    }
  }

  private void arrivesAndGoesBack(ModelNode node, String when) {
    bring(node);
    for (Change change : PLAN) {
      assertThat(node.state).as(when).containsEntry(change.id(), "wanted");
    }
    // a once-only action that runs as a unit of its own is attached to, never started twice
    assertThat(node.runs).as(when).containsEntry("action:init", 1);
    assertThat(bring(node))
        .as(when)
        .extracting(Outcome::result)
        .containsOnly(Result.ALREADY)
        .hasSize(PLAN.size());
    node.undo();
    assertThat(node.state).as(when).isEqualTo(node().state);
  }

  @Test
  void anUndisturbedRunDoesEachChangeOnceInOrder() {
    ModelNode node = node();
    assertThat(bring(node)).extracting(Outcome::change).isEqualTo(PLAN);
    assertThat(node.record).extracting(ModelNode.Entry::change).isEqualTo(PLAN);
    assertThat(node.runs.values()).containsOnly(1);
  }

  @Test
  void aCrashAtAnySeamIsHealedByTheSamePlan() {
    int seam = 1;
    for (ModelNode node = node(); dies(node, seam); node = node(), seam++) {
      ModelNode back = node();
      dies(back, seam);
      back.undo();
      assertThat(back.state).as("undo after seam " + seam).isEqualTo(node().state);
      arrivesAndGoesBack(node, "after seam " + seam);
    }
    assertThat(seam).isGreaterThan(25);
  }

  @Test
  void pairsOfCrashesAreHealedToo() {
    long seed = 20260101;
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      ModelNode node = node();
      int first = 1 + random.nextInt(32);
      int second = 1 + random.nextInt(32);
      dies(node, first);
      dies(node, second);
      arrivesAndGoesBack(node, "seed " + seed + ", seams " + first + " and " + second);
    }
  }

  @Test
  void aDryRunToleratesWhatOnlyAnOpenChangeWillShow() {
    ModelNode node = node();
    Gate dry = new DryGate(n -> node.recorder(), STAGE, Events.none());
    assertThat(dry.bring(nobody, PLAN)).extracting(Outcome::result).containsOnly(Result.WOULD);
    assertThat(node.record).isEmpty();
    assertThat(node.state).isEqualTo(Map.copyOf(node().state));
  }
}
