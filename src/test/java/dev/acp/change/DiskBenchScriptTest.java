package dev.acp.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.FakePrograms;
import dev.acp.node.BenchFacts;
import dev.acp.node.BenchReader;
import dev.acp.node.Fact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real res/disk-bench.sh on this machine's own disk. */
class DiskBenchScriptTest {
  @TempDir Path folder;

  private Process start(List<String> shell, String path, String seconds) throws IOException {
    List<String> line = new ArrayList<>(shell);
    line.addAll(List.of("res/disk-bench.sh", seconds, disk() + "/not/there"));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("PATH", path);
    return builder.start();
  }

  private Path disk() throws IOException {
    return Files.createDirectories(folder.resolve("disk"));
  }

  /**
   * Tried again where the disk stood still: other tests, or the machine's neighbours, use it too.
   */
  private Fact<BenchFacts> measured(List<String> shell, String path) throws Exception {
    Fact<BenchFacts> fact = once(shell, path);
    for (int i = 0; i < 2 && fact.toString().contains("too slow to be measured"); i++) {
      fact = once(shell, path);
    }
    return fact;
  }

  private Fact<BenchFacts> once(List<String> shell, String path) throws Exception {
    Process process = start(shell, path, "2");
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    Map<String, Fact<BenchFacts>> all = BenchReader.read(out, List.of(disk() + "/not/there"));
    return all.values().iterator().next();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.list(disk())) {
      return all.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash --posix", "busybox sh"})
  void itMeasuresInTheNearestFolderAndLeavesNothing(String shell) throws Exception {
    Fact<BenchFacts> fact = measured(List.of(shell.split(" ", -1)), FakePrograms.PATH);
    assertThat(left()).isEmpty();
    if (shell.startsWith("busybox") && fact instanceof Fact.Unknown<BenchFacts> unknown) {
      // Where this shell takes its own dd, nothing is measured, and that is said.
      assertThat(unknown.why()).startsWith("dd said: ");
      return;
    }
    assertThat(fact.asOptional()).as(fact.toString()).isPresent();
    BenchFacts b = fact.asOptional().orElseThrow();
    assertThat(b.at()).isEqualTo(disk().toString());
    assertThat(b.iops()).isPositive();
    assertThat(b.megabytes()).isPositive();
    assertThat(b.fsyncMicros()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "TERM", "HUP"})
  void cutInTheMiddleItLeavesNothing(String signal) throws Exception {
    // under nohup these tests inherit a SIGHUP that no shell can take back
    Process process =
        start(List.of("env", "--default-signal", "setsid", "sh"), FakePrograms.PATH, "5");
    // It writes by now: its file is open, and has no name.
    for (int i = 0; i < 100 && !openFile(process); i++) {
      Thread.sleep(50);
    }
    assertThat(openFile(process)).isTrue();
    String group = "-" + process.pid();
    assertThat(new ProcessBuilder("kill", "-" + signal, "--", group).start().waitFor()).isZero();
    // the shell waits for the dd of that moment, which a busy disk may hold for as long as it likes
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(left()).isEmpty();
  }

  private static boolean openFile(Process process) throws IOException {
    Path fd = Path.of("/proc/" + process.pid() + "/fd/3");
    try {
      return Files.readSymbolicLink(fd).toString().endsWith("(deleted)");
    } catch (java.nio.file.NoSuchFileException e) {
      return false;
    }
  }

  @Test
  void withoutAToolNothingIsMeasuredAndNothingLeft() throws Exception {
    List<String> tools = List.of("dd", "mktemp", "df", "timeout", "date", "rm");
    for (String without : tools) {
      Path bin = Files.createDirectory(folder.resolve("without-" + without));
      FakePrograms.real(bin, tools.stream().filter(tool -> !tool.equals(without)).toList());
      Fact<BenchFacts> fact = measured(List.of("/bin/sh"), bin.toString());
      assertThat(fact.asOptional()).as(without).isEmpty();
      assertThat(left()).as(without).isEmpty();
    }
  }
}
