package dev.acp.node;

import dev.acp.fault.Fault;
import java.util.Optional;

/** What came of one node's part of a piece of work: a value, or the fault that ended it. */
public sealed interface Result<T> {
  record Done<T>(T value) implements Result<T> {}

  record Failed<T>(Fault fault) implements Result<T> {}

  default Optional<T> done() {
    return this instanceof Done<T> done ? Optional.of(done.value()) : Optional.empty();
  }

  default Optional<Fault> failure() {
    return this instanceof Failed<T> failed ? Optional.of(failed.fault()) : Optional.empty();
  }
}
