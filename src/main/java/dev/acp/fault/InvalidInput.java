package dev.acp.fault;

import java.util.List;

/** An input that holds mistakes: all of them at once, each with its line. */
public final class InvalidInput extends AcpException {
  private static final long serialVersionUID = 1L;
  private final transient List<Problem> problems;

  public InvalidInput(FaultCode code, List<Problem> problems) {
    super(
        Fault.of(
                code,
                problems.get(0).file()
                    + " has "
                    + problems.size()
                    + (problems.size() == 1 ? " mistake." : " mistakes."))
            .withEvidence(problems.stream().map(Problem::toString).toList()));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
