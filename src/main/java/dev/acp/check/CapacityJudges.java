package dev.acp.check;

import dev.acp.value.Arch;
import dev.acp.value.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cores, clock rate and memory, by the capacity profile of the cluster file (001, capacity). */
final class CapacityJudges {
  private CapacityJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("cpu-floor", CapacityJudges::coreFloor);
    all.put("cpu-cores", CapacityJudges::cores);
    all.put("cpu-recommended", CapacityJudges::cores);
    all.put("memory-floor", CapacityJudges::memoryFloor);
    all.put("memory", CapacityJudges::memory);
    all.put("memory-recommended", CapacityJudges::memory);
    all.put("cpu-clock", CapacityJudges::clock);
    all.put("cpu-governor", CapacityJudges::governor);
    all.put("gpu-present", CapacityJudges::gpu);
  }

  private static String profile(Subject s) {
    String capacity = s.spec().capacity();
    return capacity.equals("multi-cluster") && !s.node().isControlPlane()
        ? "multi-cluster-worker"
        : capacity;
  }

  private static boolean arm(Subject s) {
    return s.facts().system().arch().asOptional().equals(Optional.of(Arch.ARM64.machine()));
  }

  private static Optional<Verdict> noProfile(Subject s) {
    return s.spec().capacity().equals("none")
        ? Optional.of(Verdict.skipped("the capacity profile none asks for nothing"))
        : Optional.empty();
  }

  private static Verdict coreFloor(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().cpus(),
        cpus ->
            Verdict.when(
                cpus >= l.count("floor"), cpus + " cores", "at least " + l.count("floor")));
  }

  private static Verdict cores(Subject s, Limits l) {
    return noProfile(s)
        .orElseGet(
            () ->
                Verdict.of(
                    s.facts().system().cpus(),
                    cpus -> {
                      long wanted = l.count(profile(s));
                      if (arm(s)) {
                        wanted = wanted * l.count("arm-percent") / 100;
                      }
                      return Verdict.when(
                          cpus >= wanted,
                          cpus + " cores",
                          "at least " + wanted + " (" + profile(s) + ")");
                    }));
  }

  private static Verdict memoryFloor(Subject s, Limits l) {
    return memory(s, l, l.size("floor"), "");
  }

  private static Verdict memory(Subject s, Limits l) {
    return noProfile(s)
        .orElseGet(
            () -> {
              Bytes wanted = l.size(profile(s));
              if (arm(s)) {
                wanted = Bytes.of(wanted.count() / 100 * l.count("arm-percent"));
              }
              return memory(s, l, wanted, " (" + profile(s) + ")");
            });
  }

  /** The kernel keeps a part of the memory that is built in: slack-percent. */
  private static Verdict memory(Subject s, Limits l, Bytes wanted, String by) {
    long least = wanted.count() / 100 * (100 - l.count("slack-percent"));
    return Verdict.of(
        s.facts().system().memory(),
        memory ->
            Verdict.when(memory.count() >= least, memory.toString(), "at least " + wanted + by));
  }

  private static Verdict clock(Subject s, Limits l) {
    if (arm(s)) {
      return Verdict.skipped("ARM processors do not tell it; Kunpeng 920 runs at 2.6 GHz");
    }
    return Verdict.of(
        s.facts().hardware().mhz(),
        mhz -> {
          // 2499.998 MHz are sold as 2.5 GHz
          long least = l.count("least-mhz") * (100 - l.count("slack-percent"));
          return Verdict.when(
              mhz * 100L >= least, mhz + " MHz", "at least " + l.count("least-mhz") + " MHz");
        });
  }

  private static Verdict governor(Subject s, Limits l) {
    return Verdict.of(
        s.facts().hardware().governors(),
        all -> {
          if (all.isEmpty()) {
            return Verdict.skipped("the machine shows no governor: its host decides");
          }
          return Verdict.when(
              l.words("governors").containsAll(all),
              String.join(", ", all),
              String.join(" or ", l.words("governors")));
        });
  }

  private static Verdict gpu(Subject s, Limits l) {
    if (s.node().gpu().equals("none")) {
      return Verdict.skipped("the cluster file declares no graphics card for it");
    }
    return Verdict.of(
        s.facts().hardware().gpus(),
        (List<String> cards) ->
            Verdict.when(
                !cards.isEmpty(),
                cards.isEmpty() ? "none" : cards.size() + " of NVIDIA's",
                "gpu: " + s.node().gpu()));
  }
}
