package dev.acp.node;

import java.time.Duration;

/** The node's clock as seen from here, its time zone, and whether a time service runs. */
public record ClockFacts(Fact<Clock> clock, Fact<String> zone, Fact<Boolean> service) {
  /**
   * How far the node's clock is ahead of acp's.
   *
   * @param ahead negative where it is behind
   * @param unsure half of the round trip in which it was read
   */
  public record Clock(Duration ahead, Duration unsure) {}
}
