package dev.acp.check;

import dev.acp.cluster.ClusterSpec;
import dev.acp.node.AcrossFacts;
import dev.acp.node.AcrossFacts.Dial;
import dev.acp.node.BenchFacts;
import dev.acp.node.Fact;
import dev.acp.node.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * For every check a node on which it fails, one on which it just passes, and words of its remedy.
 */
final class CheckCases {
  /** What is judged: the first node's facts, in a cluster. */
  record Case(String check, boolean good, NodeFacts node, ClusterSpec spec, String seen) {
    @Override
    public String toString() {
      return check + (good ? " passes: " : " tells: ") + seen;
    }
  }

  private static final String OVN = "kube-ovn";
  private final List<Case> all = new ArrayList<>();

  private CheckCases() {}

  static List<Case> all() {
    CheckCases c = new CheckCases();
    explained(() -> dual(OVN));
    explained(() -> vip());
    explained(() -> spec("calico", ""));
    explained(c::machine);
    c.all.clear();
    c.access();
    c.machine();
    c.storage();
    c.kernel();
    c.names();
    c.network();
    c.ports();
    c.software();
    c.across();
    c.reach();
    return c.all;
  }

  private static Recorded u() {
    return Recorded.of("ubuntu-22.04");
  }

  static ClusterSpec spec() {
    return Specs.spec(OVN, "v1.31.4", "single-cluster");
  }

  static ClusterSpec spec(String mode, String more) {
    return Specs.resolved(
        Specs.YAML
            .replace("MODE", mode)
            .replace("VERSION", "v1.31.4")
            .replace("CAPACITY", "single-cluster")
            .replace("podCidr", more.isEmpty() ? "podCidr" : more + ", podCidr"));
  }

  private static void explained(Runnable make) {
    try {
      make.run();
    } catch (dev.acp.fault.AcpException e) {
      throw new IllegalStateException(e.fault().toString(), e);
    }
  }

  static ClusterSpec dual(String mode) {
    return Specs.resolved(
        Specs.YAML
            .replace("MODE", mode + ", ipFamily: dual")
            .replace("VERSION", "v1.31.4")
            .replace("CAPACITY", "single-cluster")
            .replace("[10.3.0.0/16]", "[10.3.0.0/16, \"fd01::/48\"]")
            .replace("[10.4.0.0/16]", "[10.4.0.0/16, \"fd02::/112\"]")
            .replace("platform: {address: 10.0.0.11}", "platform: {address: acp.example.com}")
            .replace("[10.0.0.11]", "[10.0.0.11, \"fd00::11\"]")
            .replace("[10.0.0.12]", "[10.0.0.12, \"fd00::12\"]"));
  }

  static ClusterSpec vip() {
    return Specs.resolved(
        Specs.YAML
            .replace("MODE", OVN)
            .replace("VERSION", "v1.31.4")
            .replace("CAPACITY", "single-cluster")
            .replace(
                "endpoint: {address: 10.0.0.11}",
                "endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}"));
  }

  private void add(String check, boolean good, NodeFacts node, ClusterSpec spec, String seen) {
    all.add(new Case(check, good, node, spec, seen));
  }

  private void bad(String check, Recorded node, String seen) {
    add(check, false, node.facts(), spec(), seen);
  }

  private void good(String check, Recorded node) {
    add(check, true, node.facts(), spec(), "");
  }

  private void access() {
    bad("root-or-sudo", u().with("uid", "1000"), "user id 1000");
    bad("sshd-usedns", u().with("sshd", "usedns yes", "usepam no"), "usedns yes");
    bad("sshd-usepam", u().with("sshd", "usedns no", "usepam yes"), "usepam yes");
    bad("tmp-usable", u().with("tmp", "not"), "/tmp");
    bad("tmp-usable", u().with("mounts", "/dev/a / xfs ro,relatime 0 0"), "ro");
    bad(
        "tmp-exec",
        u().with("mounts", "/dev/a / xfs rw 0 0", "tmpfs /tmp tmpfs rw,noexec 0 0"),
        "noexec");
  }

