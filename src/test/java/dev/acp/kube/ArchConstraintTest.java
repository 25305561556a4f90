package dev.acp.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.FakePrograms;
import dev.acp.node.FakeNodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real script, over a kubectl that answers as the test has it. */
class ArchConstraintTest {
  private static final String NO_NODES = "*'get nodes'*) echo '{\"items\": []}' ;;";
  @TempDir Path dir;

  private ArchConstraint read(String... cases) throws Exception {
    FakePrograms.write(dir, "kubectl", "case $* in\n" + String.join("\n", cases) + "\nesac");
    ProcessBuilder sh = new ProcessBuilder("/bin/sh", "res/kube/arch-constraint.sh");
    sh.environment().put("PATH", dir + ":/usr/bin:/bin");
    Process process = sh.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return ArchConstraint.read(FakeNodes.remote(command -> FakeNodes.says(0, out)));
  }

  private static String cluster(String labels) {
    return "*'get cluster.platform.tkestack.io global -o json'*) cat <<'E'\n"
        + "{\"kind\": \"Cluster\",\n \"metadata\": {\"name\": \"global\", \"labels\": "
        + labels
        + "}}\nE\n;;";
  }

  @Test
  void theLabelOnTheClusterObjectIsToldWithWhatTakesItAway() throws Exception {
    ArchConstraint found =
        read(NO_NODES, cluster("{\"a\": \"b\", \"cpaas.io/node-arch-constraint\": \"amd64\"}"));
    assertThat(found.known()).isTrue();
    assertThat(found.objects())
        .containsExactly(
            new ArchConstraint.Labelled("cluster.platform.tkestack.io/global", "amd64"));
    assertThat(found.objects().get(0).remedy())
        .isEqualTo(
            "kubectl label cluster.platform.tkestack.io global cpaas.io/node-arch-constraint-");
  }

  @Test
  void aClusterObjectWithoutItOrWithoutLabelsIsFree() throws Exception {
    assertThat(read(NO_NODES, cluster("{\"a\": \"b\"}")))
        .isEqualTo(new ArchConstraint(true, java.util.List.of()));
    assertThat(read(NO_NODES, cluster("null")).objects()).isEmpty();
  }

  @Test
  void aLabelledNodeIsToldToo() throws Exception {
    ArchConstraint found =
        read(
            "*'get nodes -l cpaas.io/node-arch-constraint'*) echo '{\"items\": [{\"metadata\":"
                + " {\"name\": \"n1\", \"labels\": {\"cpaas.io/node-arch-constraint\":"
                + " \"\"}}}]}' ;;",
            cluster("{}"));
    assertThat(found.objects()).containsExactly(new ArchConstraint.Labelled("node/n1", ""));
  }

  @Test
  void aClusterWithoutThePlatformsKindsIsAnAnswer() throws Exception {
    ArchConstraint found =
        read(
            NO_NODES,
            "*cluster.platform*) echo 'error: the server doesn'\"'\"'t have a resource type"
                + " \"cluster\"' >&2; exit 1 ;;");
    assertThat(found.known()).isTrue();
    assertThat(found.objects()).isEmpty();
  }

  @Test
  void anApiThatDoesNotAnswerIsNotTakenForAnAnswer() throws Exception {
    String down = "echo 'The connection to the server 10.0.0.11:6443 was refused' >&2; exit 1 ;;";
    assertThat(read("*) " + down).known()).isFalse();
    assertThat(read(NO_NODES, "*cluster.platform*) " + down).known()).isFalse();
  }

  @Test
  void anAnswerThatWasCutOffIsNone() throws IOException {
    String whole = "@@nodes\n{}\n@@cluster\n@@answered\nyes\n@@end\n";
    assertThat(ArchConstraint.judge(StatusReader.parts(whole)).known()).isTrue();
    for (int i = 0; i < whole.indexOf("@@end"); i++) {
      assertThat(ArchConstraint.judge(StatusReader.parts(whole.substring(0, i))).known()).isFalse();
    }
  }
}
