package dev.acp.cli;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.util.Locale;

/** Makes a fault of whatever ended a command. */
final class Unexpected {
  private Unexpected() {}

  static AcpException of(Throwable e) {
    if (e instanceof AcpException known) {
      return known;
    }
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError) {
        return AcpException.of(
            FaultCode.OUT_OF_MEMORY,
            "acp ran out of memory (it may use "
                + (Runtime.getRuntime().maxMemory() >> 20)
                + " MiB). What runs on the nodes goes on there.",
            e);
      }
      if (t instanceof IOException && full(String.valueOf(t.getMessage()))) {
        return AcpException.of(
            FaultCode.SPACE_SHORT, "A disk of this machine is full: " + t.getMessage() + ".", e);
      }
    }
    return AcpException.of(FaultCode.INTERNAL, "acp met something it does not know: " + e, e);
  }

  /** ENOSPC and EDQUOT, as the C library of an English locale says them; acp's launcher has one. */
  private static boolean full(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("no space left on device") || text.contains("quota exceeded");
  }
}
