package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The scripts of a renewal on a made-up node, with a fake kubeadm, etcdctl, ctr and kubectl that
 * note what they were called for; each shell. The real ones are in scripts/test-day2.sh.
 */
@SuppressWarnings("StringConcatToTextBlock") // a fake is one line a case
class RenewScriptsTest {
  static final List<String> SHELLS = ShellBench.SHELLS;
  private static final String CERT = "/etc/kubernetes/pki/apiserver.crt";
  private static final String UNFINISHED = "/var/lib/acp/node/certs/unfinished";

  @TempDir Path dir;
  private int benches;

  private static void plain(ShellBench bench, String... tools) throws IOException {
    for (String tool : tools) {
      bench.fake(tool, "exec /usr/bin/" + tool + " \"$@\"");
    }
  }

  /** A control plane whose containers are in files, and are started anew as soon as they end. */
  private ShellBench bench(String shell) throws IOException {
    ShellBench bench = new ShellBench(Files.createDirectories(dir.resolve("b" + benches++)), shell);
    plain(bench, "cp", "chmod", "cmp", "cut", "ln");
    Path calls = bench.at("/etc/kubernetes/calls");
    Path run = bench.at("/var/lib/run");
    Files.createDirectories(run);
    for (String pod : List.of("etcd", "kube-apiserver", "kube-controller-manager")) {
      bench.file("/var/lib/run/" + pod, pod + "-1\n");
    }
    bench.file("/var/lib/run/kube-scheduler", "kube-scheduler-1\n");
    return bench
        .file("/etc/kubernetes/calls", "")
        .file("/etc/kubernetes/acp/kubeadm-init.yaml", "config\n")
        .file("/etc/kubernetes/admin.conf", "admin old\n")
        .file("/var/lib/etcd/member/snap/db", "data\n")
        .file(CERT, "old\n")
        .fake("systemctl", "echo \"systemctl $*\" >>" + calls)
        .fake(
            "kubeadm",
            "echo \"kubeadm $*\" >>"
                + calls
                + "\necho new >"
                + bench.at(CERT)
                + "; echo admin new >"
                + bench.at("/etc/kubernetes/admin.conf"))
        .fake(
            "etcdctl",
            "while :; do case $1 in --*=*) shift ;; --*) shift 2 ;; *) break ;; esac; done\n"
                + "echo \"etcdctl $1 $2\" >>"
                + calls
                + "\n[ ! -e "
                + bench.at("/etc/kubernetes/no-etcd")
                + " ] || exit 1\n"
                + "case \"$1 $2\" in 'snapshot save') echo data >\"$3\" ;; esac")
        .fake("kubectl", "echo kubectl >>" + calls + "; echo ok")
        .fake(
            "ctr",
            "shift 2\ncase \"$1 $2\" in\n"
                + "'containers ls') name=${4#*name\\\"==}; cat "
                + run
                + "/${name%%,*} ;;\n"
                + "'tasks ls') echo TASK PID STATUS; for f in "
                + run
                + "/*; do echo \"$(cat $f) 1 RUNNING\"; done ;;\n"
                + "'tasks kill') echo \"kill $5\" >>"
                + calls
                + "; echo \"${5%-1}-2\" >"
                + run
                + "/${5%-1} ;;\nesac");
  }

  private static String[] args(ShellBench bench, String word, String how) {
    return new String[] {
      word,
      "id",
      "n1",
      "https://10.0.0.11:6443",
      how,
      bench.at(CERT).toString(),
      Digest.ofText("old\n").hex()
    };
  }

