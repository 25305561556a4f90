package dev.acp.archive;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;

/** The one way in which this room says that an archive is not taken. */
final class Refused {
  private Refused() {}

  static AcpException because(String reason) {
    return AcpException.of(FaultCode.ARCHIVE_REFUSED, "The archive is refused: " + reason + ".");
  }

  static AcpException because(String reason, Throwable cause) {
    return AcpException.of(
        FaultCode.ARCHIVE_REFUSED, "The archive is refused: " + reason + ".", cause);
  }

  /** Bytes of an archive as a message may show them. */
  static String shown(String name) {
    String clean = name.replaceAll("[^\\x20-\\x7e\\p{L}\\p{N}]", "?");
    return '"' + (clean.length() > 120 ? clean.substring(0, 120) + "..." : clean) + '"';
  }
}
