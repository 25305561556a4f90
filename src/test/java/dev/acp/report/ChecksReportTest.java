package dev.acp.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.check.Check;
import dev.acp.check.CheckList;
import dev.acp.check.CheckReport;
import dev.acp.check.CheckResult;
import dev.acp.check.CheckResult.Status;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksReportTest {
  private static CheckResult result(String id, String node, Status status, String seen) {
    Check check =
        CheckList.load().checks().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
    return new CheckResult(check, NodeName.of(node), status, seen, "wanted", List.of("raw"));
  }

  private static final CheckReport REPORT =
      new CheckReport(
          "global",
          List.of(
              result("memory", "10.0.0.11", Status.PASS, "32 GiB"),
              result("nokmem", "10.0.0.11", Status.SKIP, "not for ubuntu"),
              result("apparmor-off", "10.0.0.11", Status.WARN, "on"),
              result("swap-off", "10.0.0.11", Status.FAIL, "swap on \u001b[2Jx"),
              result("ssh-access", "10.0.0.12", Status.FAIL, "No SSH."),
              result("memory", "10.0.0.12", Status.ERROR, "node not reached"),
              result("swap-off", "10.0.0.12", Status.ERROR, "node not reached")));

  @Test
  void theTextHasFailuresFirstAndFoldsTheRest() {
    assertThat(new ChecksReport(REPORT, Lang.EN).text(false))
        .isEqualTo(
            """
            10.0.0.11  1 fail, 1 warn, 1 skip, 1 pass
              fail   swap-off: Swap is off
                    seen: swap on ?[2Jx
                    wanted: wanted
                    remedy: Run swapoff -a. (fixable: acp init-nodes)
              warn   apparmor-off: AppArmor is off
                    seen: on
                    wanted: wanted
                    remedy: Run systemctl disable --now apparmor and add apparmor=0 to GRUB_CMDLINE_LINUX. (fixable: acp init-nodes)
            10.0.0.12  1 fail, 2 error
              fail   ssh-access: SSH reaches the node and lets acp in
                    seen: No SSH.
                    wanted: wanted
                    remedy: Check that the machine is on, that its SSH port answers from here, and spec.ssh in the cluster file (user, keyFile, passwordFrom).
              error  2 more checks: node not reached

            By check:
              fail   ssh-access: 10.0.0.12
              fail   swap-off: 10.0.0.11
              warn   apparmor-off: 10.0.0.11

            All nodes: 2 fail, 2 error, 1 warn, 1 skip, 1 pass
            """);
    assertThat(new ChecksReport(REPORT, Lang.EN).text(true)).contains("memory", "not for ubuntu");
    assertThat(new ChecksReport(REPORT, Lang.ZH).text(false)).contains("swap 已关闭", "处理");
  }

  @Test
  void theJsonIsAsTheContractHasIt() throws Exception {
    StringWriter text = new StringWriter();
    new ChecksReport(REPORT, Lang.EN).json(text);
    assertThat(text.toString()).startsWith("{\n  \"cluster\" : \"global\",\n").endsWith("\n}\n");
    JsonNode json = new ObjectMapper().readTree(text.toString());
    assertThat(json.get("cluster").asText()).isEqualTo("global");
    assertThat(json.get("summary").toString())
        .isEqualTo("{\"pass\":1,\"warn\":1,\"fail\":2,\"skip\":1,\"error\":2}");
    JsonNode swap = json.get("results").get(3);
    assertThat(swap.get("check").asText()).isEqualTo("swap-off");
    assertThat(swap.get("node").asText()).isEqualTo("10.0.0.11");
    assertThat(swap.get("status").asText()).isEqualTo("fail");
    assertThat(swap.get("severity").asText()).isEqualTo("fail");
    assertThat(swap.get("remedy").asText()).startsWith("Run swapoff");
    assertThat(swap.get("fixable").asBoolean()).isTrue();
    assertThat(swap.get("evidence").get(0).asText()).isEqualTo("raw");
    assertThat(json.get("results").get(0).get("remedy").asText()).isEmpty();
    assertThat(REPORT.ready()).isFalse();
  }
}
