package dev.acp.change;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.RemoteWriter;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Runs res/init.sh on a node, as a text over standard input: nothing of it is left there but the
 * recorder and what it recorded. Safe for several nodes at once.
 */
public final class Preprocess {
  /** What init.sh records bears this scope; {@link NodeRecord#undoPreprocess} is the way back. */
  public static final StageId SCOPE = StageId.of("init");

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String KEEP =
      """
      case $1 in sshd-use-dns) u=usedns ;; *) u=usepam ;; esac
      systemctl stop "acp-sshd-guard-$u-*.timer"
      ! systemctl is-active -q "acp-sshd-guard-$u-*.timer"
      """;
  private final Function<NodeName, RemoteWriter> writers;
  private final Optional<ClusterId> cluster;
  private final Duration patience;
  private final Events events;
  private final Stop stop;
  private BiFunction<NodeName, Command, CommandResult> newLogin =
      (node, command) -> {
        throw AcpException.on(
            node, FaultCode.NODE_UNREACHABLE, "There is no second way to it.", List.of());
      };

  /**
   * @param cluster empty before the first setup, when the nodes belong to nobody yet
   */
  public Preprocess(
      Function<NodeName, RemoteWriter> writers,
      Optional<ClusterId> cluster,
      Events events,
      Stop stop) {
    this(writers, cluster, NodeLock.PATIENCE, events, stop);
  }

  Preprocess(
      Function<NodeName, RemoteWriter> writers,
      Optional<ClusterId> cluster,
      Duration patience,
      Events events,
      Stop stop) {
    this.patience = patience;
    this.events = events;
    this.stop = stop;
    this.writers = writers;
    this.cluster = cluster;
  }

  /**
   * How a command is run over a new login. Changed sshd settings stay only after one, and without
   * this never.
   */
  public Preprocess withNewLogin(BiFunction<NodeName, Command, CommandResult> login) {
    newLogin = login;
    return this;
  }

  /**
   * What only the operator can know.
   *
   * @param only ids of repairs; empty for all
   * @param values options of init.sh with their values, such as --dns and an address
   */
  public record Wishes(List<String> only, Map<String, String> values) {
    public static final Wishes NONE = new Wishes(List.of(), Map.of());

    public Wishes {
      only = List.copyOf(only);
      values = new TreeMap<>(values);
    }

    List<String> args() {
      List<String> args = new ArrayList<>();
      if (!only.isEmpty()) {
        args.addAll(List.of("--only", String.join(",", only)));
      }
      values.forEach((option, value) -> args.addAll(List.of(option, value)));
      return args;
    }
  }

  /** What became of one repair; the gravest of its parts, in this order. */
  public enum Status {
    OK,
    SKIP,
    DONE,
    WOULD,
    /** Something is left that init.sh does not do. */
    TODO,
    /** Done, and it holds from the next boot on. */
    REBOOT,
    FAILED
  }

  /**
   * One repair on one node.
   *
   * @param text the reason, where there is one to give
   * @param changes what was done, or would be
   */
  public record Repair(String id, Status status, String text, List<String> changes) {
    public Repair {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Repairs, or says what it would repair.
   *
   * @param only ids of repairs; empty for all
   * @throws AcpException NODE_LOCKED, FOREIGN_CLUSTER, CHANGE_FAILED when init.sh broke off; a
   *     repair that failed is a result
   */
  public List<Repair> run(Node node, boolean dry, List<String> only) {
    return run(node, dry, new Wishes(only, Map.of()));
  }

  /** The same with the operator's wishes. */
  public List<Repair> run(Node node, boolean dry, Wishes wishes) {
    List<String> args = new ArrayList<>(List.of("--framed"));
    if (dry) {
      args.add("--dry-run");
    }
    cluster.ifPresent(id -> args.addAll(List.of("--cluster", id.text())));
    args.addAll(wishes.args());
    String text =
        "init_recorder() {\ncat << 'ACP_RECORDER'\n"
            + Scripts.recorder()
            + "ACP_RECORDER\n}\n"
            + Scripts.initSh();
    Command command = new Command("init.sh", text, args, LIMIT);
    CommandResult result =
        dry
            ? node.remote().query(command)
            : NodeLock.whenFree(
                node, patience, events, stop, () -> writers.apply(node.name()).execute(command));
    Reply reply = Reply.of(result);
    List<Repair> repairs = repairs(reply);
    boolean failed = repairs.stream().anyMatch(r -> r.status() == Status.FAILED);
    if (!result.ok() && !failed) {
      throw brokeOff(node, result, reply);
    }
    return dry ? repairs : repairs.stream().map(repair -> kept(node, repair)).toList();
  }

  /**
   * A timer on the node takes changed sshd settings back after 90 s (init.sh); it is stopped by a
   * login that was made after the change, which proves that one still can.
   */
  private Repair kept(Node node, Repair repair) {
    if (!repair.id().startsWith("sshd-")
        || repair.changes().isEmpty()
        || repair.status() == Status.FAILED) {
      return repair;
    }
    String why;
    try {
      CommandResult result =
          newLogin.apply(
              node.name(),
              new Command("keep sshd", KEEP, List.of(repair.id()), Duration.ofSeconds(20)));
      if (result.ok()) {
        return repair;
      }
      why = String.join(" ", result.lastLines(3));
    } catch (AcpException e) {
      why = e.fault().what();
    }
    return new Repair(
        repair.id(),
        Status.FAILED,
        "A new login failed, so sshd's settings go back by themselves within 90 s: " + why,
        repair.changes());
  }

  private AcpException brokeOff(Node node, CommandResult result, Reply reply) {
    for (Reply.Line line : reply.lines()) {
      if (line.index() == 0 && line.word().equals("locked")) {
        return fault(node, FaultCode.NODE_LOCKED, "The node is held by: " + line.detail(), result);
      }
      if (line.index() == 0 && line.word().equals("foreign")) {
        return fault(
            node, FaultCode.FOREIGN_CLUSTER, NodeRecord.foreign(line.detail(), cluster), result);
      }
    }
    return fault(
        node, FaultCode.CHANGE_FAILED, "init.sh ended with status " + result.exit() + ".", result);
  }

  private static AcpException fault(Node node, FaultCode code, String what, CommandResult result) {
    return AcpException.on(node.name(), code, what, result.lastLines(15));
  }

  /** Lines "acp 0 change ID WORD TEXT" and, after those of one repair, "acp 0 repair ID ...". */
  private static List<Repair> repairs(Reply reply) {
    List<Repair> repairs = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    for (Reply.Line line : reply.lines()) {
      String[] part = line.detail().split(" ", 3);
      if (line.index() != 0 || part.length < 2) {
        continue;
      }
      String text = part.length > 2 ? part[2] : "";
      if (line.word().equals("change")) {
        changes.add(part[1].equals("failed") ? text + " (failed)" : text);
      } else if (line.word().equals("repair")) {
        Status status = Status.valueOf(part[1].toUpperCase(Locale.ROOT));
        repairs.add(new Repair(part[0], status, text, changes));
        changes.clear();
      }
    }
    return repairs;
  }
}
