package dev.acp.stage;

import dev.acp.change.Preprocess.Repair;
import dev.acp.change.Preprocess.Status;
import dev.acp.change.Preprocess.Wishes;
import dev.acp.cluster.ClusterSpec;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.pipeline.Stage;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Node preprocessing: what acp init-nodes does, on every node at once. */
public final class PrepareNodes implements Stage.Deliver<SetupInput> {
  private static final Set<Status> LEFT = Set.of(Status.TODO, Status.REBOOT);

  @Override
  public StageId id() {
    return StageId.of("preprocess");
  }

  /** What init.sh must know of the cluster: it sees one node only. */
  public static Wishes wishes(ClusterSpec spec) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("--ip-family", spec.network().ipFamily().name().toLowerCase(Locale.ROOT));
    if (spec.network().mode().equals("kube-ovn")) {
      values.put("--modules", "geneve,openvswitch");
    }
    return new Wishes(List.of(), values);
  }

  @Override
  public List<Delivery> missing(SetupInput in) {
    List<Delivery> missing = new ArrayList<>();
    run(in, true)
        .forEach(
            (name, repairs) ->
                repairs.stream()
                    .filter(r -> r.status() == Status.WOULD)
                    .flatMap(r -> r.changes().stream())
                    .forEach(c -> missing.add(new Delivery(name.text(), "repair", c))));
    return missing;
  }

  @Override
  public void deliver(SetupInput in, Events events, Stop stop) {
    Map<NodeName, List<Repair>> done = run(in, false);
    done.forEach((name, repairs) -> repairs.forEach(repair -> tell(events, name, repair)));
    done.forEach(
        (name, repairs) -> {
          List<String> failed = lines(repairs, Status.FAILED);
          if (!failed.isEmpty()) {
            throw new AcpException(
                Fault.of(FaultCode.CHANGE_FAILED, "Preprocessing failed in part.")
                    .on(name)
                    .withEvidence(failed));
          }
        });
    List<String> names = new ArrayList<>();
    List<String> why = new ArrayList<>();
    done.forEach(
        (name, repairs) -> {
          List<String> waiting = lines(repairs, Status.REBOOT);
          if (!waiting.isEmpty()) {
            names.add(name.text());
            waiting.forEach(line -> why.add(name + " " + line));
          }
        });
    if (!names.isEmpty()) {
      String all = String.join(", ", names);
      throw new AcpException(
          Fault.of(
                  FaultCode.REBOOT_NEEDED,
                  "What was prepared holds from the next boot on; to be rebooted: " + all + ".")
              .withEvidence(why)
              .withNext(all));
    }
  }

  private static List<String> lines(List<Repair> repairs, Status status) {
    return repairs.stream()
        .filter(r -> r.status() == status)
        .map(r -> r.id() + ": " + r.text())
        .toList();
  }

  private static void tell(Events events, NodeName name, Repair repair) {
    for (String change : repair.changes()) {
      events.tell(
          new Event.Changed(Optional.of(StageId.of("preprocess")), name, "repair", change, "done"));
    }
    if (LEFT.contains(repair.status())) {
      events.tell(
          new Event.Said(
              Event.Said.Level.WARNING,
              Optional.of(name),
              repair.id()
                  + (repair.status() == Status.REBOOT ? ": reboot needed; " : ": left to do; ")
                  + repair.text()));
    }
  }

  private static Map<NodeName, List<Repair>> run(SetupInput in, boolean dry) {
    Map<NodeName, List<Repair>> done = new LinkedHashMap<>();
    List<Node> nodes = List.copyOf(in.nodes().values());
    Wishes wishes = wishes(in.spec());
    Map<NodeName, Result<List<Repair>>> results =
        Fleet.each(nodes, Fleet.PARALLEL, node -> in.preprocess().run(node, dry, wishes));
    Fleet.throwIfAny(results);
    results.forEach((name, result) -> done.put(name, result.done().orElseThrow()));
    return done;
  }
}
