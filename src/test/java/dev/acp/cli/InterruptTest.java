package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.event.Stop;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real signals to a real Java process. */
class InterruptTest {
  /** Works until it is asked to stop, or for a while without ever looking. */
  static final class Worker {
    private Worker() {}

    @SuppressWarnings("try") // it is held, not used
    public static void main(String[] args) throws InterruptedException {
      PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
      Stop stop = new Stop();
      try (Interrupt interrupt = Interrupt.asks(stop, new Console(err, err, Map.of()))) {
        System.out.println("working");
        for (int i = 0; i < 600 && (args[0].equals("deaf") || !stop.wanted()); i++) {
          Thread.sleep(50);
        }
      }
      System.out.println("cleaned up");
      Thread.sleep(args[0].equals("lingers") ? 30_000 : 0);
      System.exit(stop.wanted() ? 130 : 0);
    }
  }

  private static Process start(String how) throws Exception {
    // whoever runs the tests in the background may have had signals ignored, which is inherited
    return new ProcessBuilder(
            "env",
            "--default-signal=INT,TERM,HUP",
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Worker.class.getName(),
            how)
        .start();
  }

  private static void send(String signal, Process to) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, "" + to.pid()).start().waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void theFirstSignalLetsTheStepInHandEnd(String signal) throws Exception {
    Process process = start("listens");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("working");
      send(signal, process);
      assertThat(out.readLine()).isEqualTo("cleaned up");
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("Stopping after the step in hand");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theSecondEndsItAtOnce() throws Exception {
    Process process = start("deaf");
    try (BufferedReader out = process.inputReader();
        BufferedReader err = process.errorReader()) {
      assertThat(out.readLine()).isEqualTo("working");
      send("INT", process);
      assertThat(err.readLine()).isEmpty();
      assertThat(err.readLine()).startsWith("Stopping after");
      send("INT", process);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(out.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void afterItIsClosedASignalEndsTheProcessAsTheSystemHasIt() throws Exception {
    Process process = start("lingers");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("working");
      send("TERM", process);
      assertThat(out.readLine()).isEqualTo("cleaned up");
      send("TERM", process);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }
}
