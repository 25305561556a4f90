package dev.acp.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.FakePrograms;
import dev.acp.value.Quote;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real scripts of res/actions/ below a folder that stands for /, with programs that only note.
 */
class ActionsTest {
  private static final String INIT = "kubeadm-init.sh";
  private static final String JOIN = "kubeadm-join.sh";

  @TempDir private Path root;
  private String out;

  @BeforeEach
  void programs() throws IOException {
    for (String folder : List.of("bin", "usr/sbin", "var/lib/acp/node", "etc/kubernetes", "proc")) {
      Files.createDirectories(root.resolve(folder));
    }
    put("etc/kubernetes/acp/kubeadm-join.yaml");
    for (String name : List.of("join.sh", "half-written.sh")) {
      Files.writeString(
          root.resolve("etc/kubernetes/acp").resolve(name),
          here(Files.readString(Path.of("res/kube", name))));
    }
    program("sync", "");
    program("kubectl", "");
    program("systemctl", "");
    program("sleep", "");
    program(
        "kubeadm",
        "mkdir -p ROOT/etc/kubernetes/manifests; echo x > ROOT/etc/kubernetes/manifests/etcd.yaml");
  }

  private void program(String name, String does) throws IOException {
    FakePrograms.write(
        root.resolve("bin"),
        name,
        ("echo \"" + name + " $*\" >> ROOT/log\n" + does).replace("ROOT", root.toString()));
  }

  /** A script for which the folder is the machine. */
  private String here(String script) {
    return script.replaceAll(
        "(?<![\\w.])/(etc|var|usr|run|proc|sys)/",
        Matcher.quoteReplacement(root.toString()) + "/$1/");
  }