  private void machine() {
    bad("os-supported", u().with("os-release", "ID=debian", "VERSION_ID=\"12\""), "debian 12");
    bad(
        "os-supported",
        u().with("os-release", "ID=ubuntu", "VERSION_ID=\"24.04\""),
        "ubuntu 24.04");
    bad("kernel-supported", u().with("kernel", "6.2.0-39-generic"), "6.2.0");
    bad("kernel-supported", u().with("kernel", "5.15.01-1"), "5.15.01");
    bad(
        "kernel-supported",
        Recorded.of("centos-7.9").with("kernel", "3.10.0-1126.el7.x86_64"),
        "1126");
    good("kernel-supported", Recorded.of("centos-7.9").with("kernel", "3.10.0-1127.el7.x86_64"));
    bad("kernel-known-trouble", Recorded.of("kylin-v10-sp2"), "4.19.90-24.4");
    bad("kernel-not-hwe", u().with("packages", "ii  linux-image-generic-hwe-22.04"), "hwe");
    bad(
        "arm-cpu",
        Recorded.of("kylin-v10-sp3-arm64")
            .with("cpuinfo", "CPU implementer : 0x41", "CPU part : 0xd0c"),
        "0xd0c");
    good("arm-cpu", Recorded.of("kylin-v10-sp3-arm64"));
    bad("arch-matches", u().with("arch", "aarch64"), "aarch64");
    bad("arch-matches", u().with("arch", "ppc64le"), "ppc64le");
    bad("os-family-same", Recorded.of("rhel-8.6"), "nodes have");
    bad("cpu-floor", u().with("cpus", "1"), "1 cores");
    good("cpu-floor", u().with("cpus", "2"));
    bad("cpu-cores", u().with("cpus", "7"), "7 cores");
    good("cpu-cores", u().with("cpus", "8"));
    bad("cpu-recommended", u().with("cpus", "11"), "11 cores");
    good("cpu-recommended", u().with("cpus", "12"));
    bad("cpu-cores", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "11"), "11 cores");
    good("cpu-cores", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "12"));
    bad("cpu-recommended", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "23"), "23 cores");
    good("cpu-recommended", Recorded.of("kylin-v10-sp3-arm64").with("cpus", "24"));
    memory("memory-floor", "ubuntu-22.04", 2);
    memory("memory", "ubuntu-22.04", 16);
    memory("memory-recommended", "ubuntu-22.04", 24);
    memory("memory", "kylin-v10-sp3-arm64", 24);
    memory("memory-recommended", "kylin-v10-sp3-arm64", 48);
    for (String profile : List.of("single-node 16 16 32 32", "multi-cluster 8 16 16 32")) {
      String[] p = profile.split(" ", -1);
      profile(p[0], "cpu-cores", Integer.parseInt(p[1]), "");
      profile(p[0], "cpu-recommended", Integer.parseInt(p[2]), "");
      profile(p[0], "memory", p[0].equals("single-node") ? 32 : 16, "g");
      profile(p[0], "memory-recommended", 32, "g");
    }
    clock(2474, 2475);
    bad("cpu-governor", u().with("governors", "performance", "powersave"), "powersave");
    ClusterSpec gpu =
        Specs.resolved(
            Specs.YAML
                .replace("MODE", OVN)
                .replace("VERSION", "v1.31.4")
                .replace("CAPACITY", "single-cluster")
                .replace("[10.0.0.11], role", "[10.0.0.11], gpu: physical, role"));
    add("gpu-present", false, u().facts(), gpu, "none");
    add("gpu-present", true, u().with("gpus", "/sys/bus/pci/devices/1").facts(), gpu, "");
    add(
        "default-tasks-max",
        false,
        u().with("tasks-max", "DefaultTasksMax=99999").facts(),
        spec(),
        "99999");
    good("default-tasks-max", u().with("tasks-max", "DefaultTasksMax=100000"));
  }

  private void clock(int slow, int fast) {
    bad("cpu-clock", u().with("cpuinfo", "cpu MHz : " + slow + ".0"), "" + slow);
    good("cpu-clock", u().with("cpuinfo", "cpu MHz : " + fast + ".0"));
    bad("cpu-clock", u().with("cpuinfo", "model name : X CPU @ 2.40GHz"), "2400");
  }

  private void profile(String profile, String check, int least, String unit) {
    ClusterSpec spec = Specs.spec(OVN, "v1.31.4", profile);
    if (unit.isEmpty()) {
      add(check, false, u().with("cpus", "" + (least - 1)).facts(), spec, (least - 1) + " cores");
      add(check, true, u().with("cpus", "" + least).facts(), spec, "");
    } else {
      add(check, false, kib("ubuntu-22.04", least, -1).facts(), spec, "iB");
      add(check, true, kib("ubuntu-22.04", least, 1).facts(), spec, "");
    }
  }

  private void memory(String check, String system, int gib) {
    bad(check, kib(system, gib, -1), "iB");
    good(check, kib(system, gib, 1));
  }

  /** Ten percent are the kernel's. */
  private static Recorded kib(String system, int gib, int more) {
    long kib = gib * 1048576L * 90 / 100 + more;
    return Recorded.of(system).with("memory", "MemTotal:  " + kib + " kB");
  }

  private static Recorded disk(String path, long freeKib) {
    return u().with(
            "disk:" + path,
            "Filesystem 1024-blocks Used Available Capacity Mounted on",
            "/dev/sda1 914572800 1 " + freeKib + " 4% " + path);
  }

  private void space(String check, String path, long gib) {
    bad(check, disk(path, gib * 1048576 - 1), "free");
    good(check, disk(path, gib * 1048576));
  }

  private void storage() {
    space("disk-space-root", "/", 150);
    space("disk-space-var-lib", "/var/lib", 50);
    space("disk-space-opt", "/opt", 30);
    space("disk-space-containerd", "/var/lib/containerd", 100);
    space("disk-space-cpaas-data", "/cpaas/data", 500);
    space("disk-space-cpaas-monitoring", "/cpaas/monitoring", 100);
    space("disk-space-bundle", "/root/cpaas-install", 100);
    Recorded one = u().with("mounts", "/dev/sda1 / ext4 rw 0 0");
    bad("device-containerd", one, "lies on /dev/sda1 at /");
    bad("device-cpaas-data", one, "lies on /dev/sda1");
    bad("filesystem-containerd", one, "/ is ext4");
    bad("xfs-ftype", u().with("xfs-info", "naming =version 2 ftype=0"), "ftype=0");
    bad("disk-ssd", u().with("block:/var/lib", "/dev/sdb1 1"), "/var/lib on /dev/sdb1");
    bench("disk-iops", new BenchFacts(1999, 200, 1), new BenchFacts(2000, 1, 99_999), "1999");
    bench("disk-throughput", new BenchFacts(1, 199, 1), new BenchFacts(1, 200, 99_999), "199 MB/s");
    bench("disk-fsync", new BenchFacts(1, 1, 10_001), new BenchFacts(1, 1, 10_000), "10001 us");
  }

  private void bench(String check, BenchFacts slow, BenchFacts fast, String seen) {
    add(check, false, u().facts().withBench(Fact.known(slow, "")), spec(), seen);
    add(check, true, u().facts().withBench(Fact.known(fast, "")), spec(), "");
  }

  private void kernel() {
    bad("thp-never", u().with("thp", "always [madvise] never"), "madvise");
    bad("thp-never", u().with("cmdline", "ro quiet"), "not after the next boot");
    bad(
        "nokmem",
        Recorded.of("centos-7.9").with("cmdline", "ro transparent_hugepage=never"),
        "no cgroup.memory");
    good("nokmem", Recorded.of("centos-7.9"));
    for (String m :
        List.of(
            "ip_vs",
            "ip_vs_rr",
            "ip_vs_wrr",
            "ip_vs_sh",
            "overlay",
            "br_netfilter",
            "iptable_nat",
            "geneve",
            "openvswitch")) {
      bad("module-" + m.replace('_', '-'), u().with("module:" + m, "loadable"), m + " is loadable");
    }
    for (String m : List.of("vxlan", "ipip")) {
      add(
          "module-" + m,
          false,
          u().with("module:" + m, "missing").facts(),
          spec("calico", ""),
          "missing");
      add("module-" + m, true, u().facts(), spec("calico", ""), "");
    }
    Recorded centos = Recorded.of("centos-7.9");
    bad("module-conntrack-ipv4", centos.with("module:nf_conntrack_ipv4", "loadable"), "loadable");
    good("module-conntrack-ipv4", centos);
    add(
        "module-conntrack-ipv6",
        false,
        centos.with("module:nf_conntrack_ipv6", "missing").facts(),
        dual(OVN),
        "missing");
    add("module-conntrack-ipv6", true, centos.facts(), dual(OVN), "");
    bad("selinux-off", u().with("selinux", "1"), "enforcing");
    bad("apparmor-off", u().with("apparmor", "Y"), "on");
    bad("firewalld-off", u().ended("firewalld", "0", "active"), "firewalld is active");
    bad("firewalld-off", u().with("firewalld-boot", "enabled"), "inactive now, and enabled");
    bad("ufw-off", u().with("ufw", "ENABLED=yes"), "ufw");
    bad(
        "swap-off",
        u().with("swaps", "Filename Type Size Used Priority", "/dev/sda2 partition 1 0 -2"),
        "/dev/sda2");
    bad("swap-off-at-boot", u().with("fstab", "UUID=1-2 none swap sw 0 0"), "/etc/fstab: UUID=1-2");
    bad(
        "swap-off-at-boot",
        u().with("swap-units", "dev-sdb1.swap enabled enabled"),
        "dev-sdb1.swap");
    bad("core-dumps-off", u().with("core-limit", "unlimited"), "unlimited");
    sysctl("sysctl-ip-forward", "net.ipv4.ip_forward", "0", "1", spec());
    sysctl("sysctl-ipv6-forwarding", "net.ipv6.conf.all.forwarding", "0", "1", dual(OVN));
    sysctl("sysctl-tcp-tw-recycle", "net.ipv4.tcp_tw_recycle", "1", "0", spec());
    sysctl("sysctl-tcp-mtu-probing", "net.ipv4.tcp_mtu_probing", "0", "1", spec());
    sysctl("sysctl-rp-filter-all", "net.ipv4.conf.all.rp_filter", "2", "0", spec());
    sysctl("sysctl-rp-filter-default", "net.ipv4.conf.default.rp_filter", "1", "0", spec());
    sysctl("sysctl-ipv6-enabled", "net.ipv6.conf.all.disable_ipv6", "1", "0", dual(OVN));
    sysctl("sysctl-bridge-iptables", "net.bridge.bridge-nf-call-iptables", "0", "1", spec());
    sysctl("sysctl-bridge-ip6tables", "net.bridge.bridge-nf-call-ip6tables", "0", "1", dual(OVN));
    sysctl("sysctl-max-map-count", "vm.max_map_count", "262143", "262144", spec());
    sysctl("sysctl-inotify-instances", "fs.inotify.max_user_instances", "511", "512", spec());
    sysctl("sysctl-inotify-watches", "fs.inotify.max_user_watches", "65535", "65536", spec());
    bad("sysctl-may-detach-mounts", centos.with("sysctl:fs.may_detach_mounts", "0"), "= 0");
    good("sysctl-may-detach-mounts", centos);
    bad("sysctl-rp-filter-nic", u().with("rp-filters", "all 0", "eth0 2"), "eth0.rp_filter = 2");
    add(
        "ipv6-boot-parameter",
        false,
        u().with("cmdline", "ro ipv6.disable=1").facts(),
        dual(OVN),
        "ipv6.disable=1");
    add("ipv6-boot-parameter", true, u().facts(), dual(OVN), "");
  }

  private void sysctl(String check, String key, String wrong, String right, ClusterSpec spec) {
    add(check, false, u().with("sysctl:" + key, wrong).facts(), spec, key + " = " + wrong);
    add(check, true, u().with("sysctl:" + key, right).facts(), spec, "");
  }

  private void names() {
    for (String name : List.of("Node_1", "a".repeat(37), "a-.b", "a.-b", "a..b", "-ab", "ab-")) {
      bad("hostname-form", u().with("hostname", name), name);
    }
    good("hostname-form", u().with("hostname", "a".repeat(36)));
    bad("hosts-localhost", u().with("hosts", "10.0.0.11 ubuntu-1"), "no IPv4 line");
    bad("hosts-localhost", u().with("hosts", "127.0.1.1 localhost"), "127.0.1.1");
    bad(
        "hosts-no-duplicates",
        u().with("hosts", "127.0.0.1 localhost", "10.0.0.11 a", "10.0.0.12 b a"),
        "a");
    bad("hostname-resolves", u().ended("own-name", "2"), "does not resolve");
    bad("resolv-conf", u().ended("resolv", "missing"), "missing");
    bad("resolv-conf", u().with("resolv", "search example.com"), "no nameserver");
    bad("nameserver-not-loopback", u().with("resolv", "nameserver 127.0.0.53"), "127.0.0.53");
    bad(
        "nameserver-not-loopback",
        u().with("resolv", "nameserver 10.0.0.2", "nameserver ::1"),
        "::1");
    for (String in : List.of("172.16.0.0", "172.32.255.255")) {
      bad("nameserver-not-172", u().with("resolv", "nameserver " + in), in);
    }
    for (String out : List.of("172.15.255.255", "172.33.0.0")) {
      good("nameserver-not-172", u().with("resolv", "nameserver " + out));
    }
    bad(
        "search-domains",
        u().with("resolv", "nameserver 10.0.0.2", "search" + " d.example".repeat(29)),
        "29 domains");
    good(
        "search-domains",
        u().with("resolv", "nameserver 10.0.0.2", "search" + " d.example".repeat(28)));
    search(254, 1, false);
    search(253, 1, true);
    search(204, 10, false);
    search(203, 10, true);
    ClusterSpec old = Specs.spec("calico", "v1.20.2", "single-cluster");
    add(
        "search-domains",
        false,
        u().with("resolv", "search a.b c.d e.f").facts(),
        old,
        "3 domains");
    add("search-domains", true, u().with("resolv", "search a.b c.d").facts(), old, "");
    add(
        "search-domains",
        false,
        u().with("resolv", "search " + "a".repeat(128) + " " + "b".repeat(128)).facts(),
        old,
        "257");
    add(
        "search-domains",
        true,
        u().with("resolv", "search " + "a".repeat(128) + " " + "b".repeat(127)).facts(),
        old,
        "");
  }

  private void search(int length, int count, boolean good) {
    Recorded node =
        u().with(
                "resolv",
                "nameserver 10.0.0.2",
                "search" + (" " + "a".repeat(length)).repeat(count));
    add("search-domains", good, node.facts(), spec(), good ? "" : count + " domains");
  }

  private void network() {
    bad(
        "address-present",
        u().with("addresses", "2: eth0 inet 10.0.0.99/24 scope global eth0"),
        "10.0.0.11");
    Recorded six =
        u().with(
                "addresses",
                "2: eth0 inet 10.0.0.11/24 scope global eth0",
                "2: eth0 inet6 fd00::11/64 scope global");
    add("ipv6-present", false, u().facts(), dual(OVN), "none");
    add("ipv6-present", true, six.facts(), dual(OVN), "");
    bad(
        "address-range",
        u().with(
                "addresses",
                "2: eth0 inet 10.0.0.11/24 scope global eth0",
                "3: br0 inet 172.17.0.1/16 scope global br0"),
        "172.17.0.1");
    bad("default-route", u().with("routes", "10.0.0.0/24 dev eth0"), "none");
    add("nic-exists", false, u().facts(), spec(OVN, "nic: bond0"), "lo, eth0");
    add("nic-exists", true, u().facts(), spec(OVN, "nic: eth0"), "");
    bad("nic-speed", u().with("speeds", "eth0 999"), "999 Mbit/s");
    good("nic-speed", u().with("speeds", "eth0 1000"));
    bad(
        "cidrs-apart-from-routes",
        u().with("routes", "default via 10.0.0.1", "10.3.128.0/17 dev tun0"),
        "10.3.128.0/17");
    good(
        "cidrs-apart-from-routes",
        u().with("routes", "default via 10.0.0.1", "10.5.0.0/16 dev tun0"));
    Recorded centos = Recorded.of("centos-7.9");
    add("calico-vxlan-ipv6", false, centos.facts(), dual("calico"), "centos");
    add("calico-vxlan-ipv6", false, Recorded.of("rhel-7.8").facts(), dual("calico"), "rhel 7.8");
    add("calico-vxlan-ipv6", true, Recorded.of("rhel-8.6").facts(), dual("calico"), "");
  }

  private static Recorded listening(String protocol, int port, String process) {
    String users = process.isEmpty() ? "" : " users:((\"" + process + "\",pid=1,fd=3))";
    return u().with(
            "listeners",
            "Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
            protocol + " LISTEN 0 128 *:" + port + " *:*" + users);
  }

  private void ports() {
    for (int port : List.of(8080, 12080, 12443, 16443)) {
      bad("ports-free-installer", listening("tcp", port, ""), port + "/tcp");
    }
    bad(
        "ports-free-control-plane",
        listening("tcp", 6443, "haproxy"),
        "6443/tcp is held by haproxy");
    for (int port = 10248; port <= 10256; port++) {
      bad("ports-free-node", listening("tcp", port, ""), port + "/tcp");
    }
    for (int port : List.of(443, 2379, 2380, 2381, 10257, 10259, 11443)) {
      bad("ports-free-control-plane", listening("tcp", port, ""), port + "/tcp");
    }
    bad("ports-free-kube-ovn", listening("udp", 6081, ""), "6081/udp");
    bad("ports-free-kube-ovn", listening("tcp", 6641, ""), "6641/tcp");
    good("ports-free-kube-ovn", listening("tcp", 6081, ""));
    add(
        "ports-free-calico",
        false,
        listening("tcp", 179, "bird").facts(),
        spec("calico", ""),
        "179/tcp");
    add("ports-free-calico", true, u().facts(), spec("calico", ""), "");
  }

  private void software() {
    bad("required-tools", u().with("tool:ss", ""), "ss");
    bad("scp-or-sftp", u().with("tool:scp", "").with("tool:sftp", ""), "scp or sftp");
    good("scp-or-sftp", u().with("tool:scp", ""));
    bad("bc-there", Recorded.of("openeuler-22.03").with("tool:bc", ""), "bc");
    good("bc-there", Recorded.of("openeuler-22.03"));
    bad("kubernetes-tools", u().with("tool:conntrack", ""), "conntrack");
    for (String name : List.of("docker.io", "containerd.io", "podman-docker", "rkt")) {
      bad("conflicting-packages", u().with("packages", "ii  " + name), name);
    }
    good("conflicting-packages", u().with("packages", "rc  docker.io", "ii  runc-not-on-ubuntu"));
    bad(
        "conflicting-packages",
        Recorded.of("kylin-v10-sp3").with("packages", "runc-1.0.0-1.ky10"),
        "runc-1.0.0");
    bad(
        "conflicting-packages",
        Recorded.of("rhel-8.6").with("packages", "podman-4.0.2-6.el8"),
        "podman-4.0.2");
    bad("conflicting-snaps", u().with("snaps", "Name  V", "microk8s 1"), "microk8s");
    bad(
        "stray-binaries",
        u().with("local-binaries", "/usr/local/bin/kubectl"),
        "/usr/local/bin/kubectl");
    bad(
        "runtimes-in-usr-bin",
        u().with("runtimes", "/usr/bin/runc", "/opt/bin/runc"),
        "/opt/bin/runc");
    good("runtimes-in-usr-bin", u().with("runtimes", "/usr/bin/runc"));
    bad("var-lib-docker-absent", u().with("path:/var/lib/docker", "empty"), "/var/lib/docker");
    bad(
        "containerd-root-empty",
        u().with("path:/var/lib/containerd", "full"),
        "/var/lib/containerd");
    good("containerd-root-empty", u().with("path:/var/lib/containerd", "missing"));
    bad("var-log-pods-absent", u().with("path:/var/log/pods", "empty"), "/var/log/pods");
    bad("kubelet-pki-empty", u().with("path:/var/lib/kubelet/pki", "full"), "/var/lib/kubelet/pki");
    good("kubelet-pki-empty", u().with("path:/var/lib/kubelet/pki", "empty"));
    bad("etcd-data-empty", u().with("path:/var/lib/etcd", "full"), "/var/lib/etcd");
    bad("manifests-empty", u().with("path:/etc/kubernetes/manifests", "full"), "manifests");
    bad(
        "kubelet-service-absent",
        u().with("path:/etc/systemd/system/kubelet.service", "file"),
        "kubelet.service");
    bad(
        "kubelet-conf-absent",
        u().with("path:/etc/kubernetes/kubelet.conf", "file"),
        "kubelet.conf");
    bad("foreign-cluster", u().with("cluster", "11111111-2222-3333-4444-555555555555"), "11111111");
  }

  private void across() {
    bad("hostname-unique", u().with("hostname", "ubuntu-2"), "10.0.0.12");
    bad("machine-id-unique", u().with("machine-id", "5".repeat(32)), "10.0.0.12");
    bad("product-uuid-unique", u().with("product-uuid", "other"), "10.0.0.12");
    bad(
        "mac-unique",
        u().with("links", "2: eth0: <UP> mtu 1500 link/ether 52:54:00:12:34:99 brd x"),
        "10.0.0.12");
    bad("time-skew", u().with("time", "1795220987.600000001"), "10.1 s ahead");
    good("time-skew", u().with("time", "1795220987.600000000"));
    bad("time-zone-same", u().with("timezone", "+0000 UTC"), "+0000 UTC");
    bad("time-service", u().ended("time-services", "3", "inactive", "failed"), "none");
    add("vip-in-subnet", true, u().facts(), vip(), "");
    add(
        "vip-in-subnet",
        false,
        u().with("addresses", "2: eth0 inet 10.0.0.11/27 scope global eth0").facts(),
        vip(),
        "/27");
  }

  static AcrossFacts fine() {
    return new AcrossFacts(
        List.of(),
        List.of(new Dial("10.0.0.12", "tcp/10250", "ok"), new Dial("10.0.0.12", "udp/6081", "ok")),
        Map.of("10.0.0.12", 300),
        Map.of("10.0.0.12", 1500),
        Optional.of(Map.of("10.0.0.12", true)),
        Optional.of(List.of()),
        Fact.known(Optional.empty(), ""));
  }

  private void saw(
      String check, ClusterSpec spec, Function<AcrossFacts, AcrossFacts> change, String seen) {
    add(check, seen.isEmpty(), u().facts().with(Fact.known(change.apply(fine()), "")), spec, seen);
  }

  private static AcrossFacts dial(AcrossFacts a, String port, String answer) {
    return new AcrossFacts(
        a.held(),
        List.of(new Dial("10.0.0.12", port, answer)),
        a.roundTrips(),
        a.mtus(),
        a.ipip(),
        a.routers(),
        a.vip());
  }

  private static AcrossFacts trip(AcrossFacts a, String peer, int micros) {
    return new AcrossFacts(
        a.held(), a.dials(), Map.of(peer, micros), a.mtus(), a.ipip(), a.routers(), a.vip());
  }

  private void reach() {
    for (String answer : List.of("refused", "silent", "wrong")) {
      saw("ports-reach-tcp", spec(), a -> dial(a, "tcp/10250", answer), answer);
      saw("ports-reach-udp", spec(), a -> dial(a, "udp/6081", answer), answer);
    }
    saw("ports-reach-tcp", spec(), a -> a, "");
    saw("ports-reach-udp", spec(), a -> a, "");
    saw("round-trip", spec(), a -> trip(a, "10.0.0.12", 2001), "2001 us");
    saw("round-trip", spec(), a -> trip(a, "10.0.0.12", 2000), "");
    saw("round-trip", spec(), a -> trip(a, "10.9.0.12", 100_001), "100001 us");
    saw("round-trip", spec(), a -> trip(a, "10.9.0.12", 100_000), "");
    saw(
        "mtu-path",
        spec(),
        a ->
            new AcrossFacts(
                a.held(),
                a.dials(),
                a.roundTrips(),
                Map.of("10.0.0.12", 0),
                a.ipip(),
                a.routers(),
                a.vip()),
        "10.0.0.12");
    saw("mtu-path", spec(), a -> a, "");
    saw(
        "ipip-passes",
        spec("calico", ""),
        a ->
            new AcrossFacts(
                a.held(),
                a.dials(),
                a.roundTrips(),
                a.mtus(),
                Optional.of(Map.of("10.0.0.12", false)),
                a.routers(),
                a.vip()),
        "10.0.0.12");
    saw("ipip-passes", spec("calico", ""), a -> a, "");
    saw(
        "vip-unused",
        vip(),
        a ->
            new AcrossFacts(
                a.held(),
                a.dials(),
                a.roundTrips(),
                a.mtus(),
                a.ipip(),
                a.routers(),
                Fact.known(Optional.of("52:54:00:00:00:01"), "")),
        "52:54");
    saw("vip-unused", vip(), a -> a, "");
    saw(
        "vrid-free",
        vip(),
        a ->
            new AcrossFacts(
                a.held(),
                a.dials(),
                a.roundTrips(),
                a.mtus(),
                a.ipip(),
                Optional.of(List.of(51)),
                a.vip()),
        "51");
    saw(
        "vrid-free",
        vip(),
        a ->
            new AcrossFacts(
                a.held(),
                a.dials(),
                a.roundTrips(),
                a.mtus(),
                a.ipip(),
                Optional.of(List.of(50)),
                a.vip()),
        "");
  }
}
