package dev.acp.operation;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.file.Res;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Probe;
import dev.acp.node.Result;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.Redaction;
import dev.acp.remote.Remote;
import dev.acp.remote.RemotePath;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects what somebody far away needs to see what is wrong: from every node that can be reached,
 * and from the cluster where one of its control planes answers. Each question has its own time
 * limit, and so has each node; what does not come is named and costs nothing else.
 */
public final class SupportBundle {
  /** A node's whole part; its questions end earlier by themselves. */
  private static final Duration NODE = Duration.ofMinutes(4);

  private static final Duration QUESTION = Duration.ofSeconds(90);
  private static final Duration CLUSTER = Duration.ofMinutes(2);
  private static final List<String> GROUPS = List.of("system", "record", "units", "containers");

  private final SupportFile file;
  private final Redaction redaction;
  private final Events events;
  private final Stop stop;
  private final int hours;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param hours how far back logs go
   */
  public SupportBundle(SupportFile file, Redaction redaction, Events events, Stop stop, int hours) {
    this.file = file;
    this.redaction = redaction;
    this.events = events;
    this.stop = stop;
    this.hours = hours;
  }

  /** Asks every node, and gives the facts of each for the checks. */
  public Map<NodeName, Result<NodeFacts>> nodes(Fleet fleet, Probe probe) {
    Map<NodeName, Result<NodeFacts>> all = new LinkedHashMap<>();
    fleet
        .faults()
        .forEach(
            (name, fault) -> {
              missing("node " + name, fault);
              all.put(name, new Result.Failed<>(fault));
            });
    Map<NodeName, Result<NodeFacts>> seen =
        Fleet.each(fleet.nodes(), Fleet.PARALLEL, NODE, node -> node(node, probe));
    seen.forEach(
        (name, result) ->
            result.failure().ifPresent(fault -> missing("part of node " + name, fault)));
    all.putAll(seen);
    return all;
  }

  private NodeFacts node(Node node, Probe probe) {
    for (String group : GROUPS) {
      stop.check();
      ask(node, group, "support/node.sh", List.of(group, Integer.toString(hours)), QUESTION);
    }
    StringBuilder raw = new StringBuilder();
    NodeFacts facts = probe.look(new Node(node.spec(), listening(node.remote(), raw)));
    file.add(folder(node) + "facts.txt", redaction.text(raw.toString()));
    tell(node, "collected");
    return facts;
  }

  /** Asks the control planes one after another, until one of them gives the cluster's objects. */
  public void cluster(List<Node> controlPlanes) {
    for (Node node : controlPlanes) {
      stop.check();
      if (ask(node, "cluster", "support/cluster.sh", List.of(), CLUSTER)
          .filter(parts -> parts.all().stream().anyMatch(p -> p.name().contains("/objects/")))
          .isPresent()) {
        return;
      }
    }
    file.missing("the cluster's objects: no control plane that was asked gave them");
  }

  private Optional<SupportParts.Parts> ask(
      Node node, String what, String script, List<String> args, Duration limit) {
    String mark = "@@" + mark();
    List<String> all = new java.util.ArrayList<>(List.of(mark));
    all.addAll(args);
    CommandResult result;
    try {
      result = node.remote().query(new Command("support " + what, Res.text(script), all, limit));
    } catch (AcpException e) {
      missing(node.name() + ", " + what, e.fault());
      return Optional.empty();
    }
    SupportParts.Parts parts = SupportParts.of(result.out(), mark, redaction);
    parts.all().forEach(part -> file.add(folder(node) + part.name(), part.text()));
    if (!parts.whole()) {
      file.missing(node.name() + ", the rest of " + what + ": the answer was cut off");
    }
    return Optional.of(parts);
  }

  private static String folder(Node node) {
    return "nodes/" + SupportParts.safeName(node.name().text()) + "/";
  }

  private String mark() {
    byte[] bytes = new byte[12];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void missing(String what, Fault fault) {
    file.missing(what + ": " + fault.what());
    events.tell(
        new Event.Said(
            Event.Said.Level.WARNING, fault.node(), what + " is missing: " + fault.what()));
  }

  private void tell(Node node, String what) {
    events.tell(new Event.Said(Event.Said.Level.INFO, Optional.of(node.name()), what));
  }

  /** Asks the same, and keeps what was answered. */
  private static Remote listening(Remote remote, StringBuilder raw) {
    return new Remote() {
      @Override
      public CommandResult query(Command command) {
        CommandResult result = remote.query(command);
        raw.append(result.out());
        return result;
      }

      @Override
      public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
        remote.fetch(path, to, atMost);
      }
    };
  }

  /** The probe that the facts come from. */
  public static Probe probe(String containerdRoot) {
    return new Probe(Clock.systemUTC(), containerdRoot);
  }
}
