package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * join-control-plane.sh against a fake etcd that keeps its members in a file and a fake kubeadm and
 * kubelet that start this node's member; each shell. The real ones are in scripts/test-ha.sh.
 */
@SuppressWarnings("StringConcatToTextBlock") // a fake is one line a case
class JoinControlPlaneScriptTest {
  static final List<String> SHELLS = ShellBench.SHELLS;
  private static final String[] ARGS = {
    "n2",
    "https://10.0.0.12:2380",
    "https://10.0.0.11:2379",
    "status",
    "control-plane-join/etcd",
    "-"
  };
  private static final String FIRST =
      "aa, started, n1, https://10.0.0.11:2380, https://10.0.0.11:2379, false\n";
  private static final String LOG = "/var/lib/etcd/member/wal/0-0.wal";
  private static final String ETCD = "/etc/kubernetes/manifests/etcd.yaml";

  @TempDir Path dir;
  private int benches;

  /** A node that is to join; the members are those of the file /etc/kubernetes/members. */
  private ShellBench bench(String shell, String members) throws IOException {
    ShellBench bench = new ShellBench(Files.createDirectories(dir.resolve("b" + benches++)), shell);
    Path list = bench.at("/etc/kubernetes/members");
    Path calls = bench.at("/etc/kubernetes/calls");
    Path manifests = bench.at("/etc/kubernetes/manifests");
    bench
        .file("/etc/kubernetes/members", members)
        .file("/etc/kubernetes/calls", "")
        .fake(
            "etcdctl",
            "while :; do case $1 in --*=*) shift ;; --*) shift 2 ;; *) break ;; esac; done\n"
                + "echo \"etcdctl $*\" >>"
                + calls
                + "\n"
                + "case \"$1 $2\" in\n"
                + "'member list') cat "
                + list
                + " ;;\n"
                + "'snapshot save') echo data >\"$3\" ;;\n"
                + "'member add') echo \"bb, unstarted, , ${5#*=}, , true\" >>"
                + list
                + " ;;\n"
                + "'member remove') sed -i \"/^$3/d\" "
                + list
                + " ;;\n"
                + "'member promote') sed -i \"/^$3/s/true$/false/\" "
                + list
                + " ;;\n"
                + "'get --prefix') [ ! -e "
                + bench.at("/etc/kubernetes/minority")
                + " ] ;;\n"
                + "'endpoint health') [ ! -e "
                + bench.at("/etc/kubernetes/ill")
                + " ] ;;\n"
                + "*) exit 9 ;;\nesac")
        .fake(
            "kubeadm",
            "echo \"kubeadm $1 $2 $3 $4\" >>"
                + calls
                + "\n"
                + "case \"$1 $2 $3\" in\n"
                + "'init phase etcd') mkdir -p "
                + manifests
                + "\n"
                + "printf '    - etcd\\n    - --initial-cluster=n2=x\\n    - --name=n2\\n' >"
                + bench.at(ETCD)
                + " ;;\n"
                + "'join --config '*)\n"
                + "sed -i 's/^bb, unstarted, ,/bb, started, n2,/' "
                + list
                + "\n"
                + "mkdir -p "
                + bench.at("/var/lib/kubelet/pki")
                + " "
                + bench.at(LOG).getParent()
                + "\n"
                + "for f in "
                + bench.at("/etc/kubernetes/kubelet.conf")
                + " "
                + bench.at("/var/lib/kubelet/config.yaml")
                + " "
                + bench.at("/var/lib/kubelet/kubeadm-flags.env")
                + " "
                + bench.at(LOG)
                + " "
                + bench.at("/var/lib/kubelet/pki/kubelet-client-current.pem")
                + " "
                + manifests
                + "/kube-apiserver.yaml "
                + manifests
                + "/kube-controller-manager.yaml "
                + manifests
                + "/kube-scheduler.yaml; do echo x >\"$f\"; done ;;\n"
                + "esac")
        .fake(
            "systemctl",
            "echo \"systemctl $*\" >>"
                + calls
                + "\nsed -i 's/^bb, unstarted, ,/bb, started, n2,/' "
                + list
                + "\nmkdir -p "
                + bench.at(LOG).getParent()
                + "\n: >"
                + bench.at(LOG))
        .fake("kubectl", "echo \"kubectl annotate\" >>" + calls)
        .withJoin()
        .fake("chmod", "exit 0")
        .fake("sed", "exec /bin/sed \"$@\"")
        .file("/etc/kubernetes/acp/kubeadm-join.yaml", "criSocket: \"/run/c.sock\"\n");
    return bench;
  }

