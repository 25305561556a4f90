package dev.acp.check;

/** Judges one node by its facts. Pure: no clock, no input or output, the same answer always. */
@FunctionalInterface
public interface Judge {
  Verdict judge(Subject subject, Limits limits);
}
