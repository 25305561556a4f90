package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What res/actions say of a node, in each shell, with fakes for the programs that they ask. */
@SuppressWarnings("StringConcatToTextBlock") // a fake is one line a case
class ActionScriptsTest {
  static final List<String> SHELLS = ShellBench.SHELLS;
  private static final String ADMIN = "/etc/kubernetes/admin.conf";
  private static final String CANNOT_TELL = "cannot tell";

  @TempDir Path dir;
  private int benches;

  private ShellBench bench(String shell) throws IOException {
    return new ShellBench(Files.createDirectories(dir.resolve("b" + benches++)), shell);
  }

  /** Says of each package what the line "NAME STATUS" of the list says. */
  private ShellBench packages(String shell, String list) throws IOException {
    return bench(shell)
        .fake(
            "dpkg-query",
            "while [ $# -gt 1 ]; do shift; done\nwhile read -r n s; do\n"
                + "[ \"$n\" = \"$1\" ] && { printf %s \"$s\"; exit 0; }\ndone <<'END'\n"
                + list
                + "\nEND\nexit 1");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void packagesAreDoneOnlyWhenEachIsInstalled(String shell) throws IOException {
    String[] args = {"/p", "conntrack", "c.deb", "socat", "s.deb"};
    String installed = "conntrack installed\nsocat installed";
    assertThat(packages(shell, installed).observe("packages.sh", args)).isEqualTo("done");
    assertThat(packages(shell, "other installed").observe("packages.sh", args)).isEqualTo("absent");
    for (String half :
        List.of("not-installed", "half-configured", "unpacked", "config-files", "")) {
      assertThat(packages(shell, "conntrack installed\nsocat " + half).observe("packages.sh", args))
          .as(half)
          .isEqualTo("partial");
    }
    assertThat(bench(shell).observe("packages.sh", args)).isEqualTo(CANNOT_TELL);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void importedImagesAreThoseThatContainerdListsByTheirWholeName(String shell) throws IOException {
    String[] args = {"/a.tar", "r:1/platform/pause:3.2", "r:1/platform/b:1"};
    assertThat(images(shell, "r:1/platform/b:1\nx\nr:1/platform/pause:3.2", args))
        .isEqualTo("done");
    assertThat(images(shell, "", args)).isEqualTo("absent");
    assertThat(images(shell, "r:1/platform/pause:3.20\nr:1/platform/b:10", args))
        .isEqualTo("absent");
    assertThat(images(shell, "r:1/platform/pause:3.2", args)).isEqualTo("partial");
    assertThat(bench(shell).observe("import-images.sh", args)).isEqualTo(CANNOT_TELL);
    assertThat(
            running(shell)
                .fake("ctr", "echo 'cannot dial unix socket' >&2; exit 1")
                .observe("import-images.sh", args))
        .isEqualTo(CANNOT_TELL);
    // a containerd that was not started yet is not waited for
    ShellBench none = bench(shell);
    none.fake("ctr", "echo >" + none.at("/called"));
    assertThat(none.observe("import-images.sh", args)).isEqualTo(CANNOT_TELL);
    assertThat(none.at("/called")).doesNotExist();
    assertThat(
            running(shell)
                .fake("ctr", "echo r:1/platform/pause:3.2; echo r:1/platform/b:1")
                .without("grep")
                .observe("import-images.sh", args))
        .isNotEqualTo("done");
  }

  private ShellBench running(String shell) throws IOException {
    return bench(shell).socket("/run/containerd/containerd.sock");
  }

  private String images(String shell, String list, String... args) throws IOException {
    return running(shell)
        .fake(
            "ctr", "[ \"$*\" = '-n k8s.io images ls -q' ] || exit 9\nprintf '%s\\n' '" + list + "'")
        .observe("import-images.sh", args);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void pulledImagesAreThoseWithTheWantedDigest(String shell) throws IOException {
    String a = "sha256:" + "a".repeat(64);
    String b = "sha256:" + "b".repeat(64);
    String table =
        "echo 'REF TYPE DIGEST SIZE PLATFORMS LABELS'\ncase $* in\n"
            + "*name==r/one:1) echo 'r/one:1 application/x "
            + a
            + " 1.0 MiB linux/amd64 -' ;;\n"
            + "*name==r/two:1) echo 'r/two:1 application/x "
            + b
            + " 1.0 MiB linux/amd64 -' ;;\nesac";
    ShellBench bench = bench(shell).fake("ctr", table);
    assertThat(bench.observe("pull-images.sh", "r/one:1", a, "r/two:1", b)).isEqualTo("done");
    assertThat(bench.observe("pull-images.sh", "r/one:1", a, "r/two:1", a)).isEqualTo("partial");
    assertThat(bench.observe("pull-images.sh", "r/one:1", b)).isEqualTo("absent");
    assertThat(bench.observe("pull-images.sh", "r/none:1", a)).isEqualTo("absent");
    assertThat(bench.without("awk").observe("pull-images.sh", "r/one:1", a)).isNotEqualTo("done");
    assertThat(bench(shell).observe("pull-images.sh", "r/one:1", a)).isNotEqualTo("done");
    assertThat(bench(shell).fake("ctr", "exit 1").observe("pull-images.sh", "r/one:1", a))
        .isNotEqualTo("done");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aControlPlaneIsDoneWhenKubeadmEndedAndItsManifestsAreStillItsOwn(String shell)
      throws IOException {
    assertThat(bench(shell).observe("kubeadm-init.sh", "-", "-")).isEqualTo("absent");
    for (String left :
        List.of("/etc/kubernetes/manifests/kube-apiserver.yaml", "/var/lib/etcd/member")) {
      assertThat(bench(shell).file(left, "x").observe("kubeadm-init.sh", "-", "-"))
          .as(left)
          .isEqualTo(CANNOT_TELL);
      assertThat(
              bench(shell)
                  .file(left, "x")
                  .file("/var/lib/acp/node/actions/kubeadm-init.begun", "")
                  .observe("kubeadm-init.sh", "-", "-"))
          .as(left)
          .isEqualTo("partial");
    }
    ShellBench bench = bench(shell);
    bench
        .file("/etc/kubernetes/acp/kubeadm-init.yaml", "kind: x\n")
        .fake(
            "kubeadm",
            "set -e\nmkdir -p '"
                + bench.at("/etc/kubernetes/manifests")
                + "'\necho a > '"
                + bench.at("/etc/kubernetes/manifests/kube-apiserver.yaml")
                + "'\necho b > '"
                + bench.at(ADMIN)
                + "'\necho \"$*\" > '"
                + bench.at("/called")
                + "'");
    assertThat(bench.run("actions/kubeadm-init.sh", "apply", "preflight,addon/coredns", "-").exit())
        .isZero();
    assertThat(Files.readString(bench.at("/called")))
        .contains("--skip-token-print", "--skip-phases preflight,addon/coredns");
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("done");
    Files.delete(bench.at(ADMIN));
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("partial");
    bench.file(ADMIN, "b").file("/etc/kubernetes/manifests/kube-apiserver.yaml", "changed");
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("partial");
    bench.file("/etc/kubernetes/manifests/kube-apiserver.yaml", "a\n");
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("done");
    assertThat(bench.without("sha256sum").observe("kubeadm-init.sh", "-", "-"))
        .isNotEqualTo("done");
    bench.file("/var/lib/acp/node/actions/kubeadm-init.mark", "");
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("partial");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aKubeadmThatFailsIsGoneOnWithAndNotDone(String shell) throws IOException {
    ShellBench bench = bench(shell).withJoin().fake("kubeadm", "echo no >&2; exit 7");
    bench.file("/etc/kubernetes/acp/kubeadm-join.yaml", "discovery:\n");
    assertThat(bench.run("actions/kubeadm-init.sh", "apply", "-", "-").exit()).isEqualTo(7);
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("partial");
    assertThat(bench.run("actions/kubeadm-join.sh", "apply", "n", "-").exit()).isEqualTo(7);
    assertThat(bench.observe("kubeadm-join.sh", "n", "-")).isEqualTo("partial");
  }

  private static final String DISCOVERY =
      "discovery:\n  tlsBootstrapToken: \"t\"\n  timeout: \"5m0s\"\n";

  /**
   * kubeadm, which writes down its limit for finding the cluster and then does as the line says.
   */
  private ShellBench joining(String shell, String line) throws IOException {
    ShellBench bench = bench(shell).withJoin();
    return bench
        .file("/etc/kubernetes/acp/kubeadm-join.yaml", DISCOVERY)
        .fake("kubeadm", "grep -o '[0-9ms]*s\"' \"$3\" >>" + bench.at("/limits") + "\n" + line);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aJoinAsksForTheClusterAfterASecondAndThenInKubeadmsOwnTime(String shell) throws IOException {
    ShellBench there = joining(shell, "exit 0");
    assertThat(there.run("actions/kubeadm-join.sh", "apply", "n", "-").exit()).isZero();
    assertThat(Files.readString(there.at("/limits"))).isEqualTo("1s\"\n");

    ShellBench late =
        joining(
            shell,
            "case $3 in *soon) echo 'Abort reading the cluster-info ConfigMap after timeout of 1s'"
                + " >&2; exit 1 ;; esac");
    ShellBench.Ended ended = late.run("actions/kubeadm-join.sh", "apply", "n", "-");
    assertThat(ended.exit()).isZero();
    assertThat(Files.readString(late.at("/limits"))).isEqualTo("1s\"\n5m0s\"\n");
    assertThat(ended.err()).contains("Abort reading");

    ShellBench broken = joining(shell, "echo 'another reason' >&2; exit 3");
    assertThat(broken.run("actions/kubeadm-join.sh", "apply", "n", "-").exit()).isEqualTo(3);
    assertThat(Files.readString(broken.at("/limits"))).isEqualTo("1s\"\n");
    // the token stands in no copy
    for (ShellBench bench : List.of(there, late, broken)) {
      try (var files = Files.list(bench.at("/etc/kubernetes/acp"))) {
        assertThat(files.map(f -> f.getFileName().toString()))
            .containsExactlyInAnyOrder("half-written.sh", "join.sh", "kubeadm-join.yaml");
      }
    }
  }

  /** A machine that was in the cluster until a moment ago, and one whose name another has. */
  @ParameterizedTest
  @FieldSource("SHELLS")
  void aNameThatTheClusterStillTakesForReadyIsAskedForAgain(String shell) throws IOException {
    String ready =
        "{ echo 'a Node with name \"n\" and status \"Ready\" already exists' >&2; exit 1; }";
    ShellBench gone = joining(shell, "");
    String times = "$(wc -l <" + gone.at("/limits") + ")";
    gone.fake(
        "kubeadm",
        "echo \"$*\" >>" + gone.at("/limits") + "\n[ \"" + times + "\" -gt 3 ] || " + ready);
    gone.fake("sleep", "exit 0");
    ShellBench.Ended ended = gone.run("actions/kubeadm-join.sh", "apply", "n", "-");
    assertThat(ended.exit()).as(ended.err()).isZero();
    List<String> runs = Files.readAllLines(gone.at("/limits"));
    assertThat(runs).hasSize(4);
    // kubeadm has written the authority's certificate, and would refuse the file
    assertThat(runs.get(0)).doesNotContain("pki-ca.crt");
    assertThat(runs.subList(1, 4)).allMatch(run -> run.endsWith("kubernetes-pki-ca.crt"));

    ShellBench another = joining(shell, ready).fake("sleep", "exit 0");
    ended = another.run("actions/kubeadm-join.sh", "apply", "n", "-");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("already exists", "it may be this machine before its start");
    assertThat(Files.readAllLines(another.at("/limits"))).hasSize(13);
  }

  /** A join that was ended once the kubelet had its own certificate; kubectl, by its script. */
  private ShellBench certified(String shell, String kubectl) throws IOException {
    ShellBench bench = bench(shell).withJoin();
    return bench
        .files(
            "x",
            List.of(
                "/etc/kubernetes/kubelet.conf",
                "/etc/kubernetes/bootstrap-kubelet.conf",
                "/var/lib/kubelet/pki/kubelet-client-current.pem",
                "/var/lib/kubelet/config.yaml",
                "/var/lib/kubelet/kubeadm-flags.env",
                "/etc/kubernetes/pki/ca.crt",
                "/var/lib/acp/node/actions/kubeadm-join.begun"))
        .file("/etc/kubernetes/acp/kubeadm-join.yaml", "  criSocket: \"/run/c.sock\"\n")
        .fake("sleep", "exit 0")
        .fake("systemctl", "exit 0")
        .fake("kubeadm", "echo 'a node that is there already' >&2; exit 5")
        .fake("kubectl", "echo \"$*\" >>" + bench.at("/asked") + "\n" + kubectl);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aJoinThatWasCutOffBeforeTheKubeletRegisteredWaitsForIt(String shell) throws IOException {
    String notFound = "echo 'Error from server (NotFound): nodes \"n\" not found' >&2; exit 1";
    String bootstrap = "/etc/kubernetes/bootstrap-kubelet.conf";
    ShellBench slow = certified(shell, notFound);
    slow.fake(
        "kubectl",
        "echo \"$*\" >>"
            + slow.at("/asked")
            + "\n[ $(wc -l <"
            + slow.at("/asked")
            + ") = 3 ] || {\n"
            + notFound
            + "\n}");
    ShellBench.Ended ended = slow.run("actions/kubeadm-join.sh", "apply", "n", "-");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(Files.readAllLines(slow.at("/asked")))
        .hasSize(3)
        .allSatisfy(
            asked ->
                assertThat(asked)
                    .endsWith("node n kubeadm.alpha.kubernetes.io/cri-socket=/run/c.sock"));
    assertThat(slow.at(bootstrap)).as("the token has served").doesNotExist();
    assertThat(slow.observe("kubeadm-join.sh", "n", "-")).isEqualTo("done");

    ShellBench never = certified(shell, notFound);
    ended = never.run("actions/kubeadm-join.sh", "apply", "n", "-");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("did not register the node n", "journalctl", "NotFound");
    assertThat(Files.readAllLines(never.at("/asked"))).hasSize(60);
    assertThat(never.at(bootstrap)).exists();
    assertThat(never.observe("kubeadm-join.sh", "n", "-")).isEqualTo("partial");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void whatALossOfPowerLeftEmptyIsNothing(String shell) throws IOException {
    ShellBench bench = certified(shell, "exit 0").fake("kubeadm", "exit 0");
    List<String> whole =
        List.of(
            "/etc/kubernetes/pki/apiserver.crt",
            "/etc/kubernetes/pki/apiserver.key",
            "/etc/kubernetes/admin.conf",
            "/etc/kubernetes/encryption-provider.conf");
    List<String> empty =
        List.of(
            "/var/lib/kubelet/pki/kubelet-client-current.pem",
            "/var/lib/kubelet/pki/kubelet.key",
            "/etc/kubernetes/pki/ca.crt",
            "/etc/kubernetes/scheduler.conf");
    bench.files("x", whole).files("", empty).file("/var/lib/kubelet/pki/kubelet.crt", "x");
    assertThat(bench.run("actions/kubeadm-join.sh", "apply", "n", "-").exit()).isZero();
    assertThat(bench.at("/asked")).as("kubeadm joins it anew").doesNotExist();
    assertThat(empty).allSatisfy(file -> assertThat(bench.at(file)).doesNotExist());
    assertThat(bench.at("/var/lib/kubelet/pki/kubelet.crt")).as("half").doesNotExist();
    assertThat(bench.at("/etc/kubernetes/kubelet.conf")).as("half").doesNotExist();
    assertThat(whole).allSatisfy(file -> assertThat(bench.at(file)).exists());
    assertThat(bench.observe("kubeadm-join.sh", "n", "-")).isEqualTo("partial");
  }

  /** Its own API server answers, the load balancer says what the file says; 40 s a look. */
  private ShellBench behindBalancer(String shell, String says) throws IOException {
    ShellBench bench = bench(shell).withJoin();
    return bench
        .fake("sleep", "exec /bin/sleep 0.1")
        .fake(
            "date",
            "echo x >>'"
                + bench.at("/looks")
                + "'; n=0; while read -r _; do n=$((n + 40)); done <'"
                + bench.at("/looks")
                + "'; echo $n")
        .fake(
            "kubectl",
            "case $* in *'--username nobody --password none'*) ;; *) exit 9 ;; esac\n"
                + "case $* in *https://10.0.0.11:6443*) echo ok ;; *https://lb:6443*) "
                + says
                + " ;; esac")
        .file("/looks", "");
  }

  private static final String[] BEHIND = {
    "apply", "-", "-", "https://10.0.0.11:6443", "https://lb:6443"
  };

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aLoadBalancerThatDoesNotForwardEndsKubeadmAndIsNamed(String shell) throws IOException {
    ShellBench bench = behindBalancer(shell, "echo refused >&2; exit 1");
    bench.fake("kubeadm", "exec /bin/sleep 50");
    ShellBench.Ended ended = bench.run("actions/kubeadm-init.sh", BEHIND);
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .contains("answers at https://10.0.0.11:6443, but", "https://lb:6443: refused");
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("partial");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void behindALoadBalancerThatForwardsItIsKubeadmsOwnAffair(String shell) throws IOException {
    ShellBench bench = behindBalancer(shell, "echo ok");
    bench.fake("kubeadm", "/bin/sleep 1; exit 7");
    ShellBench.Ended ended = bench.run("actions/kubeadm-init.sh", BEHIND);
    assertThat(ended.exit()).isEqualTo(7);
    assertThat(ended.err()).doesNotContain("balancer");
    bench
        .fake("kubeadm", "/bin/sleep 1")
        .file("/etc/kubernetes/manifests/kube-apiserver.yaml", "a\n")
        .file(ADMIN, "b");
    assertThat(bench.run("actions/kubeadm-init.sh", BEHIND).exit()).isZero();
    assertThat(bench.observe("kubeadm-init.sh", "-", "-")).isEqualTo("done");
    assertThat(bench.at("/var/lib/acp/node/actions/kubeadm-init.balancer")).doesNotExist();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aWorkerIsDoneWhenTheKubeletHasItsOwnCertificateAndTheJoinEnded(String shell)
      throws IOException {
    String mark = "/var/lib/acp/node/actions/kubeadm-join.mark";
    String own = "/etc/kubernetes/kubelet.conf";
    String certificate = "/var/lib/kubelet/pki/kubelet-client-current.pem";
    String config = "/var/lib/kubelet/config.yaml";
    assertThat(bench(shell).observe("kubeadm-join.sh", "n", "-")).isEqualTo("absent");
    String begun = "/var/lib/acp/node/actions/kubeadm-join.begun";
    for (String left : List.of(mark, begun)) {
      assertThat(bench(shell).file(left, "x").observe("kubeadm-join.sh", "n", "-"))
          .as(left)
          .isEqualTo("partial");
    }
    for (String left : List.of(own, "/etc/kubernetes/bootstrap-kubelet.conf")) {
      assertThat(bench(shell).file(left, "x").observe("kubeadm-join.sh", "n", "-"))
          .as(left)
          .isEqualTo(CANNOT_TELL);
    }
    ShellBench joined =
        bench(shell)
            .file(own, "x")
            .file(certificate, "x")
            .file(config, "x")
            .file("/var/lib/kubelet/kubeadm-flags.env", "x")
            .file("/etc/kubernetes/pki/ca.crt", "x")
            .file(begun, "");
    assertThat(joined.observe("kubeadm-join.sh", "n", "-")).isEqualTo("partial");
    assertThat(joined.file(mark, "").observe("kubeadm-join.sh", "n", "-")).isEqualTo("done");
    assertThat(joined.file(config, "").observe("kubeadm-join.sh", "n", "-")).isEqualTo("partial");
  }

  private static String answer(String digest, int get) {
    return "case $* in\n*configmap*) printf %s '"
        + digest
        + "' ;;\n*'get -f'*) exit "
        + get
        + " ;;\n*) exit 9 ;;\nesac";
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void manifestsAreDoneWhenTheClusterNotedThemAndHasEveryObject(String shell) throws IOException {
    String[] args = {"dns", "d1", "/m/a.yaml", "/m/b.yaml"};
    assertThat(bench(shell).observe("apply-manifests.sh", args)).isEqualTo("absent");
    assertThat(
            bench(shell)
                .file(ADMIN, "x")
                .fake("kubectl", answer("d1", 0))
                .observe("apply-manifests.sh", args))
        .isEqualTo("done");
    assertThat(
            bench(shell)
                .file(ADMIN, "x")
                .fake("kubectl", answer("d1", 1))
                .observe("apply-manifests.sh", args))
        .isEqualTo("partial");
    for (String other : List.of("", "d2")) {
      assertThat(
              bench(shell)
                  .file(ADMIN, "x")
                  .fake("kubectl", answer(other, 0))
                  .observe("apply-manifests.sh", args))
          .isEqualTo("absent");
    }
    assertThat(bench(shell).file(ADMIN, "x").observe("apply-manifests.sh", args))
        .isEqualTo(CANNOT_TELL);
    assertThat(
            bench(shell)
                .file(ADMIN, "x")
                .fake("kubectl", "echo refused >&2; exit 1")
                .observe("apply-manifests.sh", args))
        .isEqualTo(CANNOT_TELL);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aNodeHasItsLabelsWhenEveryOneIsThereAsItIsWritten(String shell) throws IOException {
    String[] args = {"n4", "disk=ssd", "zone=a"};
    assertThat(bench(shell).observe("node-labels.sh", args)).isEqualTo("absent");
    ShellBench bench = bench(shell).file(ADMIN, "x");
    String node = "echo 'n4 Ready <none> 3m v1.20.2 ";
    bench.fake("kubectl", node + "a=b,disk=ssd,zone=a'");
    assertThat(bench.observe("node-labels.sh", args)).isEqualTo("done");
    assertThat(bench.fake("kubectl", node + "zone=a,mydisk=ssd'").observe("node-labels.sh", args))
        .isEqualTo("partial");
    assertThat(bench.fake("kubectl", node + "disk=ssd2'").observe("node-labels.sh", args))
        .isEqualTo("absent");
    assertThat(bench.fake("kubectl", "exit 1").observe("node-labels.sh", args))
        .isEqualTo(CANNOT_TELL);
    bench.fake("kubectl", "echo \"$*\" >'" + bench.at("/called") + "'");
    assertThat(bench.run("actions/node-labels.sh", "apply", "n4", "disk=ssd", "zone=a").exit())
        .isZero();
    assertThat(Files.readString(bench.at("/called")))
        .contains("label --overwrite node n4 disk=ssd zone=a");
  }

  /** A cluster with these nodes, by their ids, and a note of an earlier proof. */
  private static ShellBench verified(ShellBench bench, String note, String nodes)
      throws IOException {
    return bench.fake(
        "kubectl",
        "case $* in\n*'get nodes'*) printf '%s\\n' "
            + nodes
            + " ;;\n*configmap*) printf %s '"
            + note
            + "' ;;\n*) exit 9 ;;\nesac");
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void aProofIsDoneForTheSameNodesAndVersionsOnly(String shell) throws IOException {
    String[] args = {"d1", "image", "cluster.local", "2", "1"};
    assertThat(bench(shell).observe("verify.sh", args)).isEqualTo("absent");
    ShellBench bench = bench(shell).file(ADMIN, "x");
    assertThat(bench.observe("verify.sh", args)).isEqualTo(CANNOT_TELL);
    // sha256sum of the two ids, each on its line
    String proven = "d1 9817499bfd92d44502b30a383f35ffa91dd38283d3f4dcc2354bb2a945152878";
    assertThat(verified(bench, proven, "u1 u2").observe("verify.sh", args)).isEqualTo("done");
    assertThat(verified(bench, proven, "u2 u1").observe("verify.sh", args)).isEqualTo("done");
    assertThat(verified(bench, proven, "u1 u3").observe("verify.sh", args)).isEqualTo("absent");
    assertThat(
            verified(
                    bench,
                    "d2 9817499bfd92d44502b30a383f35ffa91dd38283d3f4dcc2354bb2a945152878",
                    "u1 u2")
                .observe("verify.sh", args))
        .isEqualTo("absent");
    // an older acp's, and none
    assertThat(verified(bench, "d1 ", "u1 u2").observe("verify.sh", args)).isEqualTo("absent");
    assertThat(verified(bench, "", "u1 u2").observe("verify.sh", args)).isEqualTo("absent");
    bench.fake(
        "kubectl",
        "case $* in *'get nodes'*) exit 1 ;; *) printf 'd1 9817499bfd92d44502b30a383f35ffa91dd38283d3f4dcc2354bb2a945152878' ;; esac");
    assertThat(bench.observe("verify.sh", args)).isEqualTo(CANNOT_TELL);
    assertThat(bench.fake("kubectl", "exit 1").observe("verify.sh", args)).isEqualTo(CANNOT_TELL);
  }
}
