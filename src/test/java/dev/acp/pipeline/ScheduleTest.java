package dev.acp.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.change.Change;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.node.Node;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What runs after what, and what beside it. */
class ScheduleTest {
  private static final List<String> PLACES = List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "hub");

  private record One(String name, boolean besideTheOneBefore) implements Stage.OnNodes<String> {
    @Override
    public StageId id() {
      return StageId.of(name);
    }

    @Override
    public Scope scope(String in) {
      return new Scope(List.of(), 1);
    }

    @Override
    public List<Change> changes(Node node, String in) {
      return List.of();
    }
  }

  private record Look(String name) implements Stage.Check<String> {
    @Override
    public StageId id() {
      return StageId.of(name);
    }

    @Override
    public void check(String in, List<Node> nodes, Events events, Stop stop) {}
  }

  private static Plan<String> plan() {
    return new Plan<>(
        List.of(
            new Look("look"),
            new One("files", false),
            new One("runtime", false),
            new One("init", false),
            new One("tokens", false),
            new One("planes", false),
            new One("workers", true),
            new Look("proof")),
        Optional.of(
            new Plan.Ahead<>(
                NodeName::of, List.of("files", "runtime"), List.of("init", "tokens"))));
  }

  /** A line a phase; lanes apart by |, and each stage with the last digits of its places. */
  private static List<String> shown(Plan<String> plan, String... nodes) {
    Set<NodeName> all = new LinkedHashSet<>();
    for (String node : nodes) {
      all.add(NodeName.of(node));
    }
    List<String> lines = new ArrayList<>();
    for (Schedule.Phase<String> phase : Schedule.of(plan, "10.0.0.1", all).phases()) {
      lines.add(String.join(" | ", phase.lanes().stream().map(ScheduleTest::lane).toList()));
    }
    return lines;
  }

  private static String lane(Schedule.Lane<String> lane) {
    return String.join(
        " ",
        lane.parts().stream()
            .map(
                part ->
                    part.index()
                        + part.stage().id().text()
                        + PLACES.stream()
                            .filter(part.places())
                            .map(place -> "-" + place.replace("10.0.0.", ""))
                            .reduce("", String::concat))
            .toList());
  }

  @Test
  void oneNodeGoesAheadAndTheOthersFollowBesideWhatConcernsItAlone() {
    assertThat(shown(plan(), "10.0.0.1", "10.0.0.2", "10.0.0.3"))
        .containsExactly(
            "1look-1-2-3-hub",
            "2files-1-hub",
            "3runtime-1-hub",
            "4init-1-2-3-hub 5tokens-1-2-3-hub | 2files-2-3 3runtime-2-3",
            "6planes-1-2-3-hub | 7workers-1-2-3-hub",
            "8proof-1-2-3-hub");
  }

  @Test
  void withoutOthersNothingFollows() {
    assertThat(shown(plan(), "10.0.0.1"))
        .containsExactly(
            "1look-1-2-3-hub",
            "2files-1-2-3-hub",
            "3runtime-1-2-3-hub",
            "4init-1-2-3-hub 5tokens-1-2-3-hub",
            "6planes-1-2-3-hub | 7workers-1-2-3-hub",
            "8proof-1-2-3-hub");
  }

  @Test
  void aPartOfThePlanWithoutTheOneOrTheOtherRunsAllNodesTogether() {
    assertThat(shown(plan().part(Optional.empty(), Optional.of("runtime")), "10.0.0.1", "10.0.0.2"))
        .containsExactly("1look-1-2-3-hub", "2files-1-2-3-hub", "3runtime-1-2-3-hub");
    assertThat(
            shown(plan().part(Optional.of("init"), Optional.of("planes")), "10.0.0.1", "10.0.0.2"))
        .containsExactly("1init-1-2-3-hub", "2tokens-1-2-3-hub", "3planes-1-2-3-hub");
    assertThat(
            shown(plan().part(Optional.of("runtime"), Optional.of("init")), "10.0.0.1", "10.0.0.2"))
        .containsExactly("1runtime-1-3-hub", "2init-1-2-3-hub | 1runtime-2");
    assertThat(shown(plan().part(Optional.of("workers"), Optional.empty()), "10.0.0.1"))
        .containsExactly("1workers-1-2-3-hub", "2proof-1-2-3-hub");
  }
}
