package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.pipeline.Pipeline.Planned;
import dev.acp.value.Exit;
import dev.acp.value.StageId;
import java.util.List;
import org.junit.jupiter.api.Test;

class DryRunReportTest {
  private static final Planned ONE =
      new Planned(StageId.of("node-files"), "10.0.0.11", "write", "/usr/bin/kubelet\u009b2J");

  @Test
  void withoutFindingsItEndsWell() {
    DryRunReport report = new DryRunReport(List.of(ONE), List.of());
    assertThat(report.exit()).isEqualTo(Exit.DONE);
    assertThat(report.warnings()).isEmpty();
    assertThat(report.text())
        .isEqualTo(
            """
            node-files         10.0.0.11        write    /usr/bin/kubelet?2J
            1 changes would be made; nothing was done.
            """);
    assertThat(new DryRunReport(List.of(), List.of()).text()).isEqualTo("Nothing is left to do.\n");
  }

  @Test
  void findingsThatWouldStopTheRunAreToldAndEndWith4() throws Exception {
    DryRunReport report =
        new DryRunReport(List.of(ONE), List.of("10.0.0.11 nokmem: seen \u001b[2J", "b"));
    assertThat(report.exit()).isEqualTo(Exit.CHECKS);
    assertThat(report.warnings())
        .isEqualTo(
            """
            warning: 10.0.0.11 nokmem: seen ?[2J
            warning: b
            warning: setup would stop in preflight, before it touches a node: 2 findings.
            """);
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.get("changes").get(0).get("stage").asText()).isEqualTo("node-files");
    assertThat(json.get("findings")).hasSize(2);
  }
}
