package dev.acp.pipeline;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The literal, ordered list of an operation's stages.
 *
 * @param ahead the node that need not wait for the others
 */
public record Plan<I>(List<Stage<I>> stages, Optional<Ahead<I>> ahead) {
  public Plan {
    stages = List.copyOf(stages);
  }

  public Plan(List<Stage<I>> stages) {
    this(stages, Optional.empty());
  }

  /**
   * One node goes through some stages alone; the other nodes go through them while it is on with
   * the next ones, which concern it alone.
   *
   * @param node which
   * @param each the stages that every node goes through, by their ids
   * @param alone those that come next in the plan and concern only that node
   */
  public record Ahead<I>(Function<I, NodeName> node, List<String> each, List<String> alone) {
    public Ahead {
      each = List.copyOf(each);
      alone = List.copyOf(alone);
    }
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
    return new Plan<>(stages.subList(first, last + 1), ahead);
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
