package dev.acp.view;

import dev.acp.event.Event;
import dev.acp.event.Event.Said;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One run's events, with at least one of every kind. */
final class Samples {
  private static final StageId STAGE = StageId.of("container-runtime");
  private static final NodeName NODE = NodeName.of("10.0.0.11");
  private static final Bytes MIB_300 = Bytes.of(300L << 20);

  private Samples() {}

  static List<Event> all() {
    return with("");
  }

  /** The same with something in every text that a node can have a say in. */
  static List<Event> with(String dirt) {
    Optional<NodeName> on = Optional.of(NODE);
    Optional<NodeName> nobody = Optional.empty();
    return List.of(
        new Event.StageStarted(STAGE, 4, 13, 2),
        new Event.NodeStarted(STAGE, NODE),
        new Event.Changed(Optional.of(STAGE), NODE, "write" + dirt, "/etc/a" + dirt, "done"),
        new Event.Changed(Optional.of(STAGE), NODE, "write" + dirt, "/etc/b" + dirt, "already"),
        new Event.Ran(NODE, "probe" + dirt, 0, Duration.ofMillis(12), "one\ttwo" + dirt + "\nend"),
        new Event.Moved(on, "contents" + dirt, Bytes.of(3000), Bytes.of(3000)),
        new Event.Moved(on, "images.tar" + dirt, Bytes.of(1), MIB_300),
        new Event.Moved(on, "images.tar" + dirt, MIB_300, MIB_300),
        new Event.Waiting(on, "containerd to answer" + dirt, Duration.ofSeconds(60)),
        new Event.Waiting(nobody, "the registry" + dirt, Duration.ofSeconds(9)),
        new Said(Said.Level.DETAIL, on, "a detail" + dirt),
        new Said(Said.Level.INFO, on, "to be repaired: swap-off" + dirt),
        new Said(Said.Level.WARNING, nobody, "NO SIGNATURE" + dirt),
        new Event.NodeDone(STAGE, NODE, 1, 17, Duration.ofMillis(2345)),
        new Event.NodeDone(STAGE, NodeName.of("10.0.0.21"), 0, 18, Duration.ofMillis(300)),
        new Event.StageDone(STAGE, OptionalInt.of(1), Duration.ofMillis(2500)),
        new Event.StageDone(STAGE, OptionalInt.of(12), Duration.ofSeconds(61)),
        new Event.StageDone(STAGE, OptionalInt.of(0), Duration.ZERO),
        new Event.StageDone(STAGE, OptionalInt.empty(), Duration.ZERO),
        new Event.StageFailed(
            STAGE,
            Fault.of(FaultCode.CHANGE_FAILED, "The disk is full." + dirt)
                .on(NODE)
                .withEvidence(List.of("No space left on device" + dirt)),
            Duration.ofMillis(99)));
  }
}
