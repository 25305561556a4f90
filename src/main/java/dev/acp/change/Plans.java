package dev.acp.change;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.value.StageId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What both gates share. */
final class Plans {
  private Plans() {}

  /** Two changes of one id in one plan would fight over one thing: a fault of the stage. */
  static void refuseTwins(List<Change> wanted) {
    Set<String> ids = new HashSet<>();
    for (Change change : wanted) {
      if (!ids.add(change.id())) {
        throw new IllegalArgumentException("two changes of one plan have the id " + change.id());
      }
    }
  }

  static AcpException cannotTell(Node node, Change change, Seen seen) {
    return AcpException.on(
        node.name(),
        FaultCode.CANNOT_TELL,
        "It cannot be told whether \""
            + change.verb()
            + " "
            + change.subject()
            + "\" is done: "
            + seen.detail(),
        List.of());
  }

  static void tell(Events events, StageId scope, Node node, Outcome outcome) {
    events.tell(
        new Event.Changed(
            Optional.of(scope),
            node.name(),
            outcome.change().verb(),
            outcome.change().subject(),
            outcome.result().name().toLowerCase(Locale.ROOT)));
  }
}
