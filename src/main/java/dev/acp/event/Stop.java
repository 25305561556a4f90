package dev.acp.event;

import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The wish to stop, as a flag: work looks at it between steps. It is never a thread's interrupt,
 * which would close a FileChannel for every thread that uses it.
 */
public final class Stop {
  private final AtomicReference<Fault> why = new AtomicReference<>();

  public void ask() {
    ask(Fault.of(FaultCode.INTERRUPTED, "Stopped on request."));
  }

  /** Work must stop for another reason than a person's wish; the first reason counts. */
  public void ask(Fault reason) {
    why.compareAndSet(null, reason);
  }

  public boolean wanted() {
    return why.get() != null;
  }

  /** Throws {@link FaultCode#INTERRUPTED}, or the reason that was given, if a stop is wanted. */
  public void check() {
    Fault reason = why.get();
    if (reason != null) {
      throw new AcpException(reason);
    }
  }
}
