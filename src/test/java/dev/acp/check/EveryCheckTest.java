package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.CheckResult.Status;
import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.Texts;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.Arch;
import dev.acp.value.IpAddress;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every check has a node on which it passes, one on which it does not, and a remedy. */
class EveryCheckTest {
  private static final NodeName N1 = NodeName.of("10.0.0.11");

  static List<Case> cases() {
    return CheckCases.all();
  }

  private static CheckResult judged(Case c) {
    CheckReport report = ChecksTest.run(c.spec(), c.node(), ChecksTest.other().facts());
    return result(report, c.check());
  }

  private static CheckResult result(CheckReport report, String check) {
    return report.results().stream()
        .filter(r -> r.check().id().equals(check) && r.node().equals(N1))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachCaseIsJudgedAsItIs(Case c) {
    CheckResult r = judged(c);
    Status bad = r.check().severity() == Check.Severity.FAIL ? Status.FAIL : Status.WARN;
    assertThat(r.status()).as(r.toString()).isEqualTo(c.good() ? Status.PASS : bad);
    if (!c.good()) {
      assertThat(r.seen()).contains(c.seen());
      assertThat(r.wanted()).isNotEmpty();
      for (Lang lang : Lang.values()) {
        assertThat(Texts.of(lang).get(r.check().remedyKey()))
            .hasSizeGreaterThan(5)
            .doesNotContain("check.");
      }
    }
  }

  @Test
  void everyCheckHasAPassingAndAFailingCase() {
    TreeSet<String> bad = new TreeSet<>();
    TreeSet<String> good = new TreeSet<>();
    cases().forEach(c -> (c.good() ? good : bad).add(c.check()));
    NodeFacts fine = Recorded.of("ubuntu-22.04").facts();
    ChecksTest.run(CheckCases.spec(), fine, ChecksTest.other().facts()).results().stream()
        .filter(r -> r.status() == Status.PASS)
        .forEach(r -> good.add(r.check().id()));
    // Below, each on its own.
    bad.addAll(
        List.of(
            "ssh-access",
            "arch-in-package",
            "lvm2-there",
            "address-valid",
            "address-outside-cidrs",
            "cidrs-apart",
            "control-plane-count",
            "disk-space-root-worker"));
    good.addAll(List.of("arch-in-package", "lvm2-there", "disk-space-root-worker"));
    TreeSet<String> ids = new TreeSet<>(CheckList.load().ids());
    assertThat(bad).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(good).containsExactlyInAnyOrderElementsOf(ids);
  }

  private static Subject subject(ClusterSpec spec, List<Arch> archs) {
    NodeFacts facts = Recorded.of("ubuntu-22.04").facts();
    return new Subject(
        spec,
        spec.nodes().get(0),
        facts,
        Map.of(N1, facts),
        SupportMatrix.product(),
        Ports.load(),
        Optional.empty(),
        archs);
  }

  private static Verdict judge(String id, Subject subject) {
    Check check =
        CheckList.load().checks().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
    return Judges.of(id).judge(subject, check.limits());
  }

  @Test
  void aWorkersRootWantsFiftyGibibytes() {
    for (long kib : List.of(52428799L, 52428800L)) {
      NodeFacts facts =
          Recorded.of("ubuntu-22.04")
              .with("disk:/", "Filesystem blocks", "/dev/sda1 99999999 1 " + kib + " 4% /")
              .facts();
      ClusterSpec spec = CheckCases.spec();
      Subject worker =
          new Subject(
              spec,
              spec.nodes().get(1),
              facts,
              Map.of(N1, facts),
              SupportMatrix.product(),
              Ports.load(),
              Optional.empty(),
              List.of());
      assertThat(judge("disk-space-root-worker", worker).isGood()).isEqualTo(kib == 52428800L);
    }
  }

  @Test
  void theTableOfChecksInTheDocsIsTheList() throws Exception {
    List<String> rows =
        java.nio.file.Files.readAllLines(java.nio.file.Path.of("docs/checks.md")).stream()
            .filter(l -> l.startsWith("| `"))
            .toList();
    List<String> wanted =
        CheckList.load().checks().stream()
            .map(
                c ->
                    "| `"
                        + c.id()
                        + "` | "
                        + c.group()
                        + " | "
                        + c.severity().name().toLowerCase(java.util.Locale.ROOT)
                        + " | "
                        + c.fix().orElse("")
                        + " | "
                        + Texts.of(Lang.EN).get(c.titleKey())
                        + " | "
                        + String.join(", ", c.sources())
                        + " |")
            .toList();
    assertThat(rows).isEqualTo(wanted);
  }

  @Test
  void thePackageMustCarryTheArchitecture() {
    ClusterSpec spec = CheckCases.spec();
    assertThat(judge("arch-in-package", subject(spec, List.of(Arch.AMD64))).isGood()).isTrue();
    assertThat(judge("arch-in-package", subject(spec, List.of(Arch.ARM64))).outcome())
        .isEqualTo(Verdict.Outcome.BAD);
    assertThat(judge("arch-in-package", subject(spec, List.of())).outcome())
        .isEqualTo(Verdict.Outcome.SKIPPED);
  }

  @Test
  void lvm2IsAskedForWhereStorageIsPlanned() {
    Map<String, String> limits = Map.of("lvm2-there.storage", "topolvm");
    CheckList list = CheckList.load().with(new ClusterSpec.Checks(List.of(), limits));
    for (boolean there : List.of(true, false)) {
      Recorded node = Recorded.of("ubuntu-22.04");
      NodeFacts facts = (there ? node : node.with("tool:lvm", "")).facts();
      Map<NodeName, Result<NodeFacts>> seen =
          new LinkedHashMap<>(Map.of(N1, new Result.Done<>(facts)));
      ClusterSpec spec = CheckCases.spec();
      CheckReport report =
          new CheckRun(spec, list, SupportMatrix.product(), Optional.empty())
              .judge(List.of(spec.nodes().get(0)), seen);
      assertThat(result(report, "lvm2-there").status())
          .isEqualTo(there ? Status.PASS : Status.FAIL);
    }
  }

  /** The cluster file's own rules refuse these before; the judges hold without them. */
  @Test
  void whatTheClusterFileRefusesIsJudgedAllTheSame() {
    ClusterSpec s = CheckCases.spec();
    ClusterSpec.NodeSpec n = s.nodes().get(0);
    for (String address :
        List.of(
            "127.0.0.1",
            "224.0.0.1",
            "169.254.1.1",
            "0.0.0.0",
            "255.255.255.255",
            "fe80::1",
            "ff02::1",
            "::")) {
      assertThat(judge("address-valid", subject(with(s, n, address), List.of())).outcome())
          .as(address)
          .isEqualTo(Verdict.Outcome.BAD);
    }
    assertThat(judge("address-outside-cidrs", subject(with(s, n, "10.3.0.9"), List.of())).seen())
        .isEqualTo("10.3.0.9 in 10.3.0.0/16");
    ClusterSpec.Network net = s.network();
    ClusterSpec over =
        new ClusterSpec(
            s.name(),
            s.kubernetes(),
            s.nodeNaming(),
            s.endpoint(),
            new ClusterSpec.Network(
                net.mode(),
                net.ipFamily(),
                net.podCidrs(),
                net.nodeMasks(),
                net.podCidrs(),
                net.joinCidrs(),
                net.nic(),
                net.kubeProxyMode()),
            s.platform(),
            s.registry(),
            s.containerdRoot(),
            s.capacity(),
            s.disasterRecovery(),
            s.checks(),
            s.nodes());
    assertThat(judge("cidrs-apart", subject(over, List.of())).seen())
        .contains("10.3.0.0/16 and 10.3.0.0/16");
    assertThat(judge("control-plane-count", subject(nodes(s, List.of(n, n)), List.of())).seen())
        .isEqualTo("2 control planes");
    assertThat(
            judge("control-plane-count", subject(nodes(s, List.of(n, n, n)), List.of())).isGood())
        .isTrue();
  }

  private static ClusterSpec with(ClusterSpec s, ClusterSpec.NodeSpec n, String address) {
    return nodes(
        s,
        List.of(
            new ClusterSpec.NodeSpec(
                n.name(),
                List.of(IpAddress.of(address)),
                n.role(),
                n.deployable(),
                n.platformDedicated(),
                n.ssh(),
                n.nic(),
                n.labels(),
                n.taints(),
                n.displayName(),
                n.gpu(),
                n.line())));
  }

  private static ClusterSpec nodes(ClusterSpec s, List<ClusterSpec.NodeSpec> nodes) {
    return new ClusterSpec(
        s.name(),
        s.kubernetes(),
        s.nodeNaming(),
        s.endpoint(),
        s.network(),
        s.platform(),
        s.registry(),
        s.containerdRoot(),
        s.capacity(),
        s.disasterRecovery(),
        s.checks(),
        nodes);
  }
}
