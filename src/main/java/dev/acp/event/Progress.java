package dev.acp.event;

import dev.acp.value.Bytes;

/** Told how many bytes of a piece of work are done, from any thread. */
@FunctionalInterface
public interface Progress {
  void done(Bytes soFar);

  /** The same, and something to be looked at each time. */
  default Progress and(Runnable look) {
    return soFar -> {
      look.run();
      done(soFar);
    };
  }

  static Progress none() {
    return bytes -> {};
  }
}
