package dev.acp.remote;

import dev.acp.value.Bytes;
import java.io.OutputStream;

/**
 * A machine that can be asked, but not written to: what checks see. Safe for use by several
 * threads. Every failure of the way there is an AcpException (unreachable, login refused, host key,
 * lost, time limit); a command that ran and failed is a {@link CommandResult}.
 */
public interface Remote {
  /** Runs a script that changes nothing, as root. */
  CommandResult query(Command command);

  /** Reads a file into a stream; a larger one than atMost is an error. */
  void fetch(RemotePath path, OutputStream to, Bytes atMost);
}
