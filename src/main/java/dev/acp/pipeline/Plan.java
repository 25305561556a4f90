package dev.acp.pipeline;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The literal, ordered list of an operation's stages. */
public record Plan<I>(List<Stage<I>> stages) {
  public Plan {
    stages = List.copyOf(stages);
  }

  /** The part from one stage to another, both included; an unknown id is a usage fault. */
  public Plan<I> part(Optional<String> from, Optional<String> until) {
    int first = from.map(this::index).orElse(0);
    int last = until.map(this::index).orElse(stages.size() - 1);
    if (first > last) {
      throw AcpException.of(
          FaultCode.USAGE,
          "--from " + from.orElse("") + " comes after --until " + until.orElse("") + ".");
    }
    return new Plan<>(stages.subList(first, last + 1));
  }

  /** The stages as they run: each alone, or with those after it that may begin with it. */
  List<List<Stage<I>>> groups() {
    List<List<Stage<I>>> groups = new ArrayList<>();
    for (Stage<I> stage : stages) {
      if (groups.isEmpty() || !stage.besideTheOneBefore()) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(stage);
    }
    return groups;
  }

  private int index(String id) {
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).id().text().equals(id)) {
        return i;
      }
    }
    throw AcpException.of(
        FaultCode.USAGE,
        "There is no stage "
            + id
            + "; the stages are "
            + stages.stream().map(Stage::id).map(StageId::text).collect(Collectors.joining(", "))
            + ".");
  }
}
