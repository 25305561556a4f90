package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** When res/goals say that a condition is true, in each shell, with fakes for what they ask. */
class GoalScriptsTest {
  static final List<String> SHELLS = ShellBench.SHELLS;

  @TempDir Path dir;
  private int benches;

  private ShellBench bench(String shell) throws IOException {
    return new ShellBench(Files.createDirectories(dir.resolve("b" + benches++)), shell);
  }

  private static final String VOTES =
      "echo 'aa, started, n1, https://p:2380, https://c:2379, false'";

  private ShellBench controlPlane(String shell, String own, String address, String pod, String etcd)
      throws IOException {
    return bench(shell)
        .fake(
            "kubectl",
            "case $* in\n*'get pod'*) "
                + pod
                + " ;;\n*--server*readyz*) "
                + own
                + " ;;\n*readyz*) "
                + address
                + " ;;\n*) exit 9 ;;\nesac")
        .fake("etcdctl", etcd);
  }

  private static boolean ready(ShellBench bench, String... digests) throws IOException {
    List<String> args = new ArrayList<>(List.of("https://10.0.0.11:6443", "n1"));
    for (String digest : digests) {
      args.add((args.size() == 2 ? "keepalived=" : "haproxy=") + digest);
    }
    return bench.reached("control-plane-ready.sh", args.toArray(String[]::new));
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aControlPlaneIsReadyWhenItServesVotesAndTheClustersAddressAnswers(String shell)
      throws IOException {
    String ok = "echo ok";
    String pod = "echo 'd1 true'";
    assertThat(ready(controlPlane(shell, ok, ok, "exit 1", VOTES))).isTrue();
    assertThat(ready(controlPlane(shell, ok, ok, pod, VOTES), "d1")).isTrue();
    assertThat(ready(controlPlane(shell, ok, ok, pod, VOTES), "d1", "d1")).isTrue();
    assertThat(ready(controlPlane(shell, ok, ok, pod, VOTES), "d1", "d2")).isFalse();
    // of any configuration
    assertThat(ready(controlPlane(shell, ok, ok, "echo ' true'", VOTES), "")).isTrue();
    assertThat(ready(controlPlane(shell, ok, ok, "echo ' false'", VOTES), "")).isFalse();
    for (String other :
        List.of("echo not ok", ":", "echo ok; exit 1", "echo refused >&2; exit 1")) {
      assertThat(ready(controlPlane(shell, other, ok, pod, VOTES), "d1")).as(other).isFalse();
      assertThat(ready(controlPlane(shell, ok, other, pod, VOTES), "d1")).as(other).isFalse();
    }
    for (String other : List.of("echo 'd0 true'", "echo 'd1 false'", ":", "exit 1")) {
      assertThat(ready(controlPlane(shell, ok, ok, other, VOTES), "d1")).as(other).isFalse();
    }
    for (String other :
        List.of(
            VOTES.replace("false", "true"),
            VOTES.replace("n1", "n2"),
            VOTES.replace(" started", " unstarted"),
            ":",
            "exit 1")) {
      assertThat(ready(controlPlane(shell, ok, ok, pod, other), "d1")).as(other).isFalse();
    }
    assertThat(ready(bench(shell), "-")).isFalse();
    assertThat(
            controlPlane(shell, "echo '[-]etcd failed' >&2; exit 1", ok, pod, VOTES)
                .run("goals/control-plane-ready.sh", "https://x", "n1")
                .out())
        .contains("[-]etcd failed");
  }

  private ShellBench cluster(String shell, String nodes, String pods) throws IOException {
    return bench(shell)
        .fake(
            "kubectl",
            "case $* in\n*'get nodes'*) printf '%s\\n' '"
                + nodes
                + "' ;;\n*'get pods'*) printf '%s\\n' '"
                + pods
                + "' ;;\n*) exit 9 ;;\nesac");
  }

  private static final String NODES =
      "a Ready master 1m v1.20.2\nb Ready,SchedulingDisabled <none> 1m v1.20.2";
  private static final String PODS =
      "kube-system etcd-a 1/1 Running 0 1m\nkube-system x 2/2 Running 0 1m\nd job 0/1 Completed 0 1m";

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aClusterIsReadyWithAllNodesReadyAndThePlatformsPodsRunningOrCompleted(String shell)
      throws IOException {
    assertThat(cluster(shell, NODES, PODS).reached("cluster-ready.sh", "2")).isTrue();
    assertThat(cluster(shell, NODES, PODS).reached("cluster-ready.sh", "3")).isFalse();
    assertThat(
            cluster(shell, NODES.replace("Ready,", "NotReady,"), PODS)
                .reached("cluster-ready.sh", "2"))
        .isFalse();
    for (String bad :
        List.of(
            "kube-system dns 0/1 Running 0 1m",
            "kube-system dns 0/1 CrashLoopBackOff 4 1m",
            "kube-system dns 0/1 Pending 0 1m",
            "kube-system x 1/1 Terminating 0 1m",
            "kube-system x 0/1 Error 0 1m")) {
      ShellBench bench = cluster(shell, NODES, PODS + "\n" + bad);
      assertThat(bench.run("goals/cluster-ready.sh", "2").out()).isEqualTo(bad + "\n");
      assertThat(bench.reached("cluster-ready.sh", "2")).isFalse();
    }
    // what others run is theirs, on a cluster that is older than the run
    assertThat(
            cluster(shell, NODES, PODS + "\ndefault x 0/1 Error 0 1m")
                .reached("cluster-ready.sh", "2"))
        .isTrue();
    assertThat(cluster(shell, "", PODS).reached("cluster-ready.sh", "2")).isFalse();
    assertThat(cluster(shell, NODES, "No resources found").reached("cluster-ready.sh", "2"))
        .isFalse();
    assertThat(bench(shell).fake("kubectl", "exit 1").reached("cluster-ready.sh", "0")).isFalse();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void containerdAnswersWhenItsCriPluginIsThere(String shell) throws IOException {
    String list = "echo 'io.containerd.grpc.v1 images - ok\nio.containerd.grpc.v1 cri linux/amd64 ";
    ShellBench bench = bench(shell).fake("ctr", list + "ok'");
    assertThat(bench.reached("containerd-answers.sh")).isTrue();
    assertThat(bench.fake("ctr", list + "error'").reached("containerd-answers.sh")).isFalse();
    assertThat(bench.fake("ctr", ":").reached("containerd-answers.sh")).isFalse();
    assertThat(bench.fake("ctr", "exit 1").reached("containerd-answers.sh")).isFalse();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aLoadBalancerServesWhenTheApiServerAnswersThroughItByItsOwnAuthority(String shell)
      throws IOException {
    String[] args = {"https://lb.example.com:6443", "-----BEGIN\nMII\n-----END"};
    // the real one asks who one is, unless it is told
    String checked =
        "case $* in *'--username '*) ;; *) echo 'Please enter Username: '; exit 1 ;; esac\n"
            + "case $* in *'--server https://lb.example.com:6443 '*) ;; *) exit 9 ;; esac\n";
    ShellBench bench = bench(shell).fake("kubectl", checked + "echo ok");
    assertThat(bench.reached("balancer-serves.sh", args)).isTrue();
    String byAuthority = checked + "[ \"$(cat /dev/fd/3)\" = '" + args[1] + "' ] && echo ok";
    assertThat(bench.fake("kubectl", byAuthority).reached("balancer-serves.sh", args)).isTrue();
    for (String other : List.of("echo not ok", ":", "echo refused >&2; exit 1")) {
      assertThat(bench.fake("kubectl", checked + other).reached("balancer-serves.sh", args))
          .as(other)
          .isFalse();
    }
    assertThat(bench.without("kubectl").reached("balancer-serves.sh", args)).isFalse();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aMissingToolIsNeverReady(String shell) throws IOException {
    String bad = PODS + "\nkube-system dns 0/1 Pending 0 1m";
    for (String tool : List.of("kubectl", "awk", "sed", "grep")) {
      assertThat(cluster(shell, NODES, bad).without(tool).reached("cluster-ready.sh", "2"))
          .as("without " + tool)
          .isFalse();
      assertThat(
              workload(shell, "2 1 2 3 3")
                  .without(tool)
                  .reached("workloads-ready.sh", "DaemonSet", "a", "b"))
          .as("without " + tool)
          .isFalse();
    }
    assertThat(bench(shell).reached("containerd-answers.sh")).isFalse();
    assertThat(bench(shell).fake("ctr", ":").without("timeout").reached("containerd-answers.sh"))
        .isFalse();
    assertThat(bench(shell).reached("node-ready.sh", "n")).isFalse();
    assertThat(bench(shell).reached("registry-listens.sh", "11443")).isFalse();
    assertThat(bench(shell).fake("systemctl", ":").reached("registry-listens.sh", "11443"))
        .isFalse();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aNodeIsReadyWhenItsConditionIsTrue(String shell) throws IOException {
    assertThat(
            bench(shell)
                .fake("kubectl", "printf 'True KubeletReady: fine'")
                .reached("node-ready.sh", "n"))
        .isTrue();
    for (String other : List.of("False KubeletNotReady: True ", "Unknown x: y", "", "Truest x")) {
      assertThat(
              bench(shell).fake("kubectl", "printf '" + other + "'").reached("node-ready.sh", "n"))
          .as(other)
          .isFalse();
    }
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void theRegistryListensWhenItsUnitRunsAndItsVeryPortIsOpen(String shell) throws IOException {
    String open = "echo 'LISTEN 0 4096 10.0.0.11:11443 0.0.0.0:*'";
    assertThat(registry(shell, "exit 0", open)).isTrue();
    assertThat(registry(shell, "exit 0", open.replace("10.0.0.11", "[::]"))).isTrue();
    assertThat(registry(shell, "exit 3", open)).isFalse();
    assertThat(registry(shell, "exit 0", open.replace(":11443", ":114430"))).isFalse();
    assertThat(registry(shell, "exit 0", open.replace(":11443", ":1443"))).isFalse();
    assertThat(registry(shell, "exit 0", ":")).isFalse();
  }

  private boolean registry(String shell, String unit, String sockets) throws IOException {
    return bench(shell)
        .fake("systemctl", "case $* in is-active*) " + unit + " ;; esac")
        .fake("ss", sockets)
        .reached("registry-listens.sh", "11443");
  }

  private ShellBench workload(String shell, String counts) throws IOException {
    return bench(shell)
        .fake(
            "kubectl",
            "case $* in\n*jsonpath*) printf '%s' '"
                + counts
                + "' ;;\n*) echo 'NAME READY' ;;\nesac");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void workloadsAreReadyWhenAllTheirPodsAreNewAndReady(String shell) throws IOException {
    String[] ds = {"DaemonSet", "kube-system", "hostgw"};
    assertThat(workload(shell, "2 2 2 3 3").reached("workloads-ready.sh", ds)).isTrue();
    assertThat(
            workload(shell, "2 2 2 3 3")
                .reached("workloads-ready.sh", "DaemonSet", "a", "b", "Deployment", "a", "c"))
        .isTrue();
    for (String bad :
        List.of(
            "2 1 2 3 3", // one is not ready
            "2 2 1 3 3", // one is old
            "2 2 2 4 3", // the controller has not seen the newest wish
            "0 0 0 1 1", // none is wanted yet
            "1  1 1", // nothing said of ready
            "Error from server (NotFound): daemonsets \"x\" not found",
            "")) {
      ShellBench bench = workload(shell, bad);
      assertThat(bench.reached("workloads-ready.sh", ds)).as(bad).isFalse();
      assertThat(bench.run("goals/workloads-ready.sh", ds).out())
          .contains("DaemonSet kube-system/hostgw");
    }
    assertThat(workload(shell, "1 1 1 1 1").reached("workloads-ready.sh", "Job", "a", "b"))
        .isFalse();
  }
}
