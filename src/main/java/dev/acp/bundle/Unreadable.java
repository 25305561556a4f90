package dev.acp.bundle;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Path;

/** Words for a file that the system does not let acp read or write. */
final class Unreadable {
  private Unreadable() {}

  static AcpException because(Path file, IOException e) {
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    if (why.contains("No space left") || why.contains("Disk quota exceeded")) {
      return AcpException.of(FaultCode.SPACE_SHORT, "The disk of " + file + " is full: " + e, e);
    }
    return AcpException.of(FaultCode.FILE_UNREADABLE, file + " failed: " + e, e);
  }
}
