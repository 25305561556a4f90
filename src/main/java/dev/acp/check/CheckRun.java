package dev.acp.check;

import dev.acp.check.CheckResult.Status;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.Arch;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges every node by every check; always exactly one result for each pair. Pure. */
public final class CheckRun {
  private static final String ACCESS = "ssh-access";
  private static final String ROOT = "root-or-sudo";
  private static final Ports PORTS = Ports.load();

  private final ClusterSpec spec;
  private final CheckList list;
  private final SupportMatrix matrix;
  private final Optional<ClusterId> cluster;
  private final List<Arch> packageArchs;

  /**
   * A run for one cluster.
   *
   * @param cluster its id, where setup has begun already
   */
  public CheckRun(
      ClusterSpec spec, CheckList list, SupportMatrix matrix, Optional<ClusterId> cluster) {
    this(spec, list, matrix, cluster, List.of());
  }

  /**
   * The same with a package at hand.
   *
   * @param packageArchs the architectures that it carries
   */
  public CheckRun(
      ClusterSpec spec,
      CheckList list,
      SupportMatrix matrix,
      Optional<ClusterId> cluster,
      List<Arch> packageArchs) {
    this.spec = spec;
    this.list = list;
    this.matrix = matrix;
    this.cluster = cluster;
    this.packageArchs = List.copyOf(packageArchs);
  }

  /** Judges these nodes; each has its facts, or the fault that kept acp from seeing them. */
  public CheckReport judge(List<NodeSpec> nodes, Map<NodeName, Result<NodeFacts>> seen) {
    Map<NodeName, NodeFacts> facts = new LinkedHashMap<>();
    seen.forEach((name, result) -> result.done().ifPresent(f -> facts.put(name, f)));
    List<CheckResult> results = new ArrayList<>();
    for (NodeSpec node : nodes) {
      Result<NodeFacts> result = seen.get(node.name());
      for (Check check : list.checks()) {
        results.add(one(check, node, result, facts));
      }
    }
    return new CheckReport(spec.name(), results, list.overrides());
  }

  private CheckResult one(
      Check check, NodeSpec node, Result<NodeFacts> result, Map<NodeName, NodeFacts> all) {
    if (list.disabled().contains(check.id())) {
      return answer(check, node, Verdict.skipped("switched off"));
    }
    Optional<Fault> fault =
        result == null
            ? Optional.of(Fault.of(FaultCode.NODE_UNREACHABLE, "The node was not asked."))
            : result.failure();
    if (fault.isPresent()) {
      return answer(check, node, unreached(check, fault.get()));
    }
    Subject subject =
        new Subject(
            spec, node, result.done().orElseThrow(), all, matrix, PORTS, cluster, packageArchs);
    Optional<Verdict> out = check.when().rulesOut(subject);
    if (out.isPresent()) {
      return answer(check, node, out.get());
    }
    if (check.machineWide()) {
      Verdict own = ownKernel(subject);
      if (!own.isGood()) {
        return answer(check, node, own);
      }
    }
    return answer(check, node, Judges.of(check.id()).judge(subject, check.limits()));
  }

  private static Verdict ownKernel(Subject subject) {
    return Verdict.of(
        subject.facts().system().container(),
        container ->
            container
                ? Verdict.skipped("shares its kernel with the host")
                : Verdict.good("a kernel of its own"));
  }

  private static Verdict unreached(Check check, Fault fault) {
    boolean loggedIn = fault.code() == FaultCode.SUDO_REFUSED;
    if (check.id().equals(ACCESS)) {
      return loggedIn
          ? Verdict.good("SSH login works")
          : new Verdict(Verdict.Outcome.BAD, fault.what(), wanted(fault.code()), fault.evidence());
    }
    if (check.id().equals(ROOT) && loggedIn) {
      return new Verdict(
          Verdict.Outcome.BAD, fault.what(), "root, or sudo that lets acp in", fault.evidence());
    }
    return Verdict.unknown(loggedIn ? "node not seen: " + fault.what() : "node not reached");
  }

  private static String wanted(FaultCode code) {
    return switch (code) {
      case HOST_KEY_UNKNOWN ->
          "a known host key: compare the fingerprint with the one on the machine's console, then run"
              + " with --accept-new-host-keys";
      case HOST_KEY_CHANGED ->
          "the host key that acp knows; if the machine was installed anew, take its line out of the"
              + " known hosts file";
      default -> "an SSH login that works";
    };
  }

  private static CheckResult answer(Check check, NodeSpec node, Verdict verdict) {
    Status status =
        switch (verdict.outcome()) {
          case GOOD -> Status.PASS;
          case BAD -> check.severity() == Check.Severity.FAIL ? Status.FAIL : Status.WARN;
          case ADVICE -> Status.WARN;
          case SKIPPED -> Status.SKIP;
          case UNKNOWN -> Status.ERROR;
        };
    return new CheckResult(
        check, node.name(), status, verdict.seen(), verdict.wanted(), verdict.evidence());
  }
}
