package dev.acp.node;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Res;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Looks at a node: one script, one round trip, nothing changed. */
public final class Probe {
  /** A probe is cut after 30 s, the way there and back included. */
  public static final Duration LIMIT = Duration.ofSeconds(28);

  private static final String SCRIPT = Res.text("probe.sh");
  private final Clock clock;
  private final String containerdRoot;
  private final Duration limit;

  /**
   * A probe for one cluster.
   *
   * @param clock what the nodes' clocks are compared with
   */
  public Probe(Clock clock, String containerdRoot) {
    this(clock, containerdRoot, LIMIT);
  }

  Probe(Clock clock, String containerdRoot, Duration limit) {
    this.clock = clock;
    this.containerdRoot = containerdRoot;
    this.limit = limit;
  }

  /**
   * Asks the node.
   *
   * @throws AcpException COMMAND_TIMEOUT, CONNECTION_LOST, or COMMAND_FAILED when it ended early
   */
  public NodeFacts look(Node node) {
    Command command =
        new Command(
            "probe", SCRIPT, List.of(containerdRoot, node.spec().ssh().user(), "127.0.0.1"), limit);
    long sent = now();
    CommandResult result = node.remote().query(command);
    long received = now();
    if (!result.ok() && !result.out().contains("@@ ")) {
      throw AcpException.on(
          node.name(),
          FaultCode.COMMAND_FAILED,
          "The probe ended with " + result.exit() + " and showed nothing.",
          result.lastLines(10));
    }
    return NodeFacts.parse(result.out(), new NodeFacts.Window(sent, received));
  }

  private long now() {
    Instant now = clock.instant();
    return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
  }
}
