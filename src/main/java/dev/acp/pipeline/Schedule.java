package dev.acp.pipeline;

import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * When the stages of a plan run: its phases one after another, the lanes of a phase beside each
 * other, the parts of a lane one after another.
 */
record Schedule<I>(List<Phase<I>> phases) {
  record Phase<I>(List<Lane<I>> lanes) {}

  record Lane<I>(List<Part<I>> parts) {}

  /**
   * A stage, or what of it concerns some places.
   *
   * @param index the stage's in the plan, from 1
   * @param places names of nodes, and of services as {@link Stage.Delivery#where} has them
   */
  record Part<I>(Stage<I> stage, int index, Predicate<String> places) {}

  /**
   * @param nodes all that there are
   */
  static <I> Schedule<I> of(Plan<I> plan, I in, Set<NodeName> nodes) {
    List<Phase<I>> phases = new ArrayList<>();
    List<Part<I>> each = new ArrayList<>();
    List<Part<I>> alone = new ArrayList<>();
    List<String> eachNodes = plan.ahead().map(Plan.Ahead::each).orElse(List.of());
    List<String> firstOnes = plan.ahead().map(Plan.Ahead::alone).orElse(List.of());
    int index = 0;
    for (Stage<I> stage : plan.stages()) {
      Part<I> whole = new Part<>(stage, ++index, place -> true);
      String id = stage.id().text();
      if (eachNodes.contains(id)) {
        each.add(whole);
      } else if (firstOnes.contains(id)) {
        alone.add(whole);
      } else {
        addAhead(phases, plan, in, nodes, each, alone);
        add(phases, whole);
      }
    }
    addAhead(phases, plan, in, nodes, each, alone);
    return new Schedule<>(phases);
  }

  private static <I> void add(List<Phase<I>> phases, Part<I> part) {
    Lane<I> lane = new Lane<>(List.of(part));
    if (part.stage().besideTheOneBefore() && !phases.isEmpty()) {
      phases.get(phases.size() - 1).lanes().add(lane);
    } else {
      phases.add(new Phase<>(new ArrayList<>(List.of(lane))));
    }
  }

  /** Adds what was gathered for the node that goes ahead, and for the others; empties the lists. */
  private static <I> void addAhead(
      List<Phase<I>> phases,
      Plan<I> plan,
      I in,
      Set<NodeName> nodes,
      List<Part<I>> each,
      List<Part<I>> alone) {
    if (!each.isEmpty() && !alone.isEmpty()) {
      NodeName first = plan.ahead().orElseThrow().node().apply(in);
      Set<String> others =
          nodes.stream()
              .filter(name -> !name.equals(first))
              .map(NodeName::text)
              .collect(Collectors.toSet());
      // a service that is no node's comes with the first one
      only(each, place -> !others.contains(place)).forEach(part -> add(phases, part));
      List<Lane<I>> lanes = new ArrayList<>(List.of(new Lane<>(List.copyOf(alone))));
      if (!others.isEmpty()) {
        lanes.add(new Lane<>(only(each, others::contains)));
      }
      phases.add(new Phase<>(lanes));
    } else {
      each.forEach(part -> add(phases, part));
      alone.forEach(part -> add(phases, part));
    }
    each.clear();
    alone.clear();
  }

  private static <I> List<Part<I>> only(List<Part<I>> parts, Predicate<String> places) {
    return parts.stream().map(p -> new Part<>(p.stage(), p.index(), places)).toList();
  }
}
