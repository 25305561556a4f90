package dev.acp.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * A condition that must come true on a node: a script of res/goals/ that ends with 0 when it is,
 * and prints the evidence when it is not.
 *
 * @param what the condition as a noun phrase: "the API server's /readyz"
 * @param limit after this long the stage fails with the last evidence
 */
public record Goal(String what, String script, List<String> args, Duration limit, Duration every) {
  public Goal {
    args = List.copyOf(args);
  }
}
