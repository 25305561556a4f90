package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.acp.FakePrograms;
import dev.acp.check.CheckResult.Status;
import dev.acp.cluster.ClusterSpec;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real res/probe.sh on this machine, under several shells and with tools taken away. */
class ProbeScriptTest {
  @TempDir Path folder;

  private static String probe(List<String> shell, String path) throws Exception {
    List<String> line = new ArrayList<>(shell);
    line.addAll(List.of("res/probe.sh", "/var/lib/containerd", "root", "127.0.0.1"));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().put("PATH", path);
    Process process = builder.redirectErrorStream(true).start();
    String out;
    try (InputStream in = process.getInputStream()) {
      out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private static Set<String> sections(String out) {
    Set<String> names = new TreeSet<>();
    out.lines().filter(l -> l.startsWith("@@ ")).forEach(l -> names.add(l.split(" ", -1)[1]));
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash --posix", "busybox sh"})
  void everyShellGivesTheSameSectionsAndNothingElse(String shell) throws Exception {
    List<String> words = List.of(shell.split(" ", -1));
    assumeTrue(
        Stream.of("/bin/", "/usr/bin/").anyMatch(d -> Files.exists(Path.of(d + words.get(0)))),
        words.get(0) + " is not here");
    String out = probe(words, FakePrograms.PATH);
    assertThat(out.lines()).allMatch(l -> l.startsWith("@@ ") || l.startsWith("|"));
    assertThat(sections(out)).isEqualTo(sections(probe(List.of("sh"), FakePrograms.PATH)));
    assertThat(out).endsWith("@@ end 0\n");
    NodeFacts facts = Recorded.raw(out).facts();
    assertThat(facts.system().kernel().asOptional()).isPresent();
    assertThat(facts.system().cpus().asOptional())
        .contains(Runtime.getRuntime().availableProcessors());
    assertThat(facts.files().disks().get("/").asOptional()).isPresent();
    assertThat(facts.network().hostname().asOptional()).isPresent();
  }

  @Test
  void aProbeCutOffAnywhereIsReadUpToThere() throws Exception {
    String out = probe(List.of("sh"), FakePrograms.PATH);
    for (int end = 0; end < out.indexOf("@@ snaps"); end += 61) {
      NodeFacts facts = Recorded.raw(out.substring(0, end)).facts();
      assertThat(facts.files().packages().asOptional()).as("cut at " + end).isEmpty();
      if (end < out.indexOf("@@ disk:/ ")) {
        assertThat(facts.network().listeners().asOptional()).as("cut at " + end).isEmpty();
      }
    }
    assertThat(Recorded.raw(out).facts().files().packages().asOptional()).isPresent();
  }

  @Test
  void withoutATool_NothingPassesThatDidNotPassWithIt() throws Exception {
    Map<String, Status> whole = judged(probe(List.of("/bin/sh"), tools("none")));
    List<String> removed =
        List.of(
            "date",
            "uname",
            "id",
            "systemd-detect-virt",
            "systemctl",
            "sshd",
            "ip",
            "ss",
            "df",
            "modprobe",
            "dpkg-query",
            "timeout");
    Map<String, List<String>> needs =
        Map.of(
            "date", List.of("time-skew", "time-zone-same"),
            "uname", List.of("kernel-supported", "arch-matches", "hostname-form"),
            "id", List.of("root-or-sudo"),
            "systemctl", List.of("firewalld-off", "default-tasks-max", "required-tools"),
            "sshd", List.of("sshd-usedns", "sshd-usepam"),
            "ip", List.of("default-route", "address-present", "address-range", "required-tools"),
            "ss", List.of("ports-free-node", "required-tools"),
            "df", List.of("disk-space-root", "disk-space-opt"),
            "dpkg-query", List.of("conflicting-packages"));
    for (String tool : removed) {
      Map<String, Status> now = judged(probe(List.of("/bin/sh"), tools(tool)));
      now.forEach(
          (check, status) -> {
            if (whole.get(check) != Status.PASS) {
              assertThat(status).as(check + " without " + tool).isNotEqualTo(Status.PASS);
            }
          });
      for (String check : needs.getOrDefault(tool, List.of())) {
        if (!(tool.equals("systemctl") && check.equals("required-tools"))) {
          assertThat(now.get(check))
              .as(check + " without " + tool)
              .isIn(Status.ERROR, Status.SKIP, Status.FAIL);
        }
      }
    }
  }

  private static final List<String> TOOLS =
      List.of(
          "date",
          "uname",
          "id",
          "systemd-detect-virt",
          "systemctl",
          "sshd",
          "ip",
          "ss",
          "df",
          "modprobe",
          "dpkg-query",
          "timeout",
          "tar",
          "swapoff",
          "sysctl",
          "md5sum",
          "sha256sum",
          "scp",
          "true");

  /** A folder with the tools that the probe uses or looks for, but one. */
  private String tools(String without) throws IOException {
    Path all = Files.createDirectory(folder.resolve("without-" + without));
    FakePrograms.real(all, TOOLS.stream().filter(tool -> !tool.equals(without)).toList());
    return all.toString();
  }

  private static Map<String, Status> judged(String out) {
    ClusterSpec spec = Specs.spec("kube-ovn", "v1.31.4", "single-cluster");
    NodeName name = spec.nodes().get(0).name();
    Map<NodeName, Result<NodeFacts>> seen =
        Map.of(name, new Result.Done<>(Recorded.raw(out).facts()));
    CheckReport report =
        new CheckRun(spec, CheckList.load(), SupportMatrix.product(), Optional.empty())
            .judge(List.of(spec.nodes().get(0)), seen);
    Map<String, Status> all = new LinkedHashMap<>();
    report.results().forEach(r -> all.put(r.check().id(), r.status()));
    return all;
  }
}
