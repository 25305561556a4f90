package dev.acp.view;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.file.AtomicFile;
import dev.acp.value.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Locale;

/**
 * The log file of one run (mode 0600): every event with its time, every remote command with its
 * duration and what it printed. Events hold no secrets, so the file holds none. Safe for several
 * threads.
 */
public final class RunLog implements Events, AutoCloseable {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path file;
  private final PrintWriter out;
  private final Clock clock;
  private Runnable whenLost = () -> {};
  private boolean lost;

  private RunLog(Path file, PrintWriter out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /** A new log in the folder, named after the command and the time. */
  public static RunLog in(Path folder, String command, Clock clock) throws IOException {
    AtomicFile.privateFolder(folder);
    return at(folder.resolve(command + "-" + NAME.format(clock.instant()) + ".log"), clock);
  }

  /** A log at a given place; an older file there is added to. */
  @SuppressWarnings("StreamResourceLeak")
  public static RunLog at(Path file, Clock clock) throws IOException {
    PrintWriter out =
        new PrintWriter(
            java.nio.channels.Channels.newWriter(
                Files.newByteChannel(
                    file,
                    EnumSet.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------"))),
                StandardCharsets.UTF_8),
            true);
    return new RunLog(file, out, clock);
  }

  /** What happens once when the file cannot be written any more, as on a disk that is full. */
  public synchronized void whenLost(Runnable action) {
    whenLost = action;
  }

  public Path file() {
    return file;
  }

  @Override
  public synchronized void tell(Event event) {
    write(event);
    if (!lost && out.checkError()) {
      lost = true;
      whenLost.run();
    }
  }

  private void write(Event event) {
    if (event instanceof Event.Moved e && !e.done().equals(e.total())) {
      return;
    }
    String time = clock.instant().toString();
    if (event instanceof Event.Ran e) {
      out.println(
          time
              + " "
              + e.node()
              + " ran "
              + Printable.line(e.command())
              + ": exit "
              + e.exit()
              + ", "
              + e.took().toMillis()
              + " ms");
      e.output().lines().forEach(line -> out.println("    | " + Printable.lineWithTabs(line)));
      return;
    }
    out.println(time + " " + Printable.lineWithTabs(event.toString()));
  }

  @Override
  public synchronized void close() {
    out.close();
  }
}
