package dev.acp.node;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.Credentials;
import dev.acp.remote.HostKeys;
import dev.acp.remote.Masker;
import dev.acp.remote.RemoteWriter;
import dev.acp.remote.Secrets;
import dev.acp.remote.SshRemote;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The cluster's machines, each connected or not with the reason. It holds the writers, which only
 * room change takes from it; everybody else gets {@link Node}s that can be asked. Safe for use by
 * several threads.
 */
public final class Fleet implements AutoCloseable {
  /** How many nodes are worked on at once unless somebody says otherwise. */
  public static final int PARALLEL = 16;

  private static final Duration CONNECT_LIMIT = Duration.ofMinutes(5);
  private static final Duration WORK_LIMIT = Duration.ofDays(7);

  private final Map<NodeName, RemoteWriter> writers;
  private final List<Node> nodes;
  private final Map<NodeName, Fault> faults;
  private final Function<NodeSpec, SshRemote> login;

  private Fleet(
      List<NodeSpec> specs,
      Map<NodeName, RemoteWriter> writers,
      Map<NodeName, Fault> faults,
      Function<NodeSpec, SshRemote> login) {
    this.login = login;
    this.writers = Map.copyOf(writers);
    this.faults = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(faults));
    List<Node> connected = new ArrayList<>();
    for (NodeSpec spec : specs) {
      if (writers.containsKey(spec.name())) {
        connected.add(new Node(spec, writers.get(spec.name())));
      }
    }
    this.nodes = List.copyOf(connected);
  }

  /** Connects to every node over SSH; one that fails costs only itself. */
  public static Fleet connect(
      ClusterSpec spec, HostKeys keys, Secrets secrets, Events events, int parallel) {
    return connect(spec.nodes(), keys, secrets, events, parallel, CONNECT_LIMIT);
  }

  /**
   * Connects to these nodes.
   *
   * @param limit nodes that have not answered by then count as failed
   * @throws AcpException USAGE or FILE_UNREADABLE when a secret cannot be read, before any node is
   *     touched
   */
  public static Fleet connect(
      List<NodeSpec> specs,
      HostKeys keys,
      Secrets secrets,
      Events events,
      int parallel,
      Duration limit) {
    Map<NodeName, Credentials> credentials = new LinkedHashMap<>();
    for (NodeSpec spec : specs) {
      credentials.put(spec.name(), Credentials.of(spec.ssh(), secrets));
    }
    Masker masker = secrets.masker();
    Function<NodeSpec, SshRemote> login =
        spec ->
            SshRemote.connect(
                spec.name(), spec.ssh(), credentials.get(spec.name()), keys, masker, events);
    Map<NodeName, Result<RemoteWriter>> results =
        Parallel.each(specs, NodeSpec::name, parallel, limit, login::apply);
    Map<NodeName, RemoteWriter> writers = new LinkedHashMap<>();
    Map<NodeName, Fault> faults = new LinkedHashMap<>();
    results.forEach(
        (name, result) -> {
          result.done().ifPresent(writer -> writers.put(name, writer));
          result.failure().ifPresent(fault -> faults.put(name, fault));
        });
    return new Fleet(specs, writers, faults, login);
  }

  /** A fleet of writers made elsewhere: another way to the machines, or a test's fakes. */
  public static Fleet of(List<NodeSpec> specs, Map<NodeName, RemoteWriter> writers) {
    return new Fleet(
        specs,
        writers,
        Map.of(),
        spec -> {
          throw AcpException.on(
              spec.name(), FaultCode.NODE_UNREACHABLE, "There is no second way to it.", List.of());
        });
  }

  /**
   * Runs a command over a connection of its own, made anew: the proof that one can still log in.
   *
   * @throws AcpException as {@link SshRemote#connect} and {@link RemoteWriter#execute} do
   */
  public CommandResult byNewLogin(NodeName name, Command command) {
    Node node =
        node(name)
            .orElseThrow(
                () ->
                    AcpException.on(name, FaultCode.INTERNAL, "There is no such node.", List.of()));
    try (SshRemote anew = login.apply(node.spec())) {
      return anew.execute(command);
    }
  }

  /** The connected nodes, in the cluster file's order. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Why the others are not connected, in the cluster file's order. */
  public Map<NodeName, Fault> faults() {
    return faults;
  }

  public Optional<Node> node(NodeName name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst();
  }

  /** Throws the first node's fault when any node is not connected; the others are evidence. */
  public Fleet needAll() {
    throwFirst(List.copyOf(faults.values()));
    return this;
  }

  /** Throws the first node's fault; those of the others are added to its evidence. */
  public static void throwIfAny(Map<NodeName, ? extends Result<?>> results) {
    List<Fault> faults = new ArrayList<>();
    results.values().forEach(result -> result.failure().ifPresent(faults::add));
    throwFirst(faults);
  }

  /** Throws the first fault, if there is one, with the others as evidence. */
  public static void throwFirst(List<Fault> faults) {
    if (faults.isEmpty()) {
      return;
    }
    List<String> evidence = new ArrayList<>(faults.get(0).evidence());
    for (Fault other : faults.subList(1, faults.size())) {
      evidence.add(other.node().map(n -> n + ": ").orElse("") + other.what());
      evidence.addAll(other.evidence());
    }
    throw new AcpException(faults.get(0).withEvidence(evidence));
  }

  /** The way to change a node; for room change and its wiring only. */
  public RemoteWriter writer(NodeName name) {
    RemoteWriter writer = writers.get(name);
    if (writer == null) {
      throw new AcpException(
          Optional.ofNullable(faults.get(name))
              .orElse(Fault.of(FaultCode.INTERNAL, "There is no node " + name + ".")));
    }
    return writer;
  }

  /** Runs work on each node, at most parallel at once; one result a node, in the given order. */
  public static <T> Map<NodeName, Result<T>> each(
      List<Node> nodes, int parallel, Function<Node, T> work) {
    return each(nodes, parallel, WORK_LIMIT, work);
  }

  /** The same with a limit for all of it; a node that has not ended by then is a failed one. */
  public static <T> Map<NodeName, Result<T>> each(
      List<Node> nodes, int parallel, Duration limit, Function<Node, T> work) {
    return Parallel.each(nodes, Node::name, parallel, limit, work);
  }

  @Override
  public void close() {
    for (RemoteWriter writer : writers.values()) {
      if (writer instanceof SshRemote ssh) {
        ssh.close();
      }
    }
  }
}