  private static String[] apply() {
    String[] all = new String[ARGS.length + 1];
    all[0] = "apply";
    System.arraycopy(ARGS, 0, all, 1, ARGS.length);
    return all;
  }

  private static List<String> calls(ShellBench bench) throws IOException {
    return Files.readAllLines(bench.at("/etc/kubernetes/calls")).stream()
        .filter(call -> !call.equals("etcdctl member list"))
        .toList();
  }

  private static String members(ShellBench bench) throws IOException {
    return Files.readString(bench.at("/etc/kubernetes/members"));
  }

  private static void joins(ShellBench bench) throws IOException {
    ShellBench.Ended ended = bench.run("actions/join-control-plane.sh", apply());
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(members(bench))
        .isEqualTo(FIRST + "bb, started, n2, https://10.0.0.12:2380, , false\n");
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("done");
    assertThat(Files.readString(bench.at(ETCD)))
        .contains(
            "    - --initial-cluster=n1=https://10.0.0.11:2380,n2=https://10.0.0.12:2380\n"
                + "    - --initial-cluster-state=existing\n    - --name=n2\n");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void theMemberIsALearnerUntilItHasStartedAndASnapshotIsTakenBefore(String shell)
      throws IOException {
    ShellBench bench = bench(shell, FIRST);
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("absent");
    joins(bench);
    List<String> calls = calls(bench);
    assertThat(calls.get(1)).startsWith("etcdctl snapshot save ");
    assertThat(calls.get(2))
        .isEqualTo("etcdctl member add n2 --learner --peer-urls=https://10.0.0.12:2380");
    assertThat(calls.get(calls.size() - 1)).isEqualTo("etcdctl member promote bb");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aJoinThatWasKilledAfterTheAddIsGoneOnWithAndAddsNoSecondMember(String shell)
      throws IOException {
    ShellBench bench =
        bench(shell, FIRST + "bb, unstarted, , https://10.0.0.12:2380, , true\n")
            .file("/var/lib/acp/node/actions/join-control-plane.begun", "");
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("partial");
    joins(bench);
    assertThat(calls(bench)).noneMatch(c -> c.contains("member add"));
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aManifestThatWasKilledHalfWayIsMadeAnew(String shell) throws IOException {
    ShellBench bench =
        bench(shell, FIRST + "bb, unstarted, , https://10.0.0.12:2380, , true\n")
            .file("/var/lib/acp/node/actions/join-control-plane.begun", "")
            .file(ETCD, "    - --initial-cluster=n2=x\n");
    joins(bench);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aMemberThatRanAndLostItsDataIsAddedAnewAndNeverStartedAsItWas(String shell)
      throws IOException {
    ShellBench bench =
        bench(shell, FIRST + "cc, started, n2, https://10.0.0.12:2380, x, false\n")
            .file("/var/lib/acp/node/actions/join-control-plane.begun", "");
    joins(bench);
    assertThat(calls(bench)).contains("etcdctl member remove cc");
    assertThat(calls(bench).stream().filter(c -> c.contains("snapshot save")).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aDiskThatWasReplacedIsSeenThoughEtcdHasTriedToStart(String shell) throws IOException {
    ShellBench bench = bench(shell, FIRST);
    joins(bench);
    Files.delete(bench.at(LOG));
    bench.file("/var/lib/etcd/member/snap/db", "x").file(ETCD, "    - --initial-cluster=old\n");
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("partial");
    Files.writeString(bench.at("/etc/kubernetes/calls"), "");
    joins(bench);
    assertThat(calls(bench))
        .containsSubsequence(
            "etcdctl member remove bb",
            "etcdctl member add n2 --learner --peer-urls=https://10.0.0.12:2380",
            "kubeadm init phase etcd local");
    assertThat(bench.at("/var/lib/etcd/member/snap/db")).doesNotExist();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aLogThatEtcdMadeOnAnEmptyDiskIsNotTheMembers(String shell) throws IOException {
    ShellBench bench = bench(shell, FIRST);
    joins(bench);
    String data = "/var/lib/etcd/member/acp-voted";
    assertThat(bench.at(data)).exists();
    Files.delete(bench.at(data));
    // its etcd is healthy: somebody took the note away, or it was restored
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("done");
    Files.writeString(bench.at("/etc/kubernetes/ill"), "");
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("partial");
    Files.writeString(bench.at("/etc/kubernetes/minority"), "");
    ShellBench.Ended ended = bench.run("actions/join-control-plane.sh", apply());
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.err()).contains("has no majority now");
    assertThat(calls(bench)).noneMatch(call -> call.contains("member remove"));
    assertThat(bench.at(ETCD)).exists();
    assertThat(bench.at("/var/lib/etcd/member")).exists();
    Files.delete(bench.at("/etc/kubernetes/minority"));
    joins(bench);
    assertThat(calls(bench)).contains("etcdctl member remove bb");
    assertThat(bench.at(data)).exists();
    // of an older acp: never judged by a note that it did not write
    Files.delete(bench.at(data));
    Files.delete(bench.at("/var/lib/acp/node/actions/join-control-plane.ran"));
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("done");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aJoinThatWasCutOffAfterTheKubeletsCertificateIsEndedWithoutAToken(String shell)
      throws IOException {
    ShellBench bench = bench(shell, FIRST);
    joins(bench);
    Files.delete(bench.at("/var/lib/acp/node/actions/join-control-plane.mark"));
    Files.writeString(bench.at("/etc/kubernetes/calls"), "");
    joins(bench);
    assertThat(calls(bench))
        .containsSubsequence(
            "kubectl annotate",
            "kubeadm init phase upload-config kubeadm",
            "kubeadm init phase mark-control-plane --config")
        .noneMatch(call -> call.startsWith("kubeadm join"));
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void whatALossOfPowerLeftEmptyIsMadeAgain(String shell) throws IOException {
    ShellBench bench = bench(shell, FIRST);
    joins(bench);
    String half = "/etc/kubernetes/pki/etcd/peer.key";
    String whole = "/etc/kubernetes/pki/etcd/server.key";
    bench
        .file("/var/lib/kubelet/pki/kubelet-client-current.pem", "")
        .file("/etc/kubernetes/pki/etcd/peer.crt", "x")
        .file(half, "")
        .file("/etc/kubernetes/pki/etcd/server.crt", "x")
        .file(whole, "x")
        .file("/etc/kubernetes/calls", "");
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("partial");
    joins(bench);
    assertThat(calls(bench)).anyMatch(call -> call.startsWith("kubeadm join --config"));
    assertThat(bench.at(half)).doesNotExist();
    assertThat(bench.at("/etc/kubernetes/pki/etcd/peer.crt")).doesNotExist();
    assertThat(bench.at(whole)).exists();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void anEtcdThatDoesNotAnswerChangesNoMembership(String shell) throws IOException {
    ShellBench bench = bench(shell, FIRST).fake("etcdctl", "echo no >&2; exit 1");
    ShellBench.Ended ended = bench.run("actions/join-control-plane.sh", apply());
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.err()).contains("does not tell its members");
    assertThat(Files.exists(bench.at(ETCD))).isFalse();
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("partial");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void withoutASnapshotNobodyIsAdded(String shell) throws IOException {
    ShellBench bench =
        bench(shell, FIRST)
            .fake(
                "etcdctl",
                "case \"$*\" in *'member list') printf '%s' '" + FIRST + "' ;; *) exit 1 ;; esac");
    ShellBench.Ended ended = bench.run("actions/join-control-plane.sh", apply());
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.err()).contains("membership is left as it is");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void whatAnotherClusterLeftIsNeverTakenOver(String shell) throws IOException {
    for (String left : List.of("/var/lib/etcd/member", ETCD, "/etc/kubernetes/kubelet.conf")) {
      ShellBench bench = bench(shell, FIRST).file(left, "x");
      assertThat(bench.observe("join-control-plane.sh", ARGS)).as(left).isEqualTo("cannot tell");
      assertThat(bench.run("actions/join-control-plane.sh", apply()).exit()).isNotZero();
      assertThat(members(bench)).isEqualTo(FIRST);
    }
    assertThat(
            bench(shell, FIRST)
                .file("/etc/kubernetes/manifests/keepalived.yaml", "x")
                .observe("join-control-plane.sh", ARGS))
        .isEqualTo("absent");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aNodeThatEtcdNoLongerCountsIsNotDone(String shell) throws IOException {
    ShellBench bench = bench(shell, FIRST);
    joins(bench);
    bench.file("/etc/kubernetes/members", FIRST);
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("partial");
    // when nobody answers, the mark counts: a second run of setup is no reason to join again
    bench.fake("etcdctl", "exit 1");
    assertThat(bench.observe("join-control-plane.sh", ARGS)).isEqualTo("done");
  }
}
