package dev.acp.remote;

import dev.acp.value.Quote;
import java.time.Duration;
import java.util.List;

/**
 * A script to run on a node. Script and arguments travel over standard input of {@code /bin/sh -s},
 * so that neither is ever seen in a process list; only {@code what} is logged.
 *
 * @param what a short name for logs, without secrets: "probe", "kubeadm init"
 * @param script POSIX sh, from res/
 * @param args become $1, $2, ... of the script; may hold secrets
 * @param limit after this long it is stopped, on the node too
 */
public record Command(String what, String script, List<String> args, Duration limit) {
  public Command {
    args = List.copyOf(args);
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("a command needs a time limit above zero: " + what);
    }
  }

  /** What goes to the shell's standard input. */
  public String text() {
    return "set -- " + Quote.words(args) + "\n" + script;
  }

  /** Arguments can be secrets: they are not shown. */
  @Override
  public String toString() {
    return what;
  }
}
