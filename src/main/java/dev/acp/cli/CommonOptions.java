package dev.acp.cli;

import dev.acp.value.Lang;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that every command has; use as a picocli mixin: {@code @Mixin CommonOptions common}. */
public final class CommonOptions {
  private final Console console;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help with an example.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell more while working.")
  private boolean verbose;

  @Option(names = "--log-file", paramLabel = "FILE", description = "Write the run's log here.")
  private Path logFile;

  CommonOptions(Console console) {
    this.console = console;
  }

  @Option(names = "--no-color", description = "No colours (as NO_COLOR=1 does).")
  void noColor(boolean wanted) {
    if (wanted) {
      console.useNoColor();
    }
  }

  @Option(
      names = "--lang",
      paramLabel = "en|zh",
      completionCandidates = Candidates.Langs.class,
      description = "Language of titles and advice.")
  void lang(Lang wanted) {
    console.useLang(wanted);
  }

  boolean verbose() {
    return verbose;
  }

  Optional<Path> logFile() {
    return Optional.ofNullable(logFile);
  }
}
