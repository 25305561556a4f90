package dev.acp.event;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The wish to stop, as a flag: work looks at it between steps. It is never a thread's interrupt,
 * which would close a FileChannel for every thread that uses it.
 */
public final class Stop {
  private final AtomicBoolean wanted = new AtomicBoolean();

  public void ask() {
    wanted.set(true);
  }

  public boolean wanted() {
    return wanted.get();
  }

  /** Throws {@link FaultCode#INTERRUPTED} if a stop is wanted. */
  public void check() {
    if (wanted()) {
      throw AcpException.of(FaultCode.INTERRUPTED, "Stopped on request.");
    }
  }
}
