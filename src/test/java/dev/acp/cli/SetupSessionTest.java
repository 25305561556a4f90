package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.check.Recorded;
import dev.acp.cli.SetupSession.Work;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Decisions;
import dev.acp.event.Event;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.NodeFacts;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the decisions of an earlier run are held to the cluster file and the machines of now. */
class SetupSessionTest {
  private static final String ID = "00000000-0000-4000-8000-000000000001";
  private static final NodeName ONE = NodeName.of("10.0.0.11");
  private static final NodeName TWO = NodeName.of("10.0.0.12");
  private static final ClusterSpec SPEC = Clusters.threeBehindVip();
  private static final Decisions SOME =
      Decisions.begin(new ClusterId(ID), SPEC.kubernetes().version(), ONE, Map.of());
  private static final Recorded BARE = Recorded.of("rhel-8.6").with("cluster");
  private static final Recorded CLAIMED = BARE.with("cluster", ID);
  private static final Recorded JOINED = CLAIMED.with("path:/etc/kubernetes/kubelet.conf", "file");

  private final List<Event> told = new ArrayList<>();

  private Decisions fitting(Decisions decisions, Work work, Recorded first, Recorded others) {
    Map<NodeName, NodeFacts> facts = new LinkedHashMap<>();
    SPEC.nodes().forEach(n -> facts.put(n.name(), (n.name().equals(ONE) ? first : others).facts()));
    return SetupSession.fitting(decisions, work, SPEC, facts, told::add);
  }

  private FaultCode refused(Decisions decisions, Work work) {
    return catchThrowableOfType(AcpException.class, () -> fitting(decisions, work, JOINED, JOINED))
        .fault()
        .code();
  }

  @Test
  void whatFitsStaysAsItIs() {
    assertThat(fitting(SOME, Work.SETUP, BARE, BARE)).isEqualTo(SOME);
    assertThat(fitting(SOME, Work.SETUP, CLAIMED, CLAIMED)).isEqualTo(SOME);
    assertThat(fitting(SOME, Work.SETUP, JOINED, JOINED)).isEqualTo(SOME);
    assertThat(told).isEmpty();
  }

  /** It was begun on the others before the first one; no cluster is there yet to join. */
  @Test
  void aFounderThatWasNeverTouchedFoundsTheClusterStill() {
    assertThat(fitting(SOME, Work.SETUP, BARE, CLAIMED)).isEqualTo(SOME);
  }

  @Test
  void aFounderThatIsEmptyBesideAMemberDoesNotFoundASecondCluster() {
    Decisions now = fitting(SOME, Work.SETUP, BARE, JOINED);
    assertThat(now.founder()).isEmpty();
    assertThat(now.firstControlPlane()).isEqualTo(TWO);
    assertThat(told).hasSize(1);
  }

  @Test
  void aRemovedNodeComesBackByAddNodeAlone() {
    Decisions gone = SOME.leaving(List.of(ONE), TWO).gone(List.of(ONE));
    assertThat(refused(gone, Work.SETUP)).isEqualTo(FaultCode.NODE_REMOVED);
    Decisions back = fitting(gone, Work.ADD_NODE, BARE, JOINED);
    assertThat(back.departed()).isEmpty();
    assertThat(back.founder()).isEmpty();
  }

  @Test
  void aRemovalThatDidNotEndIsGoneOnWithByNothingElse() {
    Decisions leaving = SOME.leaving(List.of(ONE), TWO);
    assertThat(refused(leaving, Work.SETUP)).isEqualTo(FaultCode.REMOVAL_UNFINISHED);
    assertThat(refused(leaving, Work.ADD_NODE)).isEqualTo(FaultCode.REMOVAL_UNFINISHED);
  }

  @Test
  void aFileWithoutTheControlPlaneToWorkOnIsRefused() {
    Decisions other =
        Decisions.begin(
            new ClusterId(ID), SPEC.kubernetes().version(), NodeName.of("10.0.0.19"), Map.of());
    assertThat(refused(other, Work.SETUP)).isEqualTo(FaultCode.INPUT_CHANGED);
  }
}
