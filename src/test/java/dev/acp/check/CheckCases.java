package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.Arch;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** For every check a node on which it fails, one on which it just passes, and where it skips. */
final class CheckCases {
  /** What the check is to say: whether TELL is a failure or a warning, the list says. */
  enum Want {
    PASS,
    TELL,
    /** Less than what it tells otherwise: a warning, whatever the list says. */
    ADVISE,
    SKIP,
    ERROR
  }

  /**
   * One node in its cluster.
   *
   * @param check what is asked
   * @param seen a part of what the check is to say it saw
   * @param index which of the cluster's nodes it is: 0 is the control plane, 1 the worker
   * @param archs what the package carries
   * @param wanted a part of what the check is to say it wants
   * @param ours whether setup has begun, so that records with the id {@link #OURS} are this
   *     cluster's
   * @param more the facts of the cluster's third node, and of those after it
   */
  record Case(
      String check,
      Want want,
      NodeFacts node,
      ClusterSpec spec,
      String seen,
      int index,
      List<Arch> archs,
      String wanted,
      boolean ours,
      List<NodeFacts> more) {
    Case(
        String check,
        Want want,
        NodeFacts node,
        ClusterSpec spec,
        String seen,
        int index,
        List<Arch> archs) {
      this(check, want, node, spec, seen, index, archs, "", false, List.of());
    }

    /** The first node, which is the control plane. */
    static Case of(String check, Want want, NodeFacts node, ClusterSpec spec, String seen) {
      return new Case(check, want, node, spec, seen, 0, List.of());
    }

    Case wanting(String part) {
      return new Case(check, want, node, spec, seen, index, archs, part, ours, more);
    }

    Case afterSetupBegan() {
      return new Case(check, want, node, spec, seen, index, archs, wanted, true, more);
    }

    Case among(NodeFacts... others) {
      return new Case(check, want, node, spec, seen, index, archs, wanted, ours, List.of(others));
    }

    @Override
    public String toString() {
      return check + " " + want + " " + seen;
    }

    /** What the check of this list says of the node. */
    CheckResult judged(CheckList list) {
      NodeSpec self = spec.nodes().get(index);
      Map<NodeName, Result<NodeFacts>> all = new LinkedHashMap<>();
      NodeFacts first = Recorded.of("ubuntu-22.04").facts();
      if (spec.nodes().size() > 1) {
        NodeSpec peer = spec.nodes().get(index == 0 ? 1 : 0);
        all.put(peer.name(), new Result.Done<>(index == 0 ? OTHER : first));
      }
      for (int i = 0; i < more.size(); i++) {
        all.put(spec.nodes().get(i + 2).name(), new Result.Done<>(more.get(i)));
      }
      all.put(self.name(), new Result.Done<>(node));
      CheckList one = list.with(spec.checks()).choose(List.of(check), List.of());
      Optional<ClusterId> cluster = ours ? Optional.of(OURS) : Optional.empty();
      return new CheckRun(spec, one, MATRIX, cluster, archs)
          .judge(List.of(self), all)
          .results()
          .get(0);
    }

    /** What it is to come to. */
    CheckResult.Status status(Check.Severity severity) {
      return switch (want) {
        case PASS -> CheckResult.Status.PASS;
        case SKIP -> CheckResult.Status.SKIP;
        case ERROR -> CheckResult.Status.ERROR;
        case ADVISE -> CheckResult.Status.WARN;
        case TELL ->
            severity == Check.Severity.FAIL ? CheckResult.Status.FAIL : CheckResult.Status.WARN;
      };
    }
  }

  static final String OVN = "kube-ovn";
  static final ClusterId OURS = new ClusterId("00000000-0000-4000-8000-000000000001");
  private static final SupportMatrix MATRIX = SupportMatrix.product();
  private static final NodeFacts OTHER = ChecksTest.other().facts();
  private final List<Case> all = new ArrayList<>();

  private CheckCases() {}

  static List<Case> all() {
    CheckCases c = new CheckCases();
    explained(() -> dual(OVN));
    explained(CheckCases::vip);
    explained(CheckCases::unversioned);
    explained(CheckCases::three);
    explained(() -> spec("calico", ""));
    new MachineCases(c).add();
    new StorageCases(c).add();
    new KernelCases(c).add();
    new NetworkCases(c).add();
    new SoftwareCases(c).add();
    new AcrossCases(c).add();
    new ReachCases(c).add();
    c.theRestPasses();
    new ConditionCases(c).add();
    return c.all;
  }

  /** A check without a case that passes has one on a good node. */
  private void theRestPasses() {
    Set<String> passing = new HashSet<>();
    all.stream().filter(c -> c.want() == Want.PASS).forEach(c -> passing.add(c.check()));
    for (String id : CheckList.load().ids()) {
      if (!passing.contains(id)) {
        good(id, u());
      }
    }
  }

