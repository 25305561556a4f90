package dev.acp.node;

/** Everything that one probe saw on a node. Immutable; every fact is known or says why not. */
public record NodeFacts(
    SystemFacts system, NetworkFacts network, FileFacts files, ClockFacts time) {

  /** Reads what res/probe.sh printed; for a probe recorded before, or for tests. */
  public static NodeFacts parse(String output, Window window) {
    ProbeText text = ProbeText.parse(output);
    return new NodeFacts(
        FactReader.system(text),
        FactReader.network(text),
        FactReader.files(text),
        FactReader.time(text, window));
  }

  /** When the probe was sent and when its answer was here, by acp's clock, in nanoseconds. */
  public record Window(long sent, long received) {}
}
