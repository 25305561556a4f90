package dev.acp.check;

import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;

import dev.acp.check.CheckCases.Want;
import dev.acp.node.BenchFacts;
import dev.acp.node.Fact;
import dev.acp.node.NodeFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Space, devices and file systems. */
final class StorageCases {
  private static final String ETCD = "/var/lib/etcd";
  private final CheckCases c;

  StorageCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    storage();
  }

  private static Recorded disk(String path, long freeKib) {
    return u().with(
            "disk:" + path,
            "Filesystem 1024-blocks Used Available Capacity Mounted on",
            "/dev/sda1 914572800 1 " + freeKib + " 4% " + path);
  }

  private void space(String check, String path, long gib) {
    c.bad(check, disk(path, gib * 1048576 - 1), "free");
    c.good(check, disk(path, gib * 1048576));
  }

  private void storage() {
    space("disk-space-root", "/", 150);
    space("disk-space-var-lib", "/var/lib", 50);
    space("disk-space-opt", "/opt", 30);
    space("disk-space-containerd", "/var/lib/containerd", 100);
    space("disk-space-cpaas-data", "/cpaas/data", 500);
    space("disk-space-cpaas-monitoring", "/cpaas/monitoring", 100);
    space("disk-space-bundle", "/root/cpaas-install", 100);
    for (long kib : List.of(50 * 1048576L - 1, 50 * 1048576L)) {
      Want want = kib < 50 * 1048576L ? Want.TELL : Want.PASS;
      NodeFacts node = ChecksTest.second(disk("/", kib)).facts();
      c.worker("disk-space-root-worker", want, node, spec(), "free");
    }
    for (String path : List.of("/var/lib", "/opt", "/var/lib/containerd")) {
      String check =
          "disk-space-" + path.substring(path.lastIndexOf('/') + 1).replace("lib", "var-lib");
      c.skips(check, disk(path, 1), Specs.spec("kube-ovn", "v1.31.4", "none"), "profile none");
    }
    Recorded one = u().with("mounts", "/dev/sda1 / ext4 rw 0 0");
    c.bad("device-containerd", one, "lies on /dev/sda1 at /");
    c.bad("device-cpaas-data", one, "lies on /dev/sda1");
    c.bad("filesystem-containerd", one, "/ is ext4");
    c.bad("xfs-ftype", u().with("xfs-info", "naming =version 2 ftype=0"), "ftype=0");
    c.bad("disk-ssd", u().with("block:/var/lib", "/dev/sdb1 1"), "/var/lib on /dev/sdb1");
    bench("disk-iops", ETCD, b(1999, 200, 1), b(2000, 1, 99_999), "1999 writes");
    bench("disk-iops", "/data", b(1999, 200, 1), b(2000, 1, 99_999), "at /data");
    bench("disk-throughput", ETCD, b(1, 199, 1), b(1, 200, 99_999), "199 MB/s");
    bench("disk-throughput", "/data", b(1, 199, 1), b(1, 200, 99_999), "at /data");
    bench("disk-fsync", ETCD, b(1, 1, 10_001), b(1, 1, 10_000), "10001 us");
    BenchFacts synced = new BenchFacts("/", false, 1999, 9999, 1);
    NodeFacts indirect = measured(ETCD, synced, "/data", b(9999, 9999, 1));
    c.add("disk-iops", false, indirect, spec(), ETCD + ", synced, for want of direct writes");
    c.good("disk-ssd", u());
    c.passes("disk-ssd", u().with("block:/var/lib", "/dev/sdb1 -"), "no rotating disk");
    NodeFacts slowElsewhere = measured(ETCD, b(1, 1, 9_000), "/data", b(1, 1, 99_000));
    c.add("disk-fsync", true, slowElsewhere, spec(), "9000 us");
    NodeFacts dataOnly = measured("/data", b(1, 1, 99_000), "/x", b(1, 1, 99_000));
    c.add("disk-fsync", Want.SKIP, dataOnly, spec(), "nothing was measured");
    Fact<Map<String, Fact<BenchFacts>>> full = Fact.known(Map.of(ETCD, Fact.unknown("full")), "");
    for (String check : List.of("disk-iops", "disk-throughput", "disk-fsync")) {
      c.skips(check, u(), spec(), "only with --disk-bench");
      c.add(check, Want.ERROR, u().facts().withBench(full), spec(), "full");
      c.add(check, Want.ERROR, u().facts().withBench(Fact.unknown("cut")), spec(), "cut");
    }
    c.worker(
        "disk-fsync", Want.SKIP, measured(ETCD, b(1, 1, 10_001), "/x", b(1, 1, 1)), spec(), "");
  }

  private static BenchFacts b(int iops, int megabytes, int micros) {
    return new BenchFacts("/", true, iops, megabytes, micros);
  }

  private static NodeFacts measured(String one, BenchFacts a, String two, BenchFacts b) {
    Map<String, Fact<BenchFacts>> all = new LinkedHashMap<>();
    all.put(one, Fact.known(a, ""));
    all.put(two, Fact.known(b, ""));
    return u().facts().withBench(Fact.known(all, ""));
  }

  /** The other place is fast enough: the worse one is told. */
  private void bench(String check, String path, BenchFacts slow, BenchFacts fast, String seen) {
    String other = path.equals(ETCD) ? "/data" : ETCD;
    c.add(check, false, measured(path, slow, other, b(9999, 9999, 1)), spec(), seen);
    c.add(check, false, measured(other, b(9999, 9999, 1), path, slow), spec(), seen);
    c.add(check, true, measured(path, fast, other, b(9999, 9999, 1)), spec(), "");
  }
}
