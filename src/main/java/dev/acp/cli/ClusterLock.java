package dev.acp.cli;

import dev.acp.cluster.ClusterHome;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Lock;
import java.io.IOException;

/** Held by a command that changes a cluster; one at a time. */
final class ClusterLock {
  private ClusterLock() {}

  /**
   * Takes it; the cluster's folder must be there.
   *
   * @param command names the holder for people
   * @throws AcpException LOCKED
   */
  static Lock take(ClusterHome home, String command) throws IOException {
    return Lock.tryTake(
            home.lock(), "acp " + command + ", process " + ProcessHandle.current().pid())
        .orElseThrow(
            () ->
                AcpException.of(
                    FaultCode.LOCKED,
                    "Another acp works on this cluster (it holds " + home.lock() + ")."));
  }
}
