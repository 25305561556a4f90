package dev.acp.stage;

import dev.acp.change.NodeRecord;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.file.Res;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.pipeline.Stage;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.Quote;
import dev.acp.value.StageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The leaving machines are as they were before acp came, by each one's own record. For one that
 * does not answer, a script is written that does it when that machine is back.
 */
public final class CleanNodes implements Stage.Deliver<RemoveInput> {
  @Override
  public StageId id() {
    return StageId.of("clean-nodes");
  }

  @Override
  public List<Stage.Delivery> missing(RemoveInput in) {
    List<Stage.Delivery> missing = new ArrayList<>();
    for (Node node : reachable(in)) {
      for (NodeRecord.Line line : in.record().undo(node, Optional.empty(), true).lines()) {
        missing.add(new Stage.Delivery(node.name().text(), "undo", line.id()));
      }
    }
    return missing;
  }

  @Override
  public void deliver(RemoveInput in, Events events, Stop stop) {
    for (NodeName dead : in.dead()) {
      script(in, dead, events);
    }
    Map<NodeName, Result<NodeRecord.Undo>> results =
        Fleet.each(
            reachable(in), Fleet.PARALLEL, node -> in.record().undo(node, Optional.empty(), false));
    Fleet.throwIfAny(results);
    results.forEach((name, result) -> whole(name, result.done().orElseThrow(), events));
  }

  /** Those that answer and bear this cluster's record. */
  private static List<Node> reachable(RemoveInput in) {
    List<Node> ours = new ArrayList<>();
    for (NodeSpec leaving : in.leaving()) {
      Node node = in.nodes().get(leaving.name());
      if (node != null && !in.dead().contains(leaving.name())) {
        Optional<ClusterId> owner = in.record().clusterId(node);
        if (owner.isPresent() && !owner.get().equals(in.decisions().clusterId())) {
          throw AcpException.on(
              node.name(),
              FaultCode.FOREIGN_CLUSTER,
              "The node belongs to cluster " + owner.get() + "; it is left alone.",
              List.of());
        }
        owner.ifPresent(id -> ours.add(node));
      }
    }
    return ours;
  }

  private static void whole(NodeName name, NodeRecord.Undo undo, Events events) {
    if (!undo.complete()) {
      throw AcpException.on(
          name, FaultCode.CHANGE_FAILED, "Not all of it could be taken back.", undo.evidence());
    }
    events.info(name + ": " + undo.lines().size() + " changes taken back");
  }

  private static void script(RemoveInput in, NodeName dead, Events events) {
    String text =
        Res.text("kube/clean-removed.sh")
            .replace("@CLUSTER@", Quote.word(in.decisions().clusterId().text()))
            .replace("@NODE@", Quote.word(dead.text()));
    try {
      AtomicFile.write(
          in.home().cleanupScript(dead), text.getBytes(StandardCharsets.UTF_8), "rwx------");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    events.warning(
        dead
            + " does not answer: run "
            + in.home().cleanupScript(dead)
            + " on it before it is on the network again, or its kubelet comes back");
  }
}
