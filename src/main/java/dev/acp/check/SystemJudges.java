package dev.acp.check;

import dev.acp.check.SupportMatrix.Entry;
import dev.acp.node.NodeFacts;
import dev.acp.node.SystemFacts.Os;
import dev.acp.value.Arch;
import dev.acp.value.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Operating system, kernel and architecture. */
final class SystemJudges {
  private SystemJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("os-supported", SystemJudges::os);
    all.put("kernel-supported", SystemJudges::kernel);
    all.put("arch-matches", SystemJudges::arch);
    all.put("arch-in-package", SystemJudges::inPackage);
    all.put("arm-cpu", SystemJudges::armCpu);
    all.put("os-family-same", SystemJudges::family);
    all.put("kernel-known-trouble", SystemJudges::trouble);
    all.put("kernel-not-hwe", SystemJudges::hwe);
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
    Optional<Version> known = s.spec().kubernetes().knownVersion();
    if (known.isEmpty()) {
      return Verdict.good(seen);
    }
    Version wanted = known.get();
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

  /**
   * 001: arm needs a Kunpeng 920; a virtual machine shows its host's part, or a model of its own.
   */
  private static Verdict armCpu(Subject s, Limits l) {
    return Verdict.of(
        s.facts().hardware().armPart(),
        part -> {
          if (part.isEmpty()) {
            return Verdict.unknown("the processor does not tell its part");
          }
          return Verdict.when(
              l.words("parts").contains(part.get()),
              "implementer and part " + part.get(),
              "Kunpeng 920: " + String.join(", ", l.words("parts")));
        });
  }

  private static Verdict inPackage(Subject s, Limits l) {
    if (s.packageArchs().isEmpty()) {
      return Verdict.skipped("no package was named (--bundle)");
    }
    return onArch(
        s,
        arch ->
            Verdict.when(
                s.packageArchs().contains(arch),
                arch.toString(),
                "one of the package's: " + s.packageArchs()));
  }

  private static Verdict family(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().os(),
        os -> {
          List<String> all =
              s.all().values().stream()
                  .map(f -> f.system().os().asOptional().map(SystemJudges::familyOf))
                  .flatMap(Optional::stream)
                  .distinct()
                  .sorted()
                  .toList();
          return Verdict.when(
              all.size() == 1,
              all.size() == 1 ? familyOf(os) : familyOf(os) + "; nodes have " + all,
              "one family for the whole cluster");
        });
  }

  private static String familyOf(Os os) {
    return os.isRedHatFamily() ? "rhel" : os.id();
  }

  private static Verdict trouble(Subject s, Limits l) {
    return onArch(
        s,
        arch ->
            Verdict.of(
                s.facts().system().os(),
                os ->
                    Verdict.of(
                        s.facts().system().kernel(), kernel -> trouble(s, os, arch, kernel))));
  }

  private static Verdict trouble(Subject s, Os os, Arch arch, String kernel) {
    List<Entry> fitting =
        s.matrix().find(os, arch).stream().filter(e -> e.hasKernel(kernel)).toList();
    boolean known = !fitting.isEmpty() && fitting.stream().allMatch(e -> e.advice().isPresent());
    return Verdict.when(
        !known, kernel, known ? fitting.get(0).advice().orElseThrow() : "no known trouble");
  }

  /** The GA kernel's series stands in the matrix; HWE packages bring the next one at any update. */
  private static Verdict hwe(Subject s, Limits l) {
    return Verdict.of(
        s.facts().files().packages(),
        installed -> {
          List<String> found = installed.stream().filter(n -> n.contains("-hwe-")).toList();
          return Verdict.when(
              found.isEmpty(),
              found.isEmpty() ? "none" : String.join(", ", found),
              "no linux-*-hwe-* package");
        });
  }
}
