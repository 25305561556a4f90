package dev.acp.event;

import dev.acp.value.NodeName;
import java.util.List;
import java.util.Optional;

/** Where events go. Implementations are safe for use by several threads and never throw. */
@FunctionalInterface
public interface Events {
  void tell(Event event);

  /** Nobody listens. */
  static Events none() {
    return event -> {};
  }

  static Events all(List<Events> listeners) {
    List<Events> copy = List.copyOf(listeners);
    return event -> copy.forEach(listener -> listener.tell(event));
  }

  default void info(String text) {
    tell(new Event.Said(Event.Said.Level.INFO, Optional.empty(), text));
  }

  default void detail(NodeName node, String text) {
    tell(new Event.Said(Event.Said.Level.DETAIL, Optional.of(node), text));
  }

  default void warning(String text) {
    tell(new Event.Said(Event.Said.Level.WARNING, Optional.empty(), text));
  }
}
