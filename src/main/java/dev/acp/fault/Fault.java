package dev.acp.fault;

import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.util.List;
import java.util.Optional;

/**
 * What went wrong, told whole: a sentence with the value seen and the value wanted, the node, the
 * last lines of evidence, and arguments for the "next step" text of its code. It holds no secret.
 */
public record Fault(
    FaultCode code,
    String what,
    Optional<NodeName> node,
    List<String> evidence,
    List<String> nextArgs) {
  public Fault {
    evidence = List.copyOf(evidence);
    nextArgs = List.copyOf(nextArgs);
  }

  public static Fault of(FaultCode code, String what) {
    return new Fault(code, what, Optional.empty(), List.of(), List.of());
  }

  public Fault on(NodeName name) {
    return new Fault(code, what, Optional.of(name), evidence, nextArgs);
  }

  public Fault withEvidence(List<String> lines) {
    return new Fault(code, what, node, lines, nextArgs);
  }

  /** Arguments for {0}, {1}, ... of the next step's text. */
  public Fault withNext(String... args) {
    return new Fault(code, what, node, evidence, List.of(args));
  }

  /** The next step, in the given language. */
  public String next(Lang lang) {
    return Texts.of(lang).format(code.nextKey(), nextArgs);
  }
}
