package dev.acp.cli;

import dev.acp.value.Exit;
import dev.acp.value.Lang;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program: wires the commands, turns a fault into words and an exit code. */
@Command(
    name = "acp",
    version = "acp " + VersionCommand.VERSION,
    description = "Installs a whole Kubernetes platform where there is no internet.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:     acp verify-package acp-VERSION-amd64.tar",
      "Exit codes:  0 done, 1 fault of acp, 2 usage or invalid file, 3 verification failed,",
      "             4 checks failed or unhealthy, 5 a stage failed, 6 refused, 130 interrupted",
      "More:        acp help COMMAND, acp help exit-codes, acp help files, acp help environment"
    })
public final class Acp implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  private final Console console;

  Acp(Console console) {
    this.console = console;
  }

  @Option(
      names = "--lang",
      paramLabel = "en|zh",
      completionCandidates = Candidates.Langs.class,
      description = "Language of titles and advice.")
  void lang(Lang wanted) {
    console.useLang(wanted);
  }

  public static void main(String[] args) {
    int exit =
        run(
            args,
            new Console(
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.getenv()));
    // Everything is flushed, and acp has no shutdown hooks: System.exit would first look for a
    // logger
    // in every jar, to tell it of the end (JDK 21 and newer).
    Runtime.getRuntime().halt(exit);
  }

  /** Runs one command line; for main and for tests. */
  public static int run(String[] args, Console console) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      // asked for by scripts, often: without making a single command
      console.out().println("acp " + VersionCommand.VERSION);
      console.flush();
      return Exit.DONE.code();
    }
    // No option is of these types, and to look for those that the runtime lacks opens every jar.
    System.setProperty("picocli.converters.excludes", "java\\.(sql|time)\\..*");
    console.called(List.of(args));
    try {
      return commandLine(console, HeadStart.of(args), Commands.neededBy(args)).execute(args);
    } catch (Error e) {
      // picocli hands on exceptions only
      return console.failed(Unexpected.of(e));
    } finally {
      console.flush();
    }
  }

  static CommandLine commandLine(Console console) {
    return commandLine(console, HeadStart.NONE, Commands.ALL);
  }

  private static CommandLine commandLine(
      Console console, HeadStart begun, List<Class<?>> commands) {
    CommandLine line = new CommandLine(new Acp(console), new Wiring(console, begun));
    commands.forEach(line::addSubcommand);
    CommandTexts.speak(line, console);
    line.setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpWidth(100)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                console.color() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
        .setParameterExceptionHandler(
            (e, arguments) -> {
              console.err().println(e.getMessage());
              List<String> unknown = e.getCommandLine().getUnmatchedArguments();
              if (e instanceof CommandLine.MissingParameterException && !unknown.isEmpty()) {
                console.err().println("Unknown: " + String.join(", ", unknown));
              }
              CommandLine.UnmatchedArgumentException.printSuggestions(e, console.err());
              console
                  .err()
                  .println(
                      console.next()
                          + e.getCommandLine().getCommandSpec().qualifiedName()
                          + " --help");
              return Exit.USAGE.code();
            })
        .setExecutionExceptionHandler((e, command, parsed) -> console.failed(Unexpected.of(e)));
    return line;
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
  }
}
