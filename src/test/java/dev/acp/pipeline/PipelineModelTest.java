package dev.acp.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * acp dies at every numbered call of the gate, the service, a goal's question and the journal; what
 * is left of the journal is kept, torn or deleted; the same run again ends in the same state.
 */
class PipelineModelTest {
  /** What became of the journal between the two runs. */
  private enum Left {
    WHOLE,
    TORN,
    DELETED
  }

  @TempDir Path folder;

  private Path journal() {
    return folder.resolve("journal.jsonl");
  }

  private boolean dies(World world, int at) throws IOException {
    world.start(at);
    try {
      world.run(World.plan(), journal());
      return false;
    } catch (World.Crash e) {
      return true;
    }
  }

  private void leave(Left left) throws IOException {
    if (left == Left.DELETED) {
      Files.delete(journal());
    } else if (left == Left.TORN) {
      try (FileChannel file = FileChannel.open(journal(), StandardOpenOption.WRITE)) {
        file.truncate(Math.max(0, file.size() - 7));
      }
    }
  }

  @Test
  void aCrashAtAnyCallIsHealedByTheSameRunWhateverIsLeftOfTheJournal() throws IOException {
    World undisturbed = new World();
    assertThat(dies(undisturbed, 0)).isFalse();
    int calls = undisturbed.calls();
    assertThat(calls).isGreaterThan(35);
    for (Left left : Left.values()) {
      for (int at = 1; at <= calls; at++) {
        String when = "crash at " + at + ", journal " + left;
        World world = new World();
        Files.deleteIfExists(journal());
        assertThat(dies(world, at)).as(when).isTrue();
        leave(left);
        assertThat(dies(world, 0)).as(when).isFalse();
        assertThat(world.nodes).as(when).isEqualTo(undisturbed.nodes);
        assertThat(world.delivered).as(when).isEqualTo(undisturbed.delivered);
        // each change was made once, by the first run or by the second
        assertThat(world.done).as(when).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(world.done)).as(when).isEqualTo(new TreeSet<>(undisturbed.done));
        assertThat(Journal.inHand(journal())).as(when).isEmpty();
        world.start(0);
        assertThat(
                world
                    .pipeline(Optional.empty(), true, Events.none(), new Stop())
                    .dryRun(World.plan(), world))
            .as(when)
            .isEmpty();
      }
      assertThat(dies(new World(), calls + 1)).isFalse();
    }
  }
}
