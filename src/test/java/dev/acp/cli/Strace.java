package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs acp in a process of its own and sends it a signal when it is about to change the file system
 * for the N-th time: a kill at every moment that counts, without a clock.
 */
final class Strace {
  private static final String CHANGES =
      "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,chmod,fchmod,utimensat,write";

  private Strace() {}

  static boolean usable() {
    try {
      return new ProcessBuilder("strace", "-o", "/dev/null", "true")
              .redirectErrorStream(true)
              .start()
              .waitFor()
          == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  /** What came of a run: its exit code (128 and the signal, if that ended it) and its words. */
  record Ended(int code, String said) {}

  /**
   * @param nth from 1, of each thread; past the last change nothing is killed
   */
  static Ended killed(Path dir, int nth, Object... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "strace",
                "-f",
                "-o",
                dir.resolve("strace.log").toString(),
                "-e",
                "trace=" + CHANGES,
                "-e",
                "inject=" + CHANGES + ":signal=KILL:when=" + nth,
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                // the JVM's own files are none of ours
                "-XX:-UsePerfData",
                "-Dacp.zstd.java=true",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.acp.cli.Acp"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path said = dir.resolve("said");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ACP_HOME", Files.createDirectories(dir.resolve("home")).toString());
    int code = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start().waitFor();
    assertThat(Files.exists(dir.resolve("strace.log"))).isTrue();
    return new Ended(code, Files.readString(said));
  }
}