  /** What has been added so far. */
  List<Case> soFar() {
    return List.copyOf(all);
  }

  static Recorded u() {
    return Recorded.of("ubuntu-22.04");
  }

  static ClusterSpec spec() {
    return spec(OVN, "");
  }

  /**
   * A cluster of two.
   *
   * @param more stands before podCidr in spec.network
   */
  static ClusterSpec spec(String mode, String more) {
    return Specs.resolved(
        yaml(mode).replace("podCidr", more.isEmpty() ? "podCidr" : more + ", podCidr"));
  }

  static String yaml(String mode) {
    return Specs.YAML
        .replace("MODE", mode)
        .replace("VERSION", "v1.31.4")
        .replace("CAPACITY", "single-cluster");
  }

  private static void explained(Runnable make) {
    try {
      make.run();
    } catch (dev.acp.fault.AcpException e) {
      throw new IllegalStateException(e.fault().toString(), e);
    }
  }

  static ClusterSpec dual(String mode) {
    return Specs.resolved(
        yaml(mode + ", ipFamily: dual")
            .replace("[10.3.0.0/16]", "[10.3.0.0/16, \"fd01::/48\"]")
            .replace("[10.4.0.0/16]", "[10.4.0.0/16, \"fd02::/112\"]")
            .replace("platform: {address: 10.0.0.11}", "platform: {address: acp.example.com}")
            .replace("[10.0.0.11]", "[10.0.0.11, \"fd00::11\"]")
            .replace("[10.0.0.12]", "[10.0.0.12, \"fd00::12\"]"));
  }

  static ClusterSpec ipv6(String mode) {
    return Specs.resolved(
        yaml(mode + ", ipFamily: ipv6")
            .replace("spec:\n", "spec:\n  nodeName: hostname\n")
            .replace("[10.3.0.0/16]", "[\"fd01::/48\"]")
            .replace("[10.4.0.0/16]", "[\"fd02::/112\"]")
            .replace("endpoint: {address: 10.0.0.11}", "endpoint: {address: \"fd00::11\"}")
            .replace("platform: {address: 10.0.0.11}", "platform: {address: acp.example.com}")
            .replace("[10.0.0.11]", "[\"fd00::11\"]")
            .replace("[10.0.0.12]", "[\"fd00::12\"]"));
  }

  static ClusterSpec vip() {
    return Specs.resolved(vipYaml());
  }

  /** Neither the file nor a bundle says which version it will be. */
  static ClusterSpec unversioned() {
    return Specs.resolved(yaml(OVN).replace("  kubernetes: {version: v1.31.4}\n", ""));
  }

  /** One control plane and two workers. */
  static ClusterSpec three() {
    return Specs.resolved(
        yaml(OVN)
            .replace(
                "role: worker}", "role: worker}\n    - {addresses: [10.0.0.13], role: worker}"));
  }

  static ClusterSpec threeControlPlanes() {
    return Specs.resolved(
        vipYaml()
            .replace(
                "role: worker}",
                "role: control-plane}\n    - {addresses: [10.0.0.13], role: control-plane}"));
  }

  static String vipYaml() {
    return yaml(OVN)
        .replace(
            "endpoint: {address: 10.0.0.11}",
            "endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}");
  }

  void add(Case one) {
    all.add(one);
  }

  void add(String check, boolean good, NodeFacts node, ClusterSpec spec, String seen) {
    add(check, good ? Want.PASS : Want.TELL, node, spec, seen);
  }

  void add(String check, Want want, NodeFacts node, ClusterSpec spec, String seen) {
    all.add(new Case(check, want, node, spec, seen, 0, List.of()));
  }

  /** The cluster's worker; its facts are of the second node. */
  void worker(String check, Want want, NodeFacts node, ClusterSpec spec, String seen) {
    all.add(new Case(check, want, node, spec, seen, 1, List.of()));
  }

  void bad(String check, Recorded node, String seen) {
    add(check, false, node.facts(), spec(), seen);
  }

  void good(String check, Recorded node) {
    add(check, true, node.facts(), spec(), "");
  }

  void passes(String check, Recorded node, String seen) {
    add(check, true, node.facts(), spec(), seen);
  }

  /** A node that has this cluster's record. */
  void passesOnOurs(String check, Recorded node, String seen) {
    NodeFacts held = node.with("cluster", OURS.text()).facts();
    add(Case.of(check, Want.PASS, held, spec(), seen).afterSetupBegan());
  }

  void skips(String check, Recorded node, ClusterSpec spec, String why) {
    add(check, Want.SKIP, node.facts(), spec, why);
  }
}
