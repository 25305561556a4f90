package dev.acp.remote;

import dev.acp.event.Progress;
import dev.acp.file.Content;

/** A machine that can be changed. Named in the room change only; an ArchUnit test holds that. */
public interface RemoteWriter extends Remote {
  /** Runs a script that may change something, as root. */
  CommandResult execute(Command command);

  /**
   * Streams content into a file of mode 0600, root's, through a partial file beside it; size and
   * digest are checked on the node before the rename. A partial file of an earlier try is gone on
   * with.
   */
  void put(Content content, RemotePath path, Progress progress);
}
