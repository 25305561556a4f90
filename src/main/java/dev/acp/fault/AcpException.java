package dev.acp.fault;

import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import java.util.List;

/**
 * The one exception that carries an exit code other than 1. What it says is a {@link Fault};
 * several problems of one input travel together as {@link InvalidInput}.
 */
public sealed class AcpException extends RuntimeException permits InvalidInput {
  private static final long serialVersionUID = 1L;
  private final transient Fault fault;

  public AcpException(Fault fault) {
    super(fault.what());
    this.fault = fault;
  }

  public AcpException(Fault fault, Throwable cause) {
    super(fault.what(), cause);
    this.fault = fault;
  }

  public static AcpException of(FaultCode code, String what) {
    return new AcpException(Fault.of(code, what));
  }

  public static AcpException of(FaultCode code, String what, Throwable cause) {
    return new AcpException(Fault.of(code, what), cause);
  }

  public static AcpException on(NodeName node, FaultCode code, String what, List<String> evidence) {
    return new AcpException(Fault.of(code, what).on(node).withEvidence(evidence));
  }

  public Fault fault() {
    return fault;
  }

  public Exit exit() {
    return fault.code().exit();
  }
}
