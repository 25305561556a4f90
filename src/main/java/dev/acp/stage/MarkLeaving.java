package dev.acp.stage;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * From here on there is no going back: it is written down that the nodes leave, so that setup does
 * not take half of one for a member, nor found a cluster anew on the machine that founded this one.
 */
public final class MarkLeaving implements Stage.Deliver<RemoveInput> {
  @Override
  public StageId id() {
    return StageId.of("mark-leaving");
  }

  @Override
  public List<Stage.Delivery> missing(RemoveInput in) {
    return List.of(); // nothing on any node
  }

  @Override
  public void deliver(RemoveInput in, Events events, Stop stop) {
    try {
      in.whileLeaving().save(in.home().folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
