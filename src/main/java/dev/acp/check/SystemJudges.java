package dev.acp.check;

import dev.acp.check.SupportMatrix.Entry;
import dev.acp.node.Fact;
import dev.acp.node.FileFacts.Disk;
import dev.acp.node.NodeFacts;
import dev.acp.node.SystemFacts.Os;
import dev.acp.value.Arch;
import dev.acp.value.Bytes;
import dev.acp.value.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Operating system, kernel, architecture, cores, memory and disks. */
final class SystemJudges {
  private SystemJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("os-supported", SystemJudges::os);
    all.put("kernel-supported", SystemJudges::kernel);
    all.put("arch-matches", SystemJudges::arch);
    all.put("cpu-cores", SystemJudges::cores);
    all.put("memory", SystemJudges::memory);
    all.put("disk-space-root", (s, l) -> disk(s, l, "/"));
    all.put("disk-space-var-lib", (s, l) -> disk(s, l, "/var/lib"));
    all.put("disk-space-opt", (s, l) -> disk(s, l, "/opt"));
    all.put("disk-space-containerd", (s, l) -> disk(s, l, s.spec().containerdRoot()));
  }

  private static Verdict onArch(Subject s, Function<Arch, Verdict> judge) {
    return Verdict.of(
        s.facts().system().arch(),
        machine ->
            Arch.byMachine(machine)
                .map(judge)
                .orElseGet(() -> Verdict.bad(machine, "x86_64 or aarch64")));
  }

  private static Verdict os(Subject s, Limits l) {
    return onArch(s, arch -> Verdict.of(s.facts().system().os(), os -> os(s, os, arch)));
  }

  private static Verdict os(Subject s, Os os, Arch arch) {
    List<Entry> found = s.matrix().find(os, arch);
    String seen = os.pretty() + " (" + os.id() + " " + os.fullVersion() + ", " + arch + ")";
    if (found.isEmpty()) {
      return Verdict.bad(seen, "one of: " + supported(s.matrix(), arch));
    }
    Version wanted = s.spec().kubernetes().version();
    Optional<Version> tooOld =
        found.stream()
            .map(Entry::atMost)
            .flatMap(Optional::stream)
            .filter(most -> !most.atLeast(wanted.major(), wanted.minor()))
            .findFirst();
    return tooOld
        .map(most -> Verdict.bad(seen, "for " + wanted + " a newer system; it runs up to " + most))
        .orElse(Verdict.good(seen));
  }

  private static String supported(SupportMatrix matrix, Arch arch) {
    return matrix.systems().stream()
        .filter(e -> e.archs().contains(arch))
        .map(e -> e.id() + " " + String.join("/", e.versions()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static Verdict kernel(Subject s, Limits l) {
    return onArch(
        s,
        arch ->
            Verdict.of(
                s.facts().system().os(),
                os ->
                    Verdict.of(
                        s.facts().system().kernel(), kernel -> kernel(s, os, arch, kernel))));
  }

  private static Verdict kernel(Subject s, Os os, Arch arch, String kernel) {
    List<Entry> systems = s.matrix().find(os, arch);
    if (systems.isEmpty()) {
      return Verdict.skipped("the system is not supported, so no kernel of it is");
    }
    List<Entry> fitting = systems.stream().filter(e -> e.hasKernel(kernel)).toList();
    if (fitting.isEmpty()) {
      String wanted =
          systems.stream()
              .flatMap(
                  e ->
                      e.kernels().stream()
                          .map(k -> k + e.kernelFrom().map(f -> " from " + f).orElse("")))
              .collect(Collectors.joining(", "));
      return Verdict.bad(kernel, wanted);
    }
    if (fitting.stream().allMatch(e -> e.advice().isPresent())) {
      return Verdict.advice(kernel, fitting.get(0).advice().orElseThrow());
    }
    return Verdict.good(kernel);
  }

  /** The same on every node; package and cluster have one architecture unless it is hybrid. */
  private static Verdict arch(Subject s, Limits l) {
    return onArch(
        s,
        arch -> {
          List<String> others =
              s.all().values().stream()
                  .map(NodeFacts::system)
                  .map(f -> f.arch().asOptional())
                  .flatMap(Optional::stream)
                  .distinct()
                  .sorted()
                  .toList();
          return Verdict.when(
              others.size() == 1,
              others.size() == 1 ? arch.machine() : arch.machine() + "; nodes have " + others,
              "one architecture for the whole cluster");
        });
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

  private static Verdict cores(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().cpus(),
        cpus -> {
          String profile = profile(s);
          long wanted = profile.equals("none") ? l.count("floor") : l.count(profile);
          if (!profile.equals("none") && arm(s)) {
            wanted = wanted * l.count("arm-percent") / 100;
          }
          return Verdict.when(
              cpus >= wanted, cpus + " cores", "at least " + wanted + " (" + profile + ")");
        });
  }

  private static Verdict memory(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().memory(),
        memory -> {
          String profile = profile(s);
          Bytes wanted = profile.equals("none") ? l.size("floor") : l.size(profile);
          if (!profile.equals("none") && arm(s)) {
            wanted = Bytes.of(wanted.count() / 100 * l.count("arm-percent"));
          }
          // The kernel keeps a part of the memory that is built in.
          long least = wanted.count() / 100 * (100 - l.count("slack-percent"));
          return Verdict.when(
              memory.count() >= least,
              memory.toString(),
              "at least " + wanted + " (" + profile + ")");
        });
  }

  private static Verdict disk(Subject s, Limits l, String path) {
    if (s.spec().capacity().equals("none")) {
      return Verdict.skipped("the capacity profile none asks for no disk space");
    }
    Fact<Disk> fact =
        s.facts().files().disks().getOrDefault(path, Fact.unknown("the probe did not see " + path));
    return Verdict.of(
        fact,
        disk -> {
          Bytes least = l.size("least");
          // What acp itself has put there counts as free.
          if (s.heldByUs()) {
            return Verdict.good("held by acp");
          }
          return Verdict.when(
              disk.free().compareTo(least) >= 0,
              disk.free() + " free on " + disk.mountPoint(),
              "at least " + least + " free for " + path);
        });
  }
}
