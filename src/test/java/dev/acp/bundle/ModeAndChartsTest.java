package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** mode.yaml and charts.yaml, the sample's and broken ones. */
class ModeAndChartsTest {
  private static final Path SAMPLE = Path.of("packaging/sample");

  @Test
  void theSamplesModeSaysWhatItBringsAndLeaves() throws IOException {
    ModeFile mode =
        ModeFile.parse("mode.yaml", Files.readString(SAMPLE.resolve("network/hostgw/mode.yaml")));
    assertThat(mode.mode()).isEqualTo("hostgw");
    assertThat(mode.ipFamilies()).containsExactly("ipv4", "ipv6", "dual");
    assertThat(mode.nodeCidrs()).isTrue();
    assertThat(mode.manifests()).containsExactly("manifest.yaml");
    assertThat(mode.ready()).containsExactly(new Workload("DaemonSet", "kube-system", "hostgw"));
    assertThat(mode.leaves())
        .contains(new ModeFile.Leaving("link", "cni0"), new ModeFile.Leaving("route", "proto 177"))
        .extracting(ModeFile.Leaving::kind)
        .isSubsetOf(ModeFile.KINDS);
    assertThat(ModeFile.parse("m", "mode: x\n"))
        .isEqualTo(new ModeFile("x", List.of("ipv4"), false, List.of(), List.of(), List.of()));
  }

  @Test
  void theSamplesChartsAreInOrder() throws IOException {
    assertThat(
            ChartsFile.parse("charts.yaml", Files.readString(SAMPLE.resolve("charts/charts.yaml")))
                .charts())
        .containsExactly(
            new ChartsFile.Chart(
                "dns",
                "0.1.1",
                "kube-system",
                List.of("dns/manifest.yaml"),
                List.of(new Workload("Deployment", "kube-system", "dns"))));
    assertThat(ChartsFile.parse("c", "charts: []\n").charts()).isEmpty();
  }

  private static List<String> problems(Runnable parse) {
    InvalidInput e = catchThrowableOfType(InvalidInput.class, parse::run);
    assertThat(e).isNotNull();
    assertThat(e.fault().code()).isEqualTo(FaultCode.BUNDLE_INVALID);
    return e.problems().stream().map(Object::toString).toList();
  }

  @Test
  void everyMistakeOfAModeIsToldWithItsLine() {
    assertThat(
            problems(
                () ->
                    ModeFile.parse(
                        "mode.yaml",
                        """
                        mode: x
                        manifest: [a.yaml]
                        leaves:
                          - {kind: file, name: a}
                          - {kind: link}
                        ready:
                          - {kind: Job, namespace: a, name: b}
                        """)))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("mode.yaml:2").contains("manifests"),
            p -> assertThat(p).startsWith("mode.yaml:4").contains("file", "link, chain"),
            p -> assertThat(p).startsWith("mode.yaml:5").contains("name"),
            p -> assertThat(p).startsWith("mode.yaml:7").contains("Job", "DaemonSet"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "- a\n",
        "mode: [x]\n",
        "title: {en: a}\n",
        "mode: x\nleaves: [cni0]\n",
        "mode: x\nnodeCidrs: maybe\n",
        "mode: x\nready: [{kind: Deployment, name: a}]\n"
      })
  void aBrokenModeIsRefused(String text) {
    assertThat(problems(() -> ModeFile.parse("mode.yaml", text)))
        .isNotEmpty()
        .allMatch(p -> p.startsWith("mode.yaml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "chart: []\n",
        "charts: [dns]\n",
        "charts:\n  - {name: a, kind: helm, manifests: [x.yaml]}\n",
        "charts:\n  - {name: a, manifests: [x.yaml]}\n",
        "charts:\n  - {kind: manifest, manifests: [x.yaml]}\n",
        "charts:\n  - {name: a, kind: manifest, manifest: [x.yaml]}\n",
        "charts:\n  - {name: a, kind: manifest, ready: [{kind: Pod, namespace: a, name: b}]}\n"
      })
  void brokenChartsAreRefused(String text) {
    assertThat(problems(() -> ChartsFile.parse("charts.yaml", text)))
        .isNotEmpty()
        .allMatch(p -> p.startsWith("charts.yaml"));
  }
}
