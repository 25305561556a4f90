package dev.acp.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.GoldenFile;
import dev.acp.kube.ClusterStatus;
import dev.acp.kube.ClusterStatus.ChartState;
import dev.acp.kube.ClusterStatus.ControlPlaneHealth;
import dev.acp.kube.ClusterStatus.EtcdMember;
import dev.acp.kube.ClusterStatus.EtcdState;
import dev.acp.kube.ClusterStatus.MissingDigest;
import dev.acp.kube.ClusterStatus.NodeState;
import dev.acp.kube.ClusterStatus.PodState;
import dev.acp.kube.ClusterStatus.RegistryState;
import dev.acp.kube.ClusterStatus.VipState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private static ClusterStatus status(List<String> reasons) {
    boolean good = reasons.isEmpty();
    return new ClusterStatus(
        good,
        reasons,
        List.of(
            new NodeState("10.0.0.11", "10.0.0.11", true, true, "v1.20.2", ""),
            new NodeState(
                "worker-with-a-name", "10.0.0.21", false, false, "v1.20.2", "KubeletNotReady, x")),
        List.of(
            new PodState(
                "kube-system", "kube-apiserver-10.0.0.11", "10.0.0.11", "Running", 1, 1, ""),
            new PodState("default", "web", "no node", "Pending", 0, 2, "")),
        List.of(
            new ChartState("network-hostgw", "ready", ""),
            new ChartState("dns", good ? "ready" : "failed", good ? "" : "Deployment a/dns 2 1 2")),
        List.of(
            new ControlPlaneHealth("10.0.0.11", true, "ok", List.of()),
            new ControlPlaneHealth("10.0.0.12", good, good ? "ok" : "not asked", List.of()),
            new ControlPlaneHealth("10.0.0.13", true, "ok", List.of())),
        new EtcdState(
            good,
            List.of(
                new EtcdMember("10.0.0.11", "aa", good ? "voter" : "alone"),
                new EtcdMember("10.0.0.12", "bb", good ? "voter" : "unknown"),
                new EtcdMember("10.0.0.13", "cc", good ? "voter" : "down"))),
        Optional.of(new VipState("10.0.0.100", List.of("10.0.0.11"))),
        List.of(
            new RegistryState("10.0.0.11", "https://10.0.0.11:11443", "", List.of()),
            new RegistryState(
                "10.0.0.12", "https://10.0.0.12:11443", good ? "" : "no answer", List.of()),
            new RegistryState(
                "10.0.0.13",
                "https://10.0.0.13:11443",
                "",
                good ? List.of() : List.of(new MissingDigest("platform/pause:3.2", "sha256:ab")))),
        good ? List.of() : List.of("First bring them back.", "  ssh root@10.0.0.11 sh recover"));
  }

  private static ClusterStatus nothing(String reason) {
    return new ClusterStatus(
        false,
        List.of(reason),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        new EtcdState(false, List.of()),
        Optional.empty(),
        List.of(),
        List.of());
  }

  private static final ClusterStatus BAD =
      status(List.of("Node worker-with-a-name is not ready: KubeletNotReady, x.", "Another."));

  @Test
  void theTextIsThis() throws IOException {
    GoldenFile.check("report/status-healthy.txt", StatusReport.text("global", status(List.of())));
    GoldenFile.check("report/status-unhealthy.txt", StatusReport.text("global", BAD));
    GoldenFile.check(
        "report/status-unreachable.txt",
        StatusReport.text("global", nothing("Control plane 10.0.0.11 cannot be asked: no answer")));
  }

  @Test
  void theJsonHasTheContractsFieldsAndOneDocument() throws IOException {
    String text = StatusReport.json(BAD);
    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "healthy",
            "reasons",
            "nodes",
            "pods",
            "charts",
            "controlPlanes",
            "etcd",
            "vip",
            "registries",
            "recovery");
    assertThat(json.get("registries").get(2).get("missing").get(0).get("digest").asText())
        .isEqualTo("sha256:ab");
    assertThat(json.get("etcd").get("quorum").asBoolean()).isFalse();
    assertThat(json.get("healthy").isBoolean()).isTrue();
    assertThat(json.get("healthy").asBoolean()).isFalse();
    assertThat(json.get("reasons")).hasSize(2);
    assertThat(json.get("nodes").get(1).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("name", "address", "controlPlane", "ready", "version", "why");
    assertThat(json.get("pods").get(1).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("namespace", "name", "node", "phase", "ready", "total", "why");
    assertThat(json.get("charts").get(0).toString())
        .isEqualTo("{\"name\":\"network-hostgw\",\"state\":\"ready\",\"why\":\"\"}");
    JsonNode good = new ObjectMapper().readTree(StatusReport.json(status(List.of())));
    assertThat(good.get("healthy").asBoolean()).isTrue();
    assertThat(good.get("reasons").isArray()).isTrue();
  }

  @Test
  void whatANodeOrPodSaysCannotSteerTheTerminal() {
    String dirty = "x\u001b[2J\r\n- healthy";
    String text =
        StatusReport.text(
            "global",
            new ClusterStatus(
                false,
                List.of("Node a is not ready: " + dirty),
                List.of(new NodeState(dirty, "1", true, true, dirty, "")),
                List.of(new PodState("a", dirty, "c", dirty, 0, 1, dirty)),
                List.of(new ChartState(dirty, dirty, dirty)),
                List.of(new ControlPlaneHealth(dirty, true, dirty, List.of(dirty))),
                new EtcdState(false, List.of(new EtcdMember(dirty, dirty, dirty))),
                Optional.empty(),
                List.of(new RegistryState(dirty + 2, dirty, dirty, List.of())),
                List.of(dirty)));
    assertThat(text.replace("\n", "")).doesNotContainPattern("\\p{Cc}");
    assertThat(text.lines()).hasSize(16);
  }
}
