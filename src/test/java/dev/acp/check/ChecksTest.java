package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.check.CheckResult.Status;
import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.value.ClusterId;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
  private static final NodeName N1 = NodeName.of("10.0.0.11");
  private static final NodeName N2 = NodeName.of("10.0.0.12");
  private static final String OVN = "kube-ovn";

  /** A broken variant: what is changed on the first node, and which check must tell it how. */
  private record Fault1(String check, Status status, Recorded node, String seen, ClusterSpec spec) {
    @Override
    public String toString() {
      return check + " " + status + " " + seen;
    }
  }

  private static ClusterSpec spec() {
    return Specs.spec(OVN, "v1.31.4", "single-cluster");
  }

  private static Recorded ubuntu() {
    return Recorded.of("ubuntu-22.04");
  }

  private static Fault1 fail(String check, Recorded node, String seen) {
    return new Fault1(check, Status.FAIL, node, seen, spec());
  }

  private static Fault1 warn(String check, Recorded node, String seen) {
    return new Fault1(check, Status.WARN, node, seen, spec());
  }

  private static Recorded other() {
    return ubuntu()
        .with("hostname", "ubuntu-2")
        .with("machine-id", "5".repeat(32))
        .with("product-uuid", "other")
        .with("addresses", "2: eth0    inet 10.0.0.12/24 scope global eth0");
  }

  private static CheckReport run(ClusterSpec spec, Recorded first, Recorded second) {
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    seen.put(N1, new Result.Done<>(first.facts()));
    seen.put(N2, new Result.Done<>(second.facts()));
    return new CheckRun(spec, CheckList.load(), SupportMatrix.product(), Optional.empty())
        .judge(spec.nodes(), seen);
  }

  private static CheckResult one(CheckReport report, String check, NodeName node) {
    return report.results().stream()
        .filter(r -> r.check().id().equals(check) && r.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> bad(CheckReport report, NodeName node) {
    return report.results().stream()
        .filter(r -> r.node().equals(node))
        .filter(r -> r.status() != Status.PASS && r.status() != Status.SKIP)
        .map(r -> r.check().id() + " " + r.status() + " " + r.seen())
        .toList();
  }

  @Test
  void theListAndTheJudgesHaveTheSameIdsAndEveryCheckItsTexts() {
    assertThat(CheckList.load().ids()).isEqualTo(new TreeSet<>(Judges.ids()));
    for (Check check : CheckList.load().checks()) {
      for (Lang lang : Lang.values()) {
        assertThat(Texts.of(lang).has(check.titleKey())).as(check.titleKey()).isTrue();
        assertThat(Texts.of(lang).has(check.remedyKey())).as(check.remedyKey()).isTrue();
      }
      assertThat(check.sources()).as(check.id()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ubuntu-22.04", "rhel-8.6", "centos-7.9", "kylin-v10-sp3"})
  void aGoodNodeOfEachSystemPassesEverything(String name) {
    Recorded good = Recorded.of(name);
    Recorded second =
        good.with("hostname", "second")
            .with("machine-id", "9".repeat(32))
            .with("product-uuid", "nine")
            .with("addresses", "2: eth0    inet 10.0.0.12/24 scope global eth0");
    CheckReport report = run(spec(), good, second);
    assertThat(bad(report, N1)).isEmpty();
    assertThat(bad(report, N2)).isEmpty();
    assertThat(report.ready()).isTrue();
    assertThat(report.results()).hasSize(2 * CheckList.load().checks().size());
  }

  static Stream<Fault1> faults() {
    Recorded u = ubuntu();
    return Stream.of(
        fail("root-or-sudo", u.with("uid", "1000"), "user id 1000"),
        warn("sshd-usedns", u.with("sshd", "usedns yes", "usepam no"), "usedns yes"),
        warn("sshd-usepam", u.with("sshd", "usedns no", "usepam yes"), "usepam yes"),
        fail("tmp-usable", u.with("tmp", "not"), "/tmp"),
        fail(
            "tmp-usable",
            u.with("mounts", "/dev/a / xfs rw 0 0", "tmpfs /tmp tmpfs rw,nosuid,noexec 0 0"),
            "noexec"),
        fail("tmp-usable", u.with("mounts", "/dev/a / xfs ro,relatime 0 0"), "ro"),
        fail(
            "os-supported",
            u.with("os-release", "ID=debian", "VERSION_ID=\"12\"", "PRETTY_NAME=\"Debian 12\""),
            "Debian 12"),
        fail(
            "os-supported",
            u.with("os-release", "ID=ubuntu", "VERSION_ID=\"24.04\""),
            "ubuntu 24.04"),
        fail("kernel-supported", u.with("kernel", "6.2.0-39-generic"), "6.2.0"),
        fail(
            "kernel-supported",
            Recorded.of("centos-7.9").with("kernel", "3.10.0-957.el7.x86_64"),
            "957"),
        warn(
            "kernel-supported",
            Recorded.of("kylin-v10-sp3").with("kernel", "4.19.90-24.4.v2101.ky10.x86_64"),
            "4.19.90-24.4"),
        fail("kernel-supported", u.with("kernel", "5.15.01-1"), "5.15.01"),
        fail("arch-matches", u.with("arch", "aarch64"), "aarch64"),
        fail("arch-matches", u.with("arch", "ppc64le"), "ppc64le"),
        fail("cpu-cores", u.with("cpus", "7"), "7 cores"),
        fail("memory", u.with("memory", "MemTotal:  14000000 kB"), "13.4 GiB"),
        fail("disk-space-root", disk("/", 52428799), "50.0 GiB free"),
        fail("disk-space-var-lib", disk("/var/lib", 1000), "free"),
        fail("disk-space-opt", disk("/opt", 31457279), "free"),
        fail("disk-space-containerd", disk("/var/lib/containerd", 104857599), "free"),
        fail("thp-never", u.with("thp", "always [madvise] never"), "madvise"),
        fail("thp-never", u.with("cmdline", "ro quiet"), "not after the next boot"),
        fail(
            "nokmem",
            Recorded.of("centos-7.9").with("cmdline", "ro transparent_hugepage=never"),
            "no cgroup.memory"),
        fail("modules-ipvs", u.with("module:ip_vs_sh", "loadable"), "ip_vs_sh is loadable"),
        fail("module-overlay", u.with("module:overlay", "missing"), "overlay is missing"),
        fail("module-br-netfilter", u.with("module:br_netfilter", "loadable"), "loadable"),
        warn("module-iptable-nat", u.with("module:iptable_nat", "missing"), "missing"),
        fail(
            "module-conntrack-ipv4",
            Recorded.of("centos-7.9").with("module:nf_conntrack_ipv4", "loadable"),
            "loadable"),
        new Fault1(
            "module-conntrack-ipv6",
            Status.FAIL,
            Recorded.of("centos-7.9").with("module:nf_conntrack_ipv6", "missing"),
            "missing",
            dual()),
        fail("modules-kube-ovn", u.with("module:geneve", "missing"), "geneve is missing"),
        fail("selinux-off", u.with("selinux", "1"), "enforcing"),
        warn("apparmor-off", u.with("apparmor", "Y"), "on"),
        fail("firewall-off", u.ended("firewalld", "0", "active"), "firewalld is active"),
        fail("firewall-off", u.with("firewalld-boot", "enabled"), "inactive now, and enabled"),
        fail("firewall-off", u.with("firewalld-boot", "enabled-runtime"), "enabled-runtime"),
        fail("firewall-off", u.with("ufw", "ENABLED=yes"), "ufw"),
        fail(
            "swap-off",
            u.with("swaps", "Filename Type Size Used Priority", "/dev/sda2 partition 1 0 -2"),
            "/dev/sda2"),
        fail(
            "swap-off",
            u.with("fstab", "/dev/sda1 / xfs defaults 0 0", "UUID=1-2 none swap sw 0 0"),
            "off now, but on again at the next boot: /etc/fstab: UUID=1-2"),
        fail(
            "swap-off",
            u.with("swap-units", "dev-sdb1.swap enabled enabled", "dev-sdc1.swap generated -"),
            "next boot: dev-sdb1.swap"),
        fail("default-tasks-max", u.with("tasks-max", "DefaultTasksMax=99999"), "99999"),
        fail("hostname-form", u.with("hostname", "Node_1"), "Node_1"),
        fail("hostname-form", u.with("hostname", "a".repeat(37)), "aaa"),
        fail("hostname-form", u.with("hostname", "a-.b"), "a-.b"),
        fail("hostname-form", u.with("hostname", "a.-b"), "a.-b"),
        fail("hostname-form", u.with("hostname", "a..b"), "a..b"),
        fail("hostname-form", u.with("hostname", "-ab"), "-ab"),
        fail("hostname-form", u.with("hostname", "ab-"), "ab-"),
        fail("hostname-unique", u.with("hostname", "ubuntu-2"), "10.0.0.12"),
        fail("hosts-localhost", u.with("hosts", "10.0.0.11 ubuntu-1"), "no IPv4 line"),
        fail("hosts-localhost", u.with("hosts", "127.0.1.1 localhost"), "127.0.1.1"),
        fail(
            "hosts-no-duplicates",
            u.with("hosts", "127.0.0.1 localhost", "10.0.0.11 a", "10.0.0.12 b a"),
            "a"),
        fail("resolv-conf", u.ended("resolv", "missing"), "missing"),
        fail("resolv-conf", u.with("resolv", "search example.com"), "no nameserver"),
        fail("resolv-conf", u.with("resolv", "nameserver 127.0.0.53"), "127.0.0.53"),
        fail("resolv-conf", u.with("resolv", "nameserver 10.0.0.2", "nameserver ::1"), "::1"),
        warn("resolv-conf", u.with("resolv", "nameserver 172.20.0.2"), "172.20.0.2"),
        fail(
            "search-domains",
            u.with("resolv", "nameserver 10.0.0.2", "search" + " d.example".repeat(29)),
            "29 domains"),
        new Fault1(
            "search-domains",
            Status.FAIL,
            u.with("resolv", "nameserver 10.0.0.2", "search a.example b.example c.example"),
            "3 domains",
            Specs.spec("calico", "v1.20.2", "single-cluster")),
        fail(
            "address-valid",
            u.with("addresses", "2: eth0    inet 10.0.0.99/24 scope global eth0"),
            "10.0.0.11"),
        warn(
            "address-range",
            u.with(
                "addresses",
                "2: eth0    inet 10.0.0.11/24 scope global eth0",
                "3: br0    inet 172.17.0.1/16 scope global br0"),
            "172.17.0.1"),
        fail("default-route", u.with("routes", "10.0.0.0/24 dev eth0"), "none"),
        new Fault1("nic-exists", Status.FAIL, u, "lo, eth0", withNic("bond0")),
        fail("ports-free", listening("tcp", 6443, "haproxy"), "6443/tcp is held by haproxy"),
        fail("ports-free", listening("tcp", 10256, ""), "10256/tcp"),
        fail("ports-free", listening("udp", 6081, ""), "6081/udp"),
        fail("required-tools", u.with("tool:ss", ""), "ss"),
        fail("required-tools", u.with("tool:scp", "").with("tool:sftp", ""), "scp or sftp"),
        fail("conflicting-packages", u.with("packages", "ii  docker.io"), "docker.io"),
        fail("conflicting-packages", u.with("packages", "ii  containerd.io"), "containerd.io"),
        fail("conflicting-packages", u.with("snaps", "Name  V", "microk8s 1"), "snap microk8s"),
        fail(
            "conflicting-packages",
            Recorded.of("kylin-v10-sp3").with("packages", "runc-1.0.0-1.ky10"),
            "runc-1.0.0"),
        fail(
            "conflicting-packages",
            Recorded.of("rhel-8.6").with("packages", "podman-4.0.2-6.el8"),
            "podman-4.0.2"),
        fail("stale-paths", u.with("path:/var/lib/docker", "empty"), "/var/lib/docker"),
        fail("stale-paths", u.with("path:/var/lib/containerd", "full"), "/var/lib/containerd"),
        fail("stale-paths", u.with("path:/var/log/pods", "full"), "/var/log/pods"),
        fail("stale-paths", u.with("path:/var/lib/kubelet/pki", "full"), "/var/lib/kubelet/pki"),
        fail("stale-paths", u.with("path:/var/lib/etcd", "full"), "/var/lib/etcd"),
        fail(
            "stale-paths",
            u.with("path:/etc/kubernetes/manifests", "full"),
            "/etc/kubernetes/manifests"),
        fail(
            "kubelet-absent",
            u.with("path:/etc/systemd/system/kubelet.service", "file"),
            "kubelet.service"),
        fail("kubelet-absent", u.with("path:/etc/kubernetes/kubelet.conf", "file"), "kubelet.conf"),
        fail(
            "foreign-cluster",
            u.with("cluster", "11111111-2222-3333-4444-555555555555"),
            "11111111"),
        fail("time-skew", u.with("time", "1795220988.700000000"), "11.2 s ahead"),
        fail("time-zone-same", u.with("timezone", "+0000 UTC"), "+0000 UTC"),
        fail("machine-id-unique", u.with("machine-id", "5".repeat(32)), "10.0.0.12"),
        fail("product-uuid-unique", u.with("product-uuid", "other"), "10.0.0.12"));
  }

  private static Recorded disk(String path, long freeKib) {
    return ubuntu()
        .with(
            "disk:" + path,
            "Filesystem 1024-blocks Used Available Capacity Mounted on",
            "/dev/sda1 314572800 1 " + freeKib + " 4% " + path);
  }

  private static Recorded listening(String protocol, int port, String process) {
    String users = process.isEmpty() ? "" : " users:((\"" + process + "\",pid=1,fd=3))";
    return ubuntu()
        .with(
            "listeners",
            "Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
            protocol + " LISTEN 0 128 *:" + port + " *:*" + users);
  }

  private static ClusterSpec withNic(String nic) {
    ClusterSpec s = spec();
    ClusterSpec.Network n = s.network();
    return new ClusterSpec(
        s.name(),
        s.kubernetes(),
        s.nodeNaming(),
        s.endpoint(),
        new ClusterSpec.Network(
            n.mode(),
            n.ipFamily(),
            n.podCidrs(),
            n.nodeMasks(),
            n.serviceCidrs(),
            n.joinCidrs(),
            Optional.of(nic),
            n.kubeProxyMode()),
        s.platform(),
        s.registry(),
        s.containerdRoot(),
        s.capacity(),
        s.disasterRecovery(),
        s.checks(),
        s.nodes());
  }

  private static ClusterSpec dual() {
    ClusterSpec s = spec();
    ClusterSpec.Network n = s.network();
    return new ClusterSpec(
        s.name(),
        s.kubernetes(),
        s.nodeNaming(),
        s.endpoint(),
        new ClusterSpec.Network(
            n.mode(),
            ClusterSpec.IpFamily.DUAL,
            n.podCidrs(),
            n.nodeMasks(),
            n.serviceCidrs(),
            n.joinCidrs(),
            n.nic(),
            n.kubeProxyMode()),
        s.platform(),
        s.registry(),
        s.containerdRoot(),
        s.capacity(),
        s.disasterRecovery(),
        s.checks(),
        s.nodes());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void eachFaultIsToldByItsCheckOnItsNode(Fault1 fault) {
    CheckReport report = run(fault.spec(), fault.node(), other());
    CheckResult result = one(report, fault.check(), N1);
    assertThat(result.status()).as(result.toString()).isEqualTo(fault.status());
    assertThat(result.seen()).contains(fault.seen());
    assertThat(result.wanted()).isNotEmpty();
    if (!List.of("hostname-unique", "arch-matches", "time-zone-same", "nic-exists")
            .contains(fault.check())
        && !fault.check().endsWith("-unique")
        && fault.spec().network().ipFamily() == ClusterSpec.IpFamily.IPV4) {
      assertThat(one(report, fault.check(), N2).status()).isIn(Status.PASS, Status.SKIP);
    }
  }

  @Test
  void everyCheckHasAFailingCase() {
    TreeSet<String> told = new TreeSet<>();
    faults().forEach(f -> told.add(f.check()));
    // That of ssh-access is a node that is not reached.
    told.add("ssh-access");
    assertThat(told).isEqualTo(new TreeSet<>(CheckList.load().ids()));
  }

  @Test
  void whatJustFitsPasses() {
    Recorded node =
        ubuntu()
            .with("cpus", "8")
            .with("memory", "MemTotal:  15200000 kB")
            .with("tasks-max", "DefaultTasksMax=infinity")
            .with("hostname", "a".repeat(36))
            .with("path:/var/lib/containerd", "empty")
            .with("path:/var/lib/kubelet/pki", "empty")
            .with("selinux", "0")
            .with("fstab", "/swap none swap sw,noauto 0 0", "/dev/sda1 / xfs defaults 0 0")
            .ended("firewalld-boot", "1", "masked")
            .with("time", "1795220987.500000000")
            .with("resolv", "nameserver 10.0.0.2", "search" + " d.example".repeat(28))
            .with("packages", "rc  docker.io", "ii  golang-github-opencontainers-runc-dev-not")
            .with("tool:scp", "");
    assertThat(bad(run(spec(), node, other()), N1)).isEmpty();
  }

  @Test
  void noUnknownFactEverPasses() {
    List<String> sections =
        List.of(
            "uid",
            "sshd",
            "tmp",
            "mounts",
            "os-release",
            "kernel",
            "arch",
            "cpus",
            "memory",
            "disk:/",
            "disk:/var/lib",
            "disk:/opt",
            "disk:/var/lib/containerd",
            "thp",
            "cmdline",
            "module:ip_vs",
            "module:overlay",
            "selinux",
            "apparmor",
            "firewalld",
            "firewalld-boot",
            "ufw",
            "swaps",
            "fstab",
            "swap-units",
            "tasks-max",
            "hostname",
            "hosts",
            "resolv",
            "addresses",
            "routes",
            "listeners",
            "tool:ip",
            "packages",
            "snaps",
            "path:/var/lib/docker",
            "cluster",
            "time",
            "timezone",
            "machine-id",
            "product-uuid",
            "path:/etc/kubernetes/kubelet.conf",
            "container");
    for (String section : sections) {
      for (String how : List.of("absent", "124", "unreadable", "cut")) {
        Recorded node =
            how.equals("cut") ? ubuntu().without(section) : ubuntu().ended(section, how);
        List<String> bad = bad(run(spec(), node, other()), N1);
        assertThat(bad).as(section + " " + how).isNotEmpty().allMatch(b -> b.contains(" ERROR "));
      }
    }
  }

  @Test
  void aQuestionThatSystemdDidNotAnswerPassesNothing() {
    for (String section : List.of("firewalld-boot", "swap-units")) {
      Recorded node = ubuntu().ended(section, "1", "Failed to connect to bus: Host is down");
      assertThat(bad(run(spec(), node, other()), N1)).hasSize(1).allMatch(b -> b.contains("ERROR"));
    }
    Recorded none = ubuntu().ended("swap-units", "1").ended("firewalld-boot", "4", "not-found");
    assertThat(bad(run(spec(), none, other()), N1)).isEmpty();
  }

  @Test
  void aContainerNodeSkipsWhatIsTheKernelsAndSaysSo() {
    Recorded node =
        ubuntu()
            .with("container", "systemd-nspawn")
            .with("thp", "[always] madvise never")
            .with("swaps", "Filename Type", "/swap file");
    CheckReport report = run(spec(), node, other());
    for (String id : List.of("thp-never", "swap-off", "selinux-off", "modules-ipvs")) {
      CheckResult result = one(report, id, N1);
      assertThat(result.status()).isEqualTo(Status.SKIP);
      assertThat(result.seen()).isEqualTo("shares its kernel with the host");
    }
  }

  @Test
  void checksThatDoNotApplySaySo() {
    CheckReport report = run(Specs.spec("calico", "v1.31.4", "single-cluster"), ubuntu(), other());
    assertThat(one(report, "modules-kube-ovn", N1).status()).isEqualTo(Status.SKIP);
    assertThat(one(report, "nokmem", N1).seen()).contains("ubuntu");
    assertThat(one(report, "module-conntrack-ipv4", N1).seen()).contains("not older than");
    // Red Hat's 4.18 counts as new enough.
    CheckReport rhel = run(spec(), Recorded.of("rhel-8.6"), other());
    assertThat(one(rhel, "module-conntrack-ipv4", N1).status()).isEqualTo(Status.SKIP);
  }

  @Test
  void theMostKubernetesOfASystemIsHeld() {
    CheckReport report =
        run(Specs.spec(OVN, "v1.35.0", "single-cluster"), Recorded.of("rhel-8.6"), other());
    assertThat(one(report, "os-supported", N1).status()).isEqualTo(Status.FAIL);
    assertThat(one(report, "os-supported", N1).wanted()).contains("v1.34.0");
    assertThat(one(report, "os-supported", N2).status()).isEqualTo(Status.PASS);
  }

  @Test
  void armWantsHalfAsMuchAgain() {
    Recorded kylin = Recorded.of("kylin-v10-sp3").with("arch", "aarch64").with("cpus", "11");
    CheckResult result = one(run(spec(), kylin, other()), "cpu-cores", N1);
    assertThat(result.status()).isEqualTo(Status.FAIL);
    assertThat(result.wanted()).contains("12");
  }

  @Test
  void aNodeNotReachedFailsOnceAndTheOthersAreChecked() {
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    seen.put(N1, new Result.Failed<>(Fault.of(FaultCode.NODE_UNREACHABLE, "No SSH at x.")));
    seen.put(N2, new Result.Done<>(other().facts()));
    CheckReport report =
        new CheckRun(spec(), CheckList.load(), SupportMatrix.product(), Optional.empty())
            .judge(spec().nodes(), seen);
    assertThat(one(report, "ssh-access", N1).status()).isEqualTo(Status.FAIL);
    assertThat(one(report, "ssh-access", N1).seen()).isEqualTo("No SSH at x.");
    assertThat(report.results().stream().filter(r -> r.node().equals(N1)).skip(1))
        .allMatch(r -> r.status() == Status.ERROR && r.seen().equals("node not reached"));
    assertThat(bad(report, N2)).isEmpty();
    seen.put(N1, new Result.Failed<>(Fault.of(FaultCode.SUDO_REFUSED, "no sudo")));
    CheckReport sudo =
        new CheckRun(spec(), CheckList.load(), SupportMatrix.product(), Optional.empty())
            .judge(spec().nodes(), seen);
    assertThat(one(sudo, "ssh-access", N1).status()).isEqualTo(Status.PASS);
    assertThat(one(sudo, "root-or-sudo", N1).status()).isEqualTo(Status.FAIL);
  }

  @Test
  void whatThisClustersRecordHoldsIsNoFinding() {
    String id = "11111111-2222-3333-4444-555555555555";
    Recorded ours =
        listening("tcp", 6443, "kube-apiserver")
            .with("cluster", id)
            .with("path:/var/lib/containerd", "full")
            .with("path:/etc/kubernetes/kubelet.conf", "file");
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    seen.put(N1, new Result.Done<>(ours.facts()));
    seen.put(N2, new Result.Done<>(other().facts()));
    CheckReport report =
        new CheckRun(
                spec(), CheckList.load(), SupportMatrix.product(), Optional.of(new ClusterId(id)))
            .judge(spec().nodes(), seen);
    assertThat(bad(report, N1)).isEmpty();
    assertThat(one(report, "ports-free", N1).seen()).startsWith("held by acp");
    // Another cluster's record explains nothing.
    assertThat(bad(run(spec(), ours, other()), N1)).hasSize(4);
  }
}