  /** Runs it as the recorder does: in a subshell of a shell that reads standard input. */
  private int run(String script, String... args) throws Exception {
    String text = here(Scripts.action(script));
    String all = "set -- " + Quote.words(List.of(args)) + "\n(\n" + text + "\n) < /dev/null\n";
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-s");
    builder.environment().put("PATH", root.resolve("bin") + ":" + FakePrograms.PATH);
    Path output = root.resolve("out");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(all.getBytes(StandardCharsets.UTF_8));
    }
    int exit = process.waitFor();
    out = Files.readString(output).strip();
    return exit;
  }

  private String observe(String script) throws Exception {
    assertThat(run(script, words(script, "observe"))).as(out).isZero();
    return out;
  }

  private static String[] words(String script, String word) {
    return script.equals(INIT)
        ? new String[] {word, "addon/coredns"}
        : new String[] {word, "n2", "-"};
  }

  private void put(String path) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), "somebody's\n");
  }

  private List<String> log() throws IOException {
    Path log = root.resolve("log");
    return Files.exists(log) ? Files.readAllLines(log) : new ArrayList<>();
  }

  @ParameterizedTest
  @CsvSource({
    INIT + ",var/lib/etcd/member/snap/db",
    INIT + ",etc/kubernetes/manifests/kube-apiserver.yaml",
    INIT + ",etc/kubernetes/manifests/other.yaml",
    INIT + ",etc/kubernetes/kubelet.conf",
    JOIN + ",etc/kubernetes/kubelet.conf",
    JOIN + ",etc/kubernetes/manifests/other.yaml",
    JOIN + ",var/lib/etcd/.hidden"
  })
  void whatAnotherClusterLeftIsNeverTakenOver(String script, String path) throws Exception {
    put(path);
    assertThat(observe(script)).startsWith("foreign ");
    assertThat(run(script, words(script, "apply"))).isNotZero();
    assertThat(log()).noneMatch(l -> l.startsWith("kubeadm"));
    assertThat(root.resolve(path)).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT, JOIN})
  void aFirstRunIgnoresNothingThatKubeadmFinds(String script) throws Exception {
    put("etc/kubernetes/pki/ca.crt");
    put("etc/kubernetes/acp/kubeadm-init.yaml");
    put("etc/kubernetes/encryption-provider.conf");
    Files.createDirectories(root.resolve("etc/kubernetes/manifests"));
    Files.createDirectories(root.resolve("var/lib/etcd"));
    assertThat(observe(script)).isEqualTo("absent");
    assertThat(run(script, words(script, "apply"))).as(out).isZero();
    assertThat(log()).filteredOn(l -> l.startsWith("kubeadm")).noneMatch(l -> l.contains("ignore"));
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT, JOIN})
  void whatAKilledRunOfOursLeftIsGoneOnWith(String script) throws Exception {
    program("kubeadm", "mkdir -p ROOT/var/lib/etcd/member; kill -9 $PPID");
    assertThat(run(script, words(script, "apply"))).isNotZero();
    assertThat(observe(script)).isEqualTo("partial");
    program(
        "kubeadm",
        "mkdir -p ROOT/etc/kubernetes/manifests; echo x > ROOT/etc/kubernetes/manifests/etcd.yaml");
    assertThat(run(script, words(script, "apply"))).as(out).isZero();
    assertThat(log())
        .filteredOn(l -> l.startsWith("kubeadm"))
        .last(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("--ignore-preflight-errors ");
  }

  @Test
  void anEmptyFileSystemForEtcdIsFine() throws Exception {
    Files.createDirectories(root.resolve("var/lib/etcd/lost+found"));
    assertThat(observe(INIT)).isEqualTo("absent");
    assertThat(run(INIT, words(INIT, "apply"))).as(out).isZero();
    assertThat(log())
        .anyMatch(l -> l.endsWith("--ignore-preflight-errors DirAvailable--var-lib-etcd"));
  }

  private static final String[] INSTALL = {"apply", "/f", "socat", "socat.deb"};
  private static final String NOTE = "# acp put this here while it installs packages";

  private Path policy() {
    return root.resolve("usr/sbin/policy-rc.d");
  }

  private void dpkg(String state, String does) throws IOException {
    program("dpkg-query", "printf %s '" + state + "'");
    program("dpkg", does);
  }

  @Test
  void noServiceStartsWhilePackagesAreInstalledAndThePolicyGoesAgain() throws Exception {
    dpkg("absent", "ROOT/usr/sbin/policy-rc.d; echo policy $? >> ROOT/log");
    assertThat(run("packages.sh", INSTALL)).as(out).isZero();
    assertThat(log()).contains("policy 101");
    assertThat(policy()).doesNotExist();
    dpkg("absent", "exit 1");
    assertThat(run("packages.sh", INSTALL)).isNotZero();
    assertThat(policy()).doesNotExist();
  }

  @Test
  void anotherOnesPolicyStays() throws Exception {
    dpkg("absent", "");
    put("usr/sbin/policy-rc.d");
    assertThat(run("packages.sh", INSTALL)).as(out).isZero();
    assertThat(policy()).hasContent("somebody's");
  }

  @Test
  void thePolicyThatAKilledRunLeftIsTakenAway() throws Exception {
    dpkg("absent", "case $1 in --install) kill -9 $PPID ;; esac");
    assertThat(run("packages.sh", INSTALL)).isNotZero();
    assertThat(policy()).content().contains(NOTE);
    dpkg("installed", "");
    assertThat(run("packages.sh", "observe", "/f", "socat", "socat.deb")).isZero();
    assertThat(out).isEqualTo("partial");
    assertThat(run("packages.sh", INSTALL)).as(out).isZero();
    assertThat(policy()).doesNotExist();
    Files.writeString(policy(), "#!/bin/sh\n" + NOTE + "\nexit 101\n");
    assertThat(run("packages.sh", "undo", "/f")).as(out).isZero();
    assertThat(policy()).doesNotExist();
  }

  @Test
  void aVolumeThatHangsIsForcedAndThenDetached() throws Exception {
    Files.writeString(
        root.resolve("proc/mounts"), "nfs:/x " + root + "/var/lib/kubelet/pods/1/v nfs rw 0 0\n");
    program("ctr", "exit 1");
    program("umount", "case $1 in -l) exit 0 ;; *) exit 32 ;; esac");
    program("timeout", "shift; exec \"$@\"");
    assertThat(run("containers.sh", "undo")).as(out).isZero();
    String point = root + "/var/lib/kubelet/pods/1/v";
    assertThat(log())
        .containsSubsequence(
            "timeout 60 systemctl start containerd.service",
            "timeout 20 ctr -n k8s.io tasks ls -q",
            "timeout 20 umount " + point,
            "timeout 20 umount -f " + point,
            "timeout 20 umount -l " + point);
    for (String tool : List.of("ctr ", "umount ", "systemctl start")) {
      assertThat(log().stream().filter(l -> l.startsWith(tool)).count())
          .isEqualTo(log().stream().filter(l -> l.matches("timeout \\d+ " + tool + ".*")).count());
    }
  }
}
