package dev.acp.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.cluster.Decisions.Departure;
import dev.acp.fault.AcpException;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionsTest {
  @TempDir Path temp;

  private static Decisions some() {
    return Decisions.begin(
        ClusterId.of(new UUID(1, 2)),
        Version.of("v1.31.4"),
        NodeName.of("10.0.0.11"),
        Map.of("registry-http", Secret.of("hunter2")));
  }

  @Test
  void whatWasDecidedOnceStays() throws IOException {
    ClusterHome home =
        ClusterHome.of(Map.of("ACP_HOME", temp.resolve("a").toString()), "global").create();
    Decisions first = Decisions.loadOrCreate(home.folder(), DecisionsTest::some);
    Decisions second =
        Decisions.loadOrCreate(
            home.folder(),
            () -> {
              throw new IllegalStateException("decided twice");
            });
    assertThat(second).isEqualTo(first);
    assertThat(second.secret("registry-http").reveal()).isEqualTo("hunter2");
    assertThat(second.toString()).doesNotContain("hunter2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.decisions())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.folder())))
        .isEqualTo("rwx------");
  }

  @Test
  void aNodeThatGoesIsRememberedAndTheFounderIsNoneAnyMore() throws IOException {
    NodeName one = NodeName.of("10.0.0.11");
    NodeName two = NodeName.of("10.0.0.12");
    Decisions leaving = some().leaving(List.of(one), two);
    assertThat(leaving.founder()).isEmpty();
    assertThat(leaving.firstControlPlane()).isEqualTo(two);
    leaving.save(temp);
    assertThat(Decisions.find(temp)).contains(leaving);
    assertThat(leaving.departed()).containsExactly(Map.entry(one, Departure.LEAVING));
    Decisions gone = leaving.gone(List.of(one));
    assertThat(gone.departed()).containsExactly(Map.entry(one, Departure.GONE));
    Decisions back = gone.wantedAgain(List.of(one));
    assertThat(back.departed()).isEmpty();
    // whoever comes back joins: a second kubeadm init would be a second cluster
    assertThat(back.founder()).isEmpty();
    assertThat(some().leaving(List.of(two), one).founder()).contains(one);
  }

  @Test
  void aFileOfAnAcpThatRemovedNoNodesHasItsFounder() {
    String old =
        "{\"format\": 1, \"clusterId\": \"00000000-0000-0001-0000-000000000002\","
            + " \"kubernetesVersion\": \"v1.31.4\", \"firstControlPlane\": \"10.0.0.11\","
            + " \"secrets\": {\"registry-http\": \"hunter2\"}}";
    assertThat(Decisions.parse("d", old.getBytes(StandardCharsets.UTF_8))).isEqualTo(some());
  }

  @Test
  void aDamagedFileIsNeverReplacedNorQuoted() throws IOException {
    Files.writeString(temp.resolve("decisions.json"), "{\"secrets\": {\"a\": \"hunter2\"");
    assertThatThrownBy(() -> Decisions.loadOrCreate(temp, DecisionsTest::some))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("is damaged")
        .hasNoCause()
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void theHomeIsBelowVarLibUnlessMoved() {
    assertThat(ClusterHome.of(Map.of(), "global").journal())
        .isEqualTo(Path.of("/var/lib/acp/global/journal.jsonl"));
  }
}
