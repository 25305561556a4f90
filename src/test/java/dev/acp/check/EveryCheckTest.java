package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.CheckCases.Want;
import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.Texts;
import dev.acp.node.NodeFacts;
import dev.acp.value.Arch;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import dev.acp.value.Version;
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

  private static final List<Case> CASES = CheckCases.all();

  static List<Case> cases() {
    return CASES;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachCaseIsJudgedAsItIs(Case c) {
    CheckResult r = c.judged(CheckList.load());
    assertThat(r.status()).as(r.toString()).isEqualTo(c.status(r.check().severity()));
    assertThat(r.seen()).contains(c.seen());
    assertThat(r.wanted()).contains(c.wanted());
    if (c.want() == Want.TELL) {
      assertThat(r.wanted()).isNotEmpty();
      for (Lang lang : Lang.values()) {
        String remedy = Texts.of(lang).get(r.check().remedyKey());
        assertThat(remedy).as(lang + " " + c.check()).contains(Remedies.of(r.check()));
      }
    }
  }

  @Test
  void everyCheckHasAPassingAndAFailingCase() {
    TreeSet<String> bad = new TreeSet<>();
    TreeSet<String> good = new TreeSet<>();
    for (Case c : cases()) {
      if (c.want() == Want.TELL || c.want() == Want.PASS) {
        (c.want() == Want.PASS ? good : bad).add(c.check());
      }
    }
    // Below, and in ChecksTest.
    bad.addAll(List.of("ssh-access", "address-valid", "address-outside-cidrs", "cidrs-apart"));
    TreeSet<String> ids = new TreeSet<>(CheckList.load().ids());
    assertThat(bad).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(good).containsExactlyInAnyOrderElementsOf(ids);
  }

  private static Subject subject(ClusterSpec spec, List<Arch> archs) {
    return subject(spec, archs, Recorded.of("ubuntu-22.04").facts());
  }

  private static Subject subject(ClusterSpec spec, List<Arch> archs, NodeFacts facts) {
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

  /** The rest is in the evidence. */
  @Test
  void theListOfFailedTriesIsCutAfter300Characters() {
    for (int length : List.of(300, 301)) {
      String list = "a".repeat(length - 17) + " tcp/10250 silent";
      Subject s = subject(CheckCases.spec(), List.of(), ReachCases.silent(list));
      assertThat(judge("ports-reach-tcp", s).seen())
          .isEqualTo(
              "1 of 1 tries failed: " + (length == 300 ? list : list.substring(0, 300) + "..."));
    }
  }

  /** The list has no such port now: the clusters that acp makes use the same ones. */
  @Test
  void aPortOfSomeVersionsIsAskedForThere() {
    ClusterSpec s = CheckCases.spec();
    assertThat(used("v1.31.0", "", s)).isTrue();
    assertThat(used("v1.32.0", "", s)).isFalse();
    assertThat(used("", "v1.32.0", s)).isTrue();
    assertThat(used("", "v1.31.0", s)).isFalse();
    assertThat(used("v1.32.0", "v1.31.0", CheckCases.unversioned())).isTrue();
  }

  private static boolean used(String from, String below, ClusterSpec spec) {
    return new Ports.Port(
            1,
            "tcp",
            List.of(),
            List.of(),
            Version.parse(from),
            Version.parse(below),
            false,
            "",
            true)
        .isFor(spec, spec.nodes().get(0));
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
      assertThat(judge("address-valid", subject(Specs.with(s, n, address), List.of())).outcome())
          .as(address)
          .isEqualTo(Verdict.Outcome.BAD);
    }
    assertThat(
            judge("address-outside-cidrs", subject(Specs.with(s, n, "10.3.0.9"), List.of())).seen())
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
  }
}
