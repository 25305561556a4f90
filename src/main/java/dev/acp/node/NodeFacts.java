package dev.acp.node;

import java.util.Map;

/** Everything that one probe saw on a node. Immutable; every fact is known or says why not. */
public record NodeFacts(
    SystemFacts system,
    HardwareFacts hardware,
    NetworkFacts network,
    FileFacts files,
    ClockFacts time,
    Fact<AcrossFacts> across,
    Fact<Map<String, Fact<BenchFacts>>> bench) {

  /** Reads what res/probe.sh printed; for a probe recorded before, or for tests. */
  public static NodeFacts parse(String output, Window window) {
    ProbeText text = ProbeText.parse(output);
    return new NodeFacts(
        FactReader.system(text),
        HardwareReader.read(text),
        FactReader.network(text),
        FactReader.files(text),
        FactReader.time(text, window),
        Fact.unknown("not asked: the nodes did not try to reach each other"),
        Fact.unknown("not asked"));
  }

  /** The same with what the nodes saw of each other. */
  public NodeFacts with(Fact<AcrossFacts> seen) {
    return new NodeFacts(system, hardware, network, files, time, seen, bench);
  }

  /** The same with how fast its disks were. */
  public NodeFacts withBench(Fact<Map<String, Fact<BenchFacts>>> measured) {
    return new NodeFacts(system, hardware, network, files, time, across, measured);
  }

  /** When the probe was sent and when its answer was here, by acp's clock, in nanoseconds. */
  public record Window(long sent, long received) {}
}