  private static String calls(ShellBench bench) throws IOException {
    return Files.readString(bench.at("/etc/kubernetes/calls"));
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aSnapshotComesFirstAndThePartsFollowOneAfterAnother(String shell) throws IOException {
    ShellBench bench = bench(shell);
    assertThat(bench.run("actions/renew-certificates.sh", args(bench, "observe", "wait")).seen())
        .isEqualTo("absent");
    ShellBench.Ended ended =
        bench.run("actions/renew-certificates.sh", args(bench, "apply", "wait"));
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(calls(bench).lines())
        .containsExactly(
            "etcdctl snapshot save",
            "kubeadm certs renew all --config " + bench.at("/etc/kubernetes/acp/kubeadm-init.yaml"),
            "kill etcd-1",
            "etcdctl endpoint health",
            "kill kube-apiserver-1",
            "kubectl",
            "kill kube-controller-manager-1",
            "kill kube-scheduler-1");
    assertThat(bench.run("actions/renew-certificates.sh", args(bench, "observe", "wait")).seen())
        .isEqualTo("done");
    assertThat(bench.at("/var/lib/acp/node/etcd/before-renewal-id.db")).hasContent("data");
    assertThat(bench.at("/var/lib/acp/node/certs/before-id/admin.conf")).hasContent("admin old");
    assertThat(bench.at("/var/lib/acp/node/certs/before-id/pki/apiserver.crt")).hasContent("old");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void oneThatWasCutOffIsPartialAndEndsNothingThatReadTheNewFiles(String shell) throws IOException {
    ShellBench bench = bench(shell);
    bench.file(UNFINISHED, "etcd etcd-0\nkube-apiserver kube-apiserver-1\n");
    assertThat(bench.run("actions/renew-certificates.sh", args(bench, "observe", "wait")).seen())
        .isEqualTo("partial");
    // a scheduler that ended by itself while the API server was away has the new files already
    bench.fake(
        "kubeadm",
        "echo scheduler-9 >"
            + bench.at("/var/lib/run/kube-scheduler")
            + "; echo new >"
            + bench.at(CERT));
    assertThat(bench.run("actions/renew-certificates.sh", args(bench, "apply", "wait")).exit())
        .isZero();
    assertThat(calls(bench)).contains("kill etcd-1\n").doesNotContain("kill kube-scheduler");
    assertThat(bench.at(UNFINISHED)).doesNotExist();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void withoutASnapshotTheFilesOfEtcdAreCopiedAndWithoutThemNothingIsRestarted(String shell)
      throws IOException {
    ShellBench bench = bench(shell).file("/etc/kubernetes/no-etcd", "");
    ShellBench.Ended ended =
        bench.run("actions/renew-certificates.sh", args(bench, "apply", "blind"));
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(bench.at("/var/lib/acp/node/etcd/before-renewal-id.files/snap/db"))
        .hasContent("data");
    assertThat(calls(bench)).contains("systemctl restart kubelet").contains("kill etcd-1");
    ShellBench empty = bench(shell).file("/etc/kubernetes/no-etcd", "");
    Files.delete(empty.at("/var/lib/etcd/member/snap/db"));
    Files.delete(empty.at("/var/lib/etcd/member/snap"));
    Files.delete(empty.at("/var/lib/etcd/member"));
    assertThat(empty.run("actions/renew-certificates.sh", args(empty, "apply", "blind")).exit())
        .isEqualTo(1);
    assertThat(calls(empty)).doesNotContain("kill").doesNotContain("systemctl");
    assertThat(empty.run("actions/renew-certificates.sh", args(empty, "observe", "wait")).seen())
        .isEqualTo("partial");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void theKubeletGetsItsCertificateAndMakesItsOwnAnew(String shell) throws IOException {
    ShellBench bench = bench(shell);
    String folder = "/var/lib/kubelet/pki";
    bench
        .file(folder + "/acp.pem", "ours\n")
        .file(folder + "/kubelet-client-1.pem", "theirs\n")
        .file(folder + "/kubelet.crt", "served\n")
        .file(folder + "/kubelet.key", "key\n")
        .file(
            "/etc/kubernetes/kubelet.conf",
            "client-key: " + bench.at(folder + "/kubelet-client-current.pem") + "\n")
        .fake("systemctl", "echo fresh >" + bench.at(folder + "/kubelet.crt"));
    Files.createSymbolicLink(
        bench.at(folder + "/kubelet-client-current.pem"),
        bench.at(folder + "/kubelet-client-1.pem"));
    String pem = bench.at(folder + "/acp.pem").toString();
    String served = Digest.ofText("served\n").hex();
    assertThat(bench.run("actions/renew-kubelet.sh", "observe", pem, served).seen())
        .isEqualTo("absent");
    ShellBench.Ended ended = bench.run("actions/renew-kubelet.sh", "apply", pem, served);
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(bench.run("actions/renew-kubelet.sh", "observe", pem, served).seen())
        .isEqualTo("done");
    assertThat(bench.at(folder + "/kubelet-client-current.pem")).hasContent("ours");
    assertThat(bench.at(folder + "/kubelet-client-1.pem")).hasContent("theirs");
    assertThat(bench.run("actions/renew-kubelet.sh", "observe", "-", "-").seen()).isEqualTo("done");
  }

  @Test
  void noKeyLeavesTheNode() throws IOException {
    ShellBench bench = bench("/bin/sh");
    bench
        .fake("ip", "echo '2: eth0 inet 10.0.0.11/24 scope global'")
        .file(
            "/var/lib/kubelet/pki/kubelet-client-current.pem",
            "-----BEGIN EC PRIVATE KEY-----\nSECRETSECRET\n-----END EC PRIVATE KEY-----\n"
                + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .file(
            "/etc/kubernetes/admin.conf",
            "    client-certificate-data: UEVN\n    client-key-data: U0VDUkVU\n");
    ShellBench.Ended ended = bench.run("kube/certificates.sh", "10.0.0.11");
    assertThat(ended.out())
        .contains("@@holder", "@@kubelet-client ", "AAAA", "@@kubeconfig ", "\nPEM\n")
        .doesNotContain("SECRET", "U0VDUkVU", "@@unfinished")
        .endsWith("@@end\n");
  }
}
