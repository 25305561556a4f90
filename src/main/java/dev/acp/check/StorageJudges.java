package dev.acp.check;

import dev.acp.node.BenchFacts;
import dev.acp.node.Fact;
import dev.acp.node.FileFacts;
import dev.acp.node.FileFacts.Disk;
import dev.acp.node.FileFacts.Mount;
import dev.acp.node.HardwareFacts.Block;
import dev.acp.value.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Space, devices and file systems (000, tables 2-2 and 2-3). */
final class StorageJudges {
  private static final String ETCD = "/var/lib/etcd";
  private static final List<Verdict.Outcome> WORST_LAST =
      List.of(Verdict.Outcome.GOOD, Verdict.Outcome.UNKNOWN, Verdict.Outcome.BAD);

  private StorageJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("disk-space-root", (s, l) -> space(s, l, "/"));
    all.put("disk-space-root-worker", (s, l) -> space(s, l, "/"));
    all.put("disk-space-var-lib", (s, l) -> space(s, l, "/var/lib"));
    all.put("disk-space-opt", (s, l) -> space(s, l, "/opt"));
    all.put("disk-space-containerd", (s, l) -> space(s, l, s.spec().containerdRoot()));
    all.put("disk-space-cpaas-data", (s, l) -> space(s, l, "/cpaas/data"));
    all.put("disk-space-cpaas-monitoring", (s, l) -> space(s, l, "/cpaas/monitoring"));
    all.put("disk-space-bundle", (s, l) -> space(s, l, "/root/cpaas-install"));
    all.put("device-containerd", (s, l) -> ownDevice(s, s.spec().containerdRoot()));
    all.put("device-cpaas-data", (s, l) -> ownDevice(s, "/cpaas/data"));
    all.put("filesystem-containerd", StorageJudges::fileSystem);
    all.put("xfs-ftype", StorageJudges::ftype);
    all.put("disk-ssd", StorageJudges::ssd);
    for (String id : List.of("disk-iops", "disk-throughput", "disk-fsync")) {
      all.put(id, (s, l) -> bench(s, l, id));
    }
  }

  private static Verdict asked(Subject s, java.util.function.Supplier<Verdict> judge) {
    return s.spec().capacity().equals("none")
        ? Verdict.skipped("the capacity profile none asks for no disks")
        : judge.get();
  }

  private static <T> Fact<T> at(Map<String, Fact<T>> all, String path) {
    return all.getOrDefault(path, Fact.unknown("the probe did not see " + path));
  }

  private static Verdict space(Subject s, Limits l, String path) {
    return asked(
        s,
        () ->
            Verdict.of(
                at(s.facts().files().disks(), path),
                (Disk disk) -> {
                  Bytes least = l.size("least");
                  // What acp itself has put there counts as free.
                  if (s.heldByUs()) {
                    return Verdict.good("held by acp");
                  }
                  return Verdict.when(
                      disk.free().compareTo(least) >= 0,
                      disk.free() + " free on " + disk.mountPoint(),
                      "at least " + least + " free for " + path);
                }));
  }

  private static Verdict mounted(Subject s, String path, Function<Mount, Verdict> judge) {
    return asked(
        s,
        () ->
            Verdict.of(
                s.facts().files().mounts(),
                mounts -> {
                  Optional<Mount> mount = FileFacts.mountOf(mounts, path);
                  return mount.isPresent()
                      ? judge.apply(mount.get())
                      : Verdict.unknown("no mount holds " + path);
                }));
  }

  private static Verdict ownDevice(Subject s, String path) {
    return mounted(
        s,
        path,
        mount ->
            Verdict.when(
                mount.point().equals(path) && mount.device().startsWith("/dev/"),
                path + " lies on " + mount.device() + " at " + mount.point(),
                "a block device of its own at " + path));
  }

  private static Verdict fileSystem(Subject s, Limits l) {
    return mounted(
        s,
        s.spec().containerdRoot(),
        mount ->
            Verdict.when(
                l.words("types").contains(mount.type()),
                mount.point() + " is " + mount.type(),
                String.join(" or ", l.words("types"))));
  }

  /** overlayfs needs it; xfs of EL 7.2 and older was made without. */
  private static Verdict ftype(Subject s, Limits l) {
    return mounted(
        s,
        s.spec().containerdRoot(),
        mount -> {
          if (!mount.type().equals("xfs")) {
            return Verdict.skipped(mount.point() + " is " + mount.type() + ", not xfs");
          }
          return Verdict.of(
              s.facts().hardware().xfsFtype(),
              f -> Verdict.when(f.equals("1"), "ftype=" + f, "ftype=1"));
        });
  }

  private static Verdict ssd(Subject s, Limits l) {
    return asked(
        s,
        () -> {
          List<String> spin = new ArrayList<>();
          int known = 0;
          for (String path : List.of("/var/lib", s.spec().containerdRoot())) {
            Fact<Block> fact = at(s.facts().hardware().blocks(), path);
            if (fact instanceof Fact.Unknown<Block> unknown) {
              return Verdict.unknown(unknown.why());
            }
            Block block = fact.asOptional().orElseThrow();
            if (block.spins().isPresent()) {
              known++;
            }
            if (block.spins().orElse(false)) {
              spin.add(path + " on " + block.device());
            }
          }
          if (known == 0) {
            return Verdict.skipped("the kernel does not tell it for these devices");
          }
          return Verdict.when(
              spin.isEmpty(),
              spin.isEmpty() ? "no rotating disk" : "rotating: " + String.join(", ", spin),
              "SSD");
        });
  }

  /** It writes a file, so it is made on request only. What is told is the worst place. */
  private static Verdict bench(Subject s, Limits l, String id) {
    if (s.facts().bench() instanceof Fact.Unknown<Map<String, Fact<BenchFacts>>> unknown) {
      return unknown.why().startsWith("not asked")
          ? Verdict.skipped("only with --disk-bench, since it writes a file")
          : Verdict.unknown(unknown.why());
    }
    Map<String, Fact<BenchFacts>> all = s.facts().bench().asOptional().orElseThrow();
    List<Verdict> verdicts = new ArrayList<>();
    for (Map.Entry<String, Fact<BenchFacts>> one : all.entrySet()) {
      if (id.equals("disk-fsync") && !one.getKey().equals(ETCD)) {
        continue;
      }
      verdicts.add(Verdict.of(one.getValue(), b -> bench(l, id, one.getKey(), b)));
    }
    return verdicts.stream()
        .max(Comparator.comparingInt(v -> WORST_LAST.indexOf(v.outcome())))
        .orElseGet(() -> Verdict.skipped("nothing was measured at " + ETCD));
  }

  private static Verdict bench(Limits l, String id, String path, BenchFacts b) {
    String at = " at " + path + (b.direct() ? "" : ", synced, for want of direct writes");
    return switch (id) {
      case "disk-iops" ->
          Verdict.when(
              b.iops() >= l.count("least"),
              b.iops() + " writes of 4 KiB a second" + at,
              "at least " + l.count("least"));
      case "disk-throughput" ->
          Verdict.when(
              b.megabytes() >= l.count("least-mb"),
              b.megabytes() + " MB/s" + at,
              "at least " + l.count("least-mb") + " MB/s");
      default ->
          Verdict.when(
              b.fsyncMicros() <= l.count("most-ms") * 1000,
              b.fsyncMicros() + " us (99th percentile)" + at,
              "at most " + l.count("most-ms") + " ms");
    };
  }
}
