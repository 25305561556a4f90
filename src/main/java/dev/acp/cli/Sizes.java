package dev.acp.cli;

import dev.acp.bundle.PackageFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.nio.file.Path;

/** How much there is to read, for a line of progress. */
final class Sizes {
  private Sizes() {}

  /** Of a package, whether it is one file or several parts. */
  static Bytes of(Path given) {
    try {
      return new PackageFile(given).size();
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, given + " cannot be read: " + e, e);
    }
  }
}
