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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
  private static final NodeName N1 = NodeName.of("10.0.0.11");
  private static final NodeName N2 = NodeName.of("10.0.0.12");
  private static final String OVN = "kube-ovn";

  private static ClusterSpec spec() {
    return Specs.spec(OVN, "v1.31.4", "single-cluster");
  }

  private static Recorded ubuntu() {
    return Recorded.of("ubuntu-22.04");
  }

  static Recorded other() {
    return second(ubuntu());
  }

  static Recorded second(Recorded of) {
    return of.with("hostname", "ubuntu-2")
        .with("machine-id", "5".repeat(32))
        .with("product-uuid", "other")
        .with("links", "2: eth0: <UP> mtu 1500 link/ether 52:54:00:12:34:99 brd ff:ff:ff:ff:ff:ff")
        .with("addresses", "2: eth0    inet 10.0.0.12/24 scope global eth0");
  }

  private static CheckReport run(ClusterSpec spec, Recorded first, Recorded second) {
    return run(spec, first.facts(), second.facts());
  }

  static CheckReport run(ClusterSpec spec, NodeFacts first, NodeFacts second) {
    Map<NodeName, Result<NodeFacts>> seen = new LinkedHashMap<>();
    seen.put(N1, new Result.Done<>(first));
    seen.put(N2, new Result.Done<>(second));
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
  @ValueSource(
      strings = {
        "rhel-7.8",
        "rhel-8.0",
        "rhel-8.6",
        "centos-7.6",
        "centos-7.7",
        "centos-7.8",
        "centos-7.9",
        "ubuntu-20.04",
        "ubuntu-22.04",
        "kylin-v10-sp3",
        "kylin-v10-sp3-arm64"
      })
  void aGoodNodeOfEachSystemPassesEverything(String name) {
    Recorded good = Recorded.of(name);
    CheckReport report = run(spec(), good, second(good));
    assertThat(bad(report, N1)).isEmpty();
    assertThat(bad(report, N2)).isEmpty();
    assertThat(report.ready()).isTrue();
    assertThat(report.results()).hasSize(2 * CheckList.load().checks().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kylin-v10-sp1", "kylin-v10-sp2", "kylin-v10-sp1-arm64", "kylin-v10-sp2-arm64",
        "openeuler-20.03", "openeuler-22.03", "openeuler-20.03-arm64", "openeuler-22.03-arm64"
      })
  void aSystemWithKnownTroubleHasThatOneWarning(String name) {
    Recorded good = Recorded.of(name);
    CheckReport report = run(spec(), good, second(good));
    assertThat(bad(report, N1)).singleElement().asString().startsWith("kernel-known-trouble WARN");
    assertThat(report.ready()).isTrue();
  }

  private static Recorded listening(String protocol, int port, String process) {
    String users = process.isEmpty() ? "" : " users:((\"" + process + "\",pid=1,fd=3))";
    return ubuntu()
        .with(
            "listeners",
            "Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
            protocol + " LISTEN 0 128 *:" + port + " *:*" + users);
  }

  @Test
  void whatJustFitsPasses() {
    Recorded node =
        ubuntu()
            .with("cpus", "12")
            .with("memory", "MemTotal:  22700000 kB")
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
            "cpuinfo",
            "governors",
            "block:/var/lib",
            "disk:/cpaas/data",
            "xfs-info",
            "core-limit",
            "rp-filters",
            "speeds",
            "own-name",
            "time-services",
            "local-binaries",
            "runtimes",
            "sysctl:net.ipv4.ip_forward",
            "links",
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
    for (String id : List.of("thp-never", "swap-off", "selinux-off", "module-ip-vs")) {
      CheckResult result = one(report, id, N1);
      assertThat(result.status()).isEqualTo(Status.SKIP);
      assertThat(result.seen()).isEqualTo("shares its kernel with the host");
    }
  }

  @Test
  void checksThatDoNotApplySaySo() {
    CheckReport report = run(Specs.spec("calico", "v1.31.4", "single-cluster"), ubuntu(), other());
    assertThat(one(report, "module-geneve", N1).status()).isEqualTo(Status.SKIP);
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
    assertThat(one(report, "ports-free-control-plane", N1).seen()).startsWith("held by acp");
    // Another cluster's record explains nothing.
    assertThat(bad(run(spec(), ours, other()), N1)).hasSize(4);
  }
}
