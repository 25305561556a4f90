package dev.acp.fault;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** What a reader of hostile input may do: give a value, or refuse with a fault of its own kind. */
public final class Refusals {
  private Refusals() {}

  /** The value, or empty if it was refused by one of the codes; all else fails the test. */
  public static <T> Optional<T> of(Callable<T> read, FaultCode... codes) {
    try {
      return Optional.of(read.call());
    } catch (AcpException e) {
      if (!Set.of(codes).contains(e.fault().code())) {
        throw new AssertionError("refused as " + e.fault().code(), e);
      }
      if (e.fault().what().isBlank() || e.fault().what().length() > 4096) {
        throw new AssertionError("the refusal has " + e.fault().what().length() + " characters", e);
      }
      return Optional.empty();
    } catch (Exception e) {
      throw new AssertionError("neither taken nor refused", e);
    }
  }

  /** Fails the fuzzed test, with what is wrong. */
  public static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
