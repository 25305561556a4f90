package dev.acp.pipeline;

import dev.acp.value.NodeName;
import java.util.List;

/** Which nodes a stage works on, in which order, and how many of them at once. */
public record Scope(List<NodeName> nodes, int atOnce) {
  public Scope {
    nodes = List.copyOf(nodes);
    if (atOnce < 1) {
      throw new IllegalArgumentException("at least one node at once");
    }
  }
}
