package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.event.Event;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  private static Lang lang(String... environment) {
    Map<String, String> map = new java.util.HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      map.put(environment[i], environment[i + 1]);
    }
    PrintWriter nothing = new PrintWriter(new StringWriter());
    return new Console(nothing, nothing, map).lang();
  }

  @Test
  void theLanguageIsThatOfTheFirstVariableThatSaysSomething() {
    assertThat(lang()).isEqualTo(Lang.EN);
    assertThat(lang("LANG", "zh_CN.UTF-8")).isEqualTo(Lang.ZH);
    assertThat(lang("LANG", "zh_CN.UTF-8", "LC_ALL", "C.UTF-8")).isEqualTo(Lang.EN);
    // POSIX: an empty variable is as one that is not set
    assertThat(lang("LANG", "zh_CN.UTF-8", "LC_ALL", "", "LC_MESSAGES", "")).isEqualTo(Lang.ZH);
    assertThat(lang("LANG", "zh_CN.UTF-8", "LC_MESSAGES", "en_US.UTF-8")).isEqualTo(Lang.EN);
    // the launcher replaces LC_ALL where Java cannot use it
    assertThat(lang("ACP_LANG", "zh_CN", "LC_ALL", "C.UTF-8")).isEqualTo(Lang.ZH);
  }

  @Test
  void aFaultCannotSteerTheTerminal() {
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), Map.of());
    int exit =
        console.failed(
            AcpException.on(
                NodeName.of("10.0.0.11"),
                FaultCode.CHANGE_FAILED,
                "The node said \u001b[2J\u009b2J.",
                List.of("evidence \u001b[1A\u202e")));
    console.flush();
    assertThat(exit).isEqualTo(5);
    assertThat(err.toString())
        .startsWith(
            "acp: 10.0.0.11: The node said ?[2J?2J." + System.lineSeparator() + "  evidence ?[1A?")
        .contains("Next: ");
  }

  @Test
  void aFailureOfALongRunEndsWithStageLogAndTheCommandToRunAgain() {
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), Map.of());
    console.called(List.of("setup", "-f", "my cluster.yaml", "--yes"));
    AcpException fault = AcpException.of(FaultCode.CHANGE_FAILED, "It failed.");
    console
        .remembers(Path.of("/var/log/acp/setup.log"))
        .tell(new Event.StageFailed(StageId.of("registry"), fault.fault(), Duration.ZERO));
    assertThat(console.failed(fault)).isEqualTo(5);
    console.flush();
    assertThat(err.toString().lines())
        .containsExactly(
            "acp: It failed.",
            "Stage: registry",
            "Log: /var/log/acp/setup.log",
            "Next: Repair what the lines above name; run the same command again to go on from here.",
            "Again: acp setup -f 'my cluster.yaml' --yes");
  }

  @Test
  void whatIsWrongWithTheInputHasNoCommandToRunAgain() {
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), Map.of());
    console.called(List.of("setup"));
    console.remembers(Path.of("/l"));
    assertThat(console.failed(AcpException.of(FaultCode.USAGE, "Which?"))).isEqualTo(2);
    console.flush();
    assertThat(err.toString()).doesNotContain("Again:");
  }

  @Test
  void memoryThatRanOutAndAFullDiskAreNamedAndAnErrorIsAFaultOfAcp() {
    assertThat(Unexpected.of(new OutOfMemoryError("heap")).fault().code())
        .isEqualTo(FaultCode.OUT_OF_MEMORY);
    assertThat(Unexpected.of(new OutOfMemoryError("heap")).exit().code()).isEqualTo(130);
    assertThat(
            Unexpected.of(
                    new UncheckedIOException(
                        new FileSystemException("/x", null, "No space left on device")))
                .fault())
        .satisfies(
            f -> {
              assertThat(f.code()).isEqualTo(FaultCode.SPACE_SHORT);
              assertThat(f.what()).contains("/x");
            });
    assertThat(Unexpected.of(new NoClassDefFoundError("x")).fault().code())
        .isEqualTo(FaultCode.INTERNAL);
  }

  /** A real Java process with too little memory for what it reads. */
  @Test
  void outOfMemoryEndsAsCtrlCDoes(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("c.yaml");
    Files.writeString(file, "x: [" + "[],".repeat(1_300_000) + "]\n");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.acp.cli.Acp",
                "status",
                "-f",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(130);
    assertThat(said).contains("acp ran out of memory", "Again: acp status -f");
    assertThat(said).doesNotContain("\tat dev.acp");
  }
}
