package dev.acp.remote;

import java.time.Duration;
import java.util.List;

/**
 * How a remote command ended.
 *
 * @param exit its exit status; a command that was stopped at its time limit is no result but a
 *     fault (COMMAND_TIMEOUT)
 * @param out standard output, without what a login profile printed before the script began
 * @param err standard error, its last 64 KiB
 */
public record CommandResult(int exit, String out, String err, Duration took) {
  public boolean ok() {
    return exit == 0;
  }

  /** The last lines that a person wants to see: of standard error, else of standard output. */
  public List<String> lastLines(int most) {
    List<String> lines = (err.isBlank() ? out : err).lines().filter(l -> !l.isBlank()).toList();
    return lines.subList(Math.max(0, lines.size() - most), lines.size());
  }
}
