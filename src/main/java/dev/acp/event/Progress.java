package dev.acp.event;

import dev.acp.value.Bytes;

/** Told how many bytes of a piece of work are done, from any thread. */
@FunctionalInterface
public interface Progress {
  void done(Bytes soFar);

  static Progress none() {
    return bytes -> {};
  }
}
