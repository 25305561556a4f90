package dev.acp.check;

import static dev.acp.check.CheckCases.OVN;
import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.CheckCases.Want;
import dev.acp.cluster.ClusterSpec;
import dev.acp.node.NodeFacts;
import dev.acp.value.Arch;
import java.util.List;

/** The way to a node, its system, processor and memory. */
final class MachineCases {
  private final CheckCases c;

  MachineCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    access();
    systems();
    machine();
  }

  private void access() {
    c.bad("root-or-sudo", u().with("uid", "1000"), "user id 1000");
    c.bad("sshd-usedns", u().with("sshd", "usedns yes", "usepam no"), "usedns yes");
    c.bad("sshd-usepam", u().with("sshd", "usedns no", "usepam yes"), "usepam yes");
    c.bad("tmp-usable", u().with("tmp", "not"), "/tmp");
    c.bad("tmp-usable", u().with("mounts", "/dev/a / xfs ro,relatime 0 0"), "ro");
    c.bad(
        "tmp-exec",
        u().with("mounts", "/dev/a / xfs rw 0 0", "tmpfs /tmp tmpfs rw,noexec 0 0"),
        "noexec");
  }

  private void systems() {
    String[] debian = {"ID=debian", "VERSION_ID=\"12\""};
    c.bad("os-supported", u().with("os-release", debian), "debian 12");
    c.bad(
        "os-supported",
        u().with("os-release", "ID=ubuntu", "VERSION_ID=\"24.04\""),
        "ubuntu 24.04");
    // What is named instead runs on the same architecture.
    Recorded arm = Recorded.of("kylin-v10-sp3-arm64").with("os-release", debian);
    c.add(
        Case.of("os-supported", Want.TELL, arm.facts(), spec(), "debian")
            .wanting("one of: kylin V10, openeuler 20.03, openeuler 22.03"));
    NodeFacts rhel = Recorded.of("rhel-8.6").facts();
    c.add("os-supported", true, rhel, Specs.spec(OVN, "v1.34.0", "single-cluster"), "rhel 8.6");
    c.add(
        Case.of(
                "os-supported",
                Want.TELL,
                rhel,
                Specs.spec(OVN, "v1.35.0", "single-cluster"),
                "rhel 8.6")
            .wanting("it runs up to v1.34.0"));
    c.add("os-supported", true, rhel, CheckCases.unversioned(), "rhel 8.6");
    c.skips("kernel-supported", u().with("os-release", debian), spec(), "not supported");
    c.passes("kernel-known-trouble", u().with("os-release", debian), "5.15.0");
    for (String check : List.of("os-supported", "kernel-known-trouble", "kernel-not-hwe")) {
      c.good(check, u());
    }
  }

  private void machine() {
    c.bad("kernel-supported", u().with("kernel", "6.2.0-39-generic"), "6.2.0");
    c.bad("kernel-supported", u().with("kernel", "5.15.01-1"), "5.15.01");
    c.bad(
        "kernel-supported",
        Recorded.of("centos-7.9").with("kernel", "3.10.0-1126.el7.x86_64"),
        "1126");
    c.good("kernel-supported", Recorded.of("centos-7.9").with("kernel", "3.10.0-1127.el7.x86_64"));
    c.bad("kernel-known-trouble", Recorded.of("kylin-v10-sp2"), "4.19.90-24.4");
    c.bad("kernel-not-hwe", u().with("packages", "ii  linux-image-generic-hwe-22.04"), "hwe");
    c.good("kernel-not-hwe", u().with("packages", "ii  linux-image-generic"));
    c.bad(
        "arm-cpu",
        Recorded.of("kylin-v10-sp3-arm64")
            .with("cpuinfo", "CPU implementer : 0x41", "CPU part : 0xd0c"),
        "0xd0c");
    c.good("arm-cpu", Recorded.of("kylin-v10-sp3-arm64"));
    c.bad("arch-matches", u().with("arch", "aarch64"), "aarch64; nodes have");
    c.bad("arch-matches", u().with("arch", "ppc64le"), "ppc64le");
    c.bad("os-family-same", Recorded.of("rhel-8.6"), "nodes have");
    c.bad("cpu-floor", u().with("cpus", "1"), "1 cores");
    c.good("cpu-floor", u().with("cpus", "2"));
    c.bad("cpu-cores", u().with("cpus", "7"), "7 cores");
    c.good("cpu-cores", u().with("cpus", "8"));
    c.bad("cpu-recommended", u().with("cpus", "11"), "11 cores");
    c.good("cpu-recommended", u().with("cpus", "12"));
    c.bad("cpu-cores", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "11"), "11 cores");
    c.good("cpu-cores", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "12"));
    c.bad("cpu-recommended", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "23"), "23 cores");
    c.good("cpu-recommended", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "24"));
    memory("memory-floor", "ubuntu-22.04", 2);
    memory("memory", "ubuntu-22.04", 16);
    memory("memory-recommended", "ubuntu-22.04", 24);
    memory("memory", "kylin-v10-sp3-arm64", 24);
    memory("memory-recommended", "kylin-v10-sp3-arm64", 48);
    exactMemory();
    for (String profile : List.of("single-node 16 16 32 32", "multi-cluster 8 16 16 32")) {
      String[] p = profile.split(" ", -1);
      profile(p[0], "cpu-cores", Integer.parseInt(p[1]), "");
      profile(p[0], "cpu-recommended", Integer.parseInt(p[2]), "");
      profile(p[0], "memory", p[0].equals("single-node") ? 32 : 16, "g");
      profile(p[0], "memory-recommended", 32, "g");
    }
    workers();
    none();
    clock(2474, 2475);
    c.good("cpu-governor", u().with("governors", "performance", "performance"));
    c.bad("cpu-governor", u().with("governors", "performance", "powersave"), "powersave");
    ClusterSpec gpu =
        Specs.resolved(
            Specs.YAML
                .replace("MODE", OVN)
                .replace("VERSION", "v1.31.4")
                .replace("CAPACITY", "single-cluster")
                .replace("[10.0.0.11], role", "[10.0.0.11], gpu: physical, role"));
    c.add("gpu-present", false, u().facts(), gpu, "none");
    c.add("gpu-present", true, u().with("gpus", "/sys/bus/pci/devices/1").facts(), gpu, "");
    c.add(
        "default-tasks-max",
        false,
        u().with("tasks-max", "DefaultTasksMax=99999").facts(),
        spec(),
        "99999");
    c.good("default-tasks-max", u().with("tasks-max", "DefaultTasksMax=100000"));
    c.passes("default-tasks-max", u().with("tasks-max", "DefaultTasksMax=infinity"), "infinity");
    c.passes("default-tasks-max", u().with("tasks-max", "DefaultTasksMax="), "no such limit");
    c.bad("default-tasks-max", u().with("tasks-max", "DefaultTasksMax=15%"), "15%");
  }

  private void clock(int slow, int fast) {
    c.bad("cpu-clock", u().with("cpuinfo", "cpu MHz : " + slow + ".0"), "" + slow);
    c.good("cpu-clock", u().with("cpuinfo", "cpu MHz : " + fast + ".0"));
    c.bad("cpu-clock", u().with("cpuinfo", "model name : X CPU @ 2.40GHz"), "2400");
  }

  /** Of several clusters the global one's workers carry the platform (001, capacity). */
  private void workers() {
    ClusterSpec many = Specs.spec(OVN, "v1.31.4", "multi-cluster");
    for (String[] p : new String[][] {{"cpu-cores", "12"}, {"cpu-recommended", "24"}}) {
      int least = Integer.parseInt(p[1]);
      Recorded few = ChecksTest.second(u().with("cpus", "" + (least - 1)));
      Recorded enough = ChecksTest.second(u().with("cpus", p[1]));
      c.worker(p[0], Want.TELL, few.facts(), many, (least - 1) + " cores");
      c.worker(p[0], Want.PASS, enough.facts(), many, "");
    }
    for (String[] p : new String[][] {{"memory", "24"}, {"memory-recommended", "48"}}) {
      int least = Integer.parseInt(p[1]);
      c.worker(p[0], Want.TELL, kib("ubuntu-22.04", least, -1).facts(), many, "iB");
      c.worker(p[0], Want.PASS, kib("ubuntu-22.04", least, 1).facts(), many, "");
    }
    // Its control planes want as much as those of one cluster.
    c.add("cpu-cores", Want.PASS, u().with("cpus", "8").facts(), many, "");
  }

  private void none() {
    ClusterSpec none = Specs.spec(OVN, "v1.31.4", "none");
    for (String check : List.of("cpu-cores", "cpu-recommended", "memory", "memory-recommended")) {
      c.skips(check, u().with("cpus", "1"), none, "profile none");
    }
    c.skips("cpu-clock", Recorded.of("kylin-v10-sp3-arm64"), spec(), "2.6 GHz");
    c.skips("cpu-governor", u().with("governors"), spec(), "no governor");
    c.skips("gpu-present", u(), spec(), "no graphics card");
    for (String arch : List.of("AMD64", "ARM64")) {
      boolean carried = arch.equals("AMD64");
      c.add(
          new CheckCases.Case(
              "arch-in-package",
              carried ? Want.PASS : Want.TELL,
              u().facts(),
              spec(),
              "amd64",
              0,
              List.of(Arch.valueOf(arch))));
    }
    c.skips("arch-in-package", u(), spec(), "no package");
  }

  private void profile(String profile, String check, int least, String unit) {
    ClusterSpec spec = Specs.spec(OVN, "v1.31.4", profile);
    if (unit.isEmpty()) {
      c.add(check, false, u().with("cpus", "" + (least - 1)).facts(), spec, (least - 1) + " cores");
      c.add(check, true, u().with("cpus", "" + least).facts(), spec, "");
    } else {
      c.add(check, false, kib("ubuntu-22.04", least, -1).facts(), spec, "iB");
      c.add(check, true, kib("ubuntu-22.04", least, 1).facts(), spec, "");
    }
  }

  private void memory(String check, String system, int gib) {
    c.bad(check, kib(system, gib, -1), "iB");
    c.good(check, kib(system, gib, 1));
  }

  /** A threshold that comes to whole kibibytes: those of the list do not. */
  private void exactMemory() {
    ClusterSpec spec =
        Specs.resolved(
            CheckCases.yaml(OVN)
                .replace("ssh: {", "checks: {limits: {memory.single-cluster: 25GiB}}\n  ssh: {"));
    c.add("memory", false, kib("ubuntu-22.04", 25, -1).facts(), spec, "iB");
    c.add("memory", true, kib("ubuntu-22.04", 25, 0).facts(), spec, "iB");
  }

  /** Ten percent are the kernel's. */
  private static Recorded kib(String system, int gib, int more) {
    long kib = gib * 1048576L * 90 / 100 + more;
    return Recorded.of(system).with("memory", "MemTotal:  " + kib + " kB");
  }
}
