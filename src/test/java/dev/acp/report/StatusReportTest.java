package dev.acp.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.GoldenFile;
import dev.acp.kube.ClusterStatus;
import dev.acp.kube.ClusterStatus.ChartState;
import dev.acp.kube.ClusterStatus.NodeState;
import dev.acp.kube.ClusterStatus.PodState;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private static ClusterStatus status(List<String> reasons) {
    return new ClusterStatus(
        reasons.isEmpty(),
        reasons,
        List.of(
            new NodeState("10.0.0.11", "10.0.0.11", true, true, "v1.20.2", ""),
            new NodeState(
                "worker-with-a-name", "10.0.0.21", false, false, "v1.20.2", "KubeletNotReady, x")),
        List.of(
            new PodState(
                "kube-system", "kube-apiserver-10.0.0.11", "10.0.0.11", "Running", 1, 1, ""),
            new PodState("default", "web", "no node", "Pending", 0, 2, "")),
        List.of(new ChartState("network-hostgw", "applied"), new ChartState("dns", "applied")));
  }

  private static final ClusterStatus BAD =
      status(List.of("Node worker-with-a-name is not ready: KubeletNotReady, x.", "Another."));

  @Test
  void theTextIsThis() throws IOException {
    GoldenFile.check("report/status-healthy.txt", StatusReport.text("global", status(List.of())));
    GoldenFile.check("report/status-unhealthy.txt", StatusReport.text("global", BAD));
    GoldenFile.check(
        "report/status-unreachable.txt",
        StatusReport.text(
            "global",
            new ClusterStatus(
                false,
                List.of("Control plane 10.0.0.11 cannot be asked: no answer"),
                List.of(),
                List.of(),
                List.of())));
  }

  @Test
  void theJsonHasTheContractsFieldsAndOneDocument() throws IOException {
    String text = StatusReport.json(BAD);
    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("healthy", "reasons", "nodes", "pods", "charts");
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
        .isEqualTo("{\"name\":\"network-hostgw\",\"state\":\"applied\"}");
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
                List.of(new ChartState(dirty, "applied"))));
    assertThat(text.replace("\n", "")).doesNotContainPattern("\\p{Cc}");
    assertThat(text.lines()).hasSize(10);
  }
}
