package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.node.AcrossFacts;
import dev.acp.node.Fact;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A control plane that joins a cluster finds that cluster's own address and router there. */
class ReachJudgesTest {
  private static final String ID = "00000000-0000-4000-8000-000000000001";
  private static final ClusterSpec SPEC = Clusters.threeBehindVip();
  private static final Recorded BARE = Recorded.of("rhel-8.6").with("cluster");
  private static final String OWN = "2: eth0    inet 10.0.0.11/24 scope global eth0\\";
  private static final String VIP = "2: eth0    inet 10.0.0.100/32 scope global eth0\\";

  /**
   * What the third control plane, which is bare, gets told when the VIP and the VRID are in use.
   */
  private static Verdict judged(String check, Recorded first) {
    AcrossFacts fine = ReachCases.fine();
    AcrossFacts used = ReachCases.taken(ReachCases.heard(fine, 51));
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    seen.put(NodeName.of("10.0.0.11"), new Result.Done<>(first.facts()));
    seen.put(NodeName.of("10.0.0.13"), new Result.Done<>(BARE.facts().with(Fact.known(used, ""))));
    CheckReport report =
        new CheckRun(
                SPEC, CheckList.load(), SupportMatrix.product(), Optional.of(new ClusterId(ID)))
            .judge(SPEC.nodes(), seen);
    return report.results().stream()
        .filter(r -> r.check().id().equals(check) && r.node().text().equals("10.0.0.13"))
        .findFirst()
        .map(r -> new Verdict(outcome(r.status()), r.seen(), r.wanted(), List.of()))
        .orElseThrow();
  }

  private static Verdict.Outcome outcome(CheckResult.Status status) {
    return status == CheckResult.Status.PASS ? Verdict.Outcome.GOOD : Verdict.Outcome.BAD;
  }

  @Test
  void itsOwnClustersAreGood() {
    Recorded member = BARE.with("cluster", ID).with("addresses", OWN, VIP);
    assertThat(judged("vip-unused", member).isGood()).isTrue();
    assertThat(judged("vrid-free", member).isGood()).isTrue();
  }

  @Test
  void anothersAreNot() {
    Recorded memberWithout = BARE.with("cluster", ID).with("addresses", OWN);
    assertThat(judged("vip-unused", memberWithout).isGood()).isFalse();
    Recorded foreign =
        BARE.with("cluster", "00000000-0000-4000-8000-000000000002").with("addresses", OWN, VIP);
    assertThat(judged("vip-unused", foreign).isGood()).isFalse();
    assertThat(judged("vrid-free", foreign).isGood()).isFalse();
    assertThat(judged("vrid-free", BARE).isGood()).isFalse();
  }
}
