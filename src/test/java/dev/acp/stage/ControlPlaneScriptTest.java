package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What res/kube/control-plane.sh sees, in each shell, with fakes for what it asks. */
class ControlPlaneScriptTest {
  /** Not busybox: its shell takes its own ip and find before those of PATH, which are the fakes. */
  static final List<String> SHELLS = ShellBench.SHELLS.subList(0, 2);

  private static final String RECORD = "/var/lib/acp/node/record/";

  @TempDir Path dir;

  private ShellBench bench(String shell) throws IOException {
    return new ShellBench(dir, shell)
        .fake("kubectl", "case $* in *readyz*) echo ok ;; *) echo \"asked: $*\" ;; esac")
        .fake("etcdctl", "case $* in *status*) echo '[{\"Status\":{\"leader\":1}}]' ;; esac")
        .fake("systemctl", "echo active")
        .fake("ip", "echo '2: eth0    inet 10.0.0.100/32 scope global eth0'")
        .fake("cut", "exec /usr/bin/cut \"$@\"")
        .fake("find", "exec /usr/bin/find \"$@\"");
  }

  private void recorded(ShellBench bench, int number, String path, String text) throws IOException {
    bench.file(
        RECORD + String.format("%06d", number) + "/entry",
        "id file:"
            + bench.at(path)
            + "\nscope x\nat now\nwas absent\nnow file 600 0:0 "
            + Digest.ofText(text).hex()
            + "\n");
  }

  private static String part(String out, String name) {
    int at = out.indexOf("@@" + name + "\n") + name.length() + 3;
    return out.substring(at, out.indexOf("@@", at));
  }

  private static String out(ShellBench bench) throws IOException {
    return bench
        .run("kube/control-plane.sh", "10.0.0.100", "https://10.0.0.11:6443", "kubelet.service")
        .out();
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void driftIsWhatIsMissingOrChangedSinceTheNewestRecord(String shell) throws IOException {
    ShellBench bench = bench(shell);
    bench.file("/etc/kubernetes/same", "new").file("/etc/kubernetes/other", "by hand");
    recorded(bench, 1, "/etc/kubernetes/same", "old");
    recorded(bench, 2, "/etc/kubernetes/same", "new");
    recorded(bench, 3, "/etc/kubernetes/other", "acp's");
    recorded(bench, 4, "/etc/kubernetes/gone", "acp's");
    String out = out(bench);
    assertThat(part(out, "drift"))
        .isEqualTo(
            "missing "
                + bench.at("/etc/kubernetes/gone")
                + "\nchanged "
                + bench.at("/etc/kubernetes/other")
                + "\n");
    assertThat(part(out, "vip")).isEqualTo("holds\n");
    assertThat(part(out, "units")).isEqualTo("kubelet.service active\n");
    assertThat(part(out, "etcd-serves")).isEqualTo("yes\n");
    assertThat(out).endsWith("@@end\n");
    for (String tool : List.of("find", "cut", "sort", "sha256sum")) {
      bench.without(tool);
      assertThat(part(out(bench), "drift")).as(tool).contains("missing program " + tool);
    }
    Files.move(bench.at(RECORD), dir.resolve("aside"));
    assertThat(part(out(bench), "drift"))
        .contains("missing " + bench.at("/var/lib/acp/node/record"));
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void anAddressThatOnlyLooksLikeItIsNotHeldAndNoIpIsUnknown(String shell) throws IOException {
    ShellBench bench = bench(shell);
    bench.fake("ip", "echo '2: eth0    inet 10.0.0.10/32 scope global eth0'");
    assertThat(part(out(bench), "vip")).isEqualTo("no\n");
    bench.without("ip");
    assertThat(part(out(bench), "vip")).isEqualTo("unknown\n");
    bench.without("etcdctl");
    assertThat(part(out(bench), "etcd-serves")).isEqualTo("no\n");
  }
}
