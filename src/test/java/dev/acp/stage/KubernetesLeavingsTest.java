package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.bundle.ModeFile;
import dev.acp.change.Change;
import dev.acp.change.Change.Leaves;
import dev.acp.change.Change.Leaves.Kind;
import dev.acp.file.Res;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesLeavingsTest {
  private static List<Leaves> all(ModeFile.Leaving... mode) {
    List<Change> all = new ArrayList<>(KubernetesLeavings.ofContainerRuntime("/data/containerd"));
    all.addAll(
        KubernetesLeavings.ofKubernetes(
            new ModeFile("m", List.of(), true, List.of(), List.of(), List.of(mode))));
    return all.stream().map(Leaves.class::cast).toList();
  }

  private static List<String> names(Kind kind, ModeFile.Leaving... mode) {
    return Stream.of(all(mode))
        .flatMap(List::stream)
        .filter(l -> l.kind() == kind)
        .map(Leaves::name)
        .toList();
  }

  @Test
  void noFolderOfTheSystemIsTakenForKubernetesOwn() {
    assertThat(names(Kind.PATH))
        .contains("/var/lib/etcd", "/data/containerd", "/etc/cni/net.d")
        .doesNotContain(
            "/lib/modules",
            "/etc/ssl",
            "/etc/cni",
            "/opt/cni",
            "/etc/ca-certificates",
            "/usr/share/ca-certificates",
            "/usr/local/share/ca-certificates",
            "/usr/libexec/kubernetes",
            "/run/netns",
            "/root/.kube");
    assertThat(names(Kind.FOLDER))
        .contains("/lib/modules", "/run/netns")
        .containsSubsequence("/etc/ssl", "/etc/ssl/certs");
  }

  @Test
  void aLinkThatIsToldByItsMasterIsTakenAwayBeforeTheMaster() {
    assertThat(
            names(
                Kind.LINK,
                new ModeFile.Leaving("link", "veth*@cni0"),
                new ModeFile.Leaving("link", "cni0")))
        .endsWith("cni0", "veth*@cni0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "goals/control-plane-ready.sh",
        "goals/cluster-ready.sh",
        "goals/node-ready.sh",
        "goals/workloads-ready.sh",
        "actions/apply-manifests.sh",
        "actions/bootstrap-tokens.sh",
        "actions/node-labels.sh",
        "goals/balancer-serves.sh",
        "actions/verify.sh",
        "kube/join.sh",
        "kube/status.sh"
      })
  void everyScriptThatCallsKubectlKeepsItsCacheOutOfRootsHome(String script) {
    String text = Res.text(script);
    assertThat(text).contains("export HOME=/run/acp\n");
    assertThat(text.indexOf("export HOME="))
        .isLessThan(text.replace("kubectl $", "kubectl --").indexOf("kubectl --"));
    assertThat(names(Kind.PATH)).contains("/run/acp");
  }
}
