package dev.acp.cli;

import dev.acp.cluster.AcpHome;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.view.PlainView;
import dev.acp.view.RunLog;
import dev.acp.view.TerminalView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** What surrounds one long command: its log, its view, its stop. */
final class Run implements AutoCloseable {
  private final RunLog log;
  private final Events view;
  private final Events events;
  private final Stop stop = new Stop();
  private final Interrupt interrupt;

  private Run(RunLog log, Events view, Console console) {
    this.log = log;
    this.view = view;
    this.interrupt = Interrupt.asks(stop, console);
    this.events = Events.all(List.of(log, view, console.remembers(log.file())));
    log.whenLost(
        () ->
            stop.ask(
                Fault.of(
                    FaultCode.SPACE_SHORT,
                    "The log "
                        + log.file()
                        + " cannot be written any more, as on a full disk; nothing more was"
                        + " started.")));
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
      return new Run(log, view, console);
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.SPACE_SHORT, "The run's log cannot be written: " + e + ".", e);
    }
  }

  private static Path logFolder(Console console) throws IOException {
    Path folder = AcpHome.of(console.environment()).logs();
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
    interrupt.close();
    if (view instanceof TerminalView terminal) {
      terminal.close();
    }
    log.close();
  }
}
