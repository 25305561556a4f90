package dev.acp.check;

import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;

import dev.acp.check.CheckCases.Want;
import dev.acp.node.BenchFacts;
import dev.acp.node.Fact;
import dev.acp.node.NodeFacts;
import java.util.List;

/** Space, devices and file systems. */
final class StorageCases {
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
    bench("disk-iops", new BenchFacts(1999, 200, 1), new BenchFacts(2000, 1, 99_999), "1999");
    bench("disk-throughput", new BenchFacts(1, 199, 1), new BenchFacts(1, 200, 99_999), "199 MB/s");
    bench("disk-fsync", new BenchFacts(1, 1, 10_001), new BenchFacts(1, 1, 10_000), "10001 us");
  }

  private void bench(String check, BenchFacts slow, BenchFacts fast, String seen) {
    c.add(check, false, u().facts().withBench(Fact.known(slow, "")), spec(), seen);
    c.add(check, true, u().facts().withBench(Fact.known(fast, "")), spec(), "");
  }
}
