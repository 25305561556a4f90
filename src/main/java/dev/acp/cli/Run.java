package dev.acp.cli;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.file.AtomicFile;
import dev.acp.view.PlainView;
import dev.acp.view.RunLog;
import dev.acp.view.TerminalView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** What surrounds one long command: its log, its view, its stop. */
final class Run implements AutoCloseable {
  private static final Path LOGS = Path.of("/var/log/acp");

  private final RunLog log;
  private final Events view;
  private final Events events;
  private final Stop stop = new Stop();

  private Run(RunLog log, Events view) {
    this.log = log;
    this.view = view;
    this.events = Events.all(List.of(log, view));
  }

  /**
   * Opens the log and the view, and listens for Ctrl-C.
   *
   * @param command names the log
   */
  static Run open(String command, Console console, CommonOptions common, Clock clock) {
    try {
      RunLog log =
          common.logFile().isPresent()
              ? RunLog.at(common.logFile().get(), clock)
              : RunLog.in(logFolder(console), command, clock);
      Events view =
          console.terminal()
              ? new TerminalView(console.err(), console.lang(), common.verbose())
              : new PlainView(console.err(), console.lang(), common.verbose());
      Run run = new Run(log, view);
      Signals.ask(run.stop, console);
      return run;
    } catch (IOException e) {
      throw new UncheckedIOException("the run's log cannot be written", e);
    }
  }

  /** /var/log/acp, or below ACP_HOME where that is somewhere else than usual. */
  private static Path logFolder(Console console) throws IOException {
    String home = console.environment().getOrDefault("ACP_HOME", "");
    Path folder = home.isEmpty() ? LOGS : Path.of(home).resolve("log");
    if (!Files.isDirectory(folder)) {
      AtomicFile.privateFolder(folder);
    }
    return folder;
  }

  Events events() {
    return events;
  }

  Stop stop() {
    return stop;
  }

  Path logFile() {
    return log.file();
  }

  @Override
  public void close() {
    if (view instanceof TerminalView terminal) {
      terminal.close();
    }
    log.close();
  }
}
