package dev.acp.check;

import static dev.acp.check.CheckCases.OVN;
import static dev.acp.check.CheckCases.dual;
import static dev.acp.check.CheckCases.ipv6;
import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.CheckCases.Want;
import dev.acp.cluster.ClusterSpec;
import dev.acp.node.Fact;
import dev.acp.node.NodeFacts;
import dev.acp.node.SystemFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where a check does not apply, though the node would fail it: the list's when and machineWide. */
final class ConditionCases {
  /** What is the kernel's, or the hardware's: a container would be told of its host's. */
  private static final Set<String> OF_THE_HOST =
      Set.of(
          "cpu-clock",
          "cpu-governor",
          "gpu-present",
          "device-containerd",
          "device-cpaas-data",
          "filesystem-containerd",
          "xfs-ftype",
          "disk-ssd",
          "thp-never",
          "nokmem",
          "selinux-off",
          "apparmor-off",
          "swap-off",
          "swap-off-at-boot",
          "ipv6-boot-parameter",
          "sysctl-max-map-count",
          "sysctl-bridge-iptables",
          "sysctl-bridge-ip6tables",
          "sysctl-may-detach-mounts",
          "sysctl-inotify-instances",
          "sysctl-inotify-watches",
          "product-uuid-unique",
          "time-service");

  private final CheckCases c;

  ConditionCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    containers();
    roles();
    systems();
    networks();
  }

  private void containers() {
    Set<String> seen = new HashSet<>();
    List<Case> cases = new ArrayList<>(c.soFar());
    // Where a node can fail, one that fails; else one that passes.
    cases.sort(Comparator.comparing((Case one) -> one.want() != Want.TELL));
    for (Case bad : cases) {
      boolean judged = bad.want() == Want.TELL || bad.want() == Want.PASS;
      if (judged && seen.add(bad.check())) {
        boolean skipped = OF_THE_HOST.contains(bad.check()) || bad.check().startsWith("module-");
        c.add(
            new Case(
                bad.check(),
                skipped ? Want.SKIP : bad.want(),
                inContainer(bad.node()),
                bad.spec(),
                skipped ? "shares its kernel" : bad.seen(),
                bad.index(),
                bad.archs(),
                skipped ? "" : bad.wanted(),
                bad.ours(),
                bad.more()));
      }
    }
  }

  private static NodeFacts inContainer(NodeFacts f) {
    SystemFacts s = f.system();
    SystemFacts inside =
        new SystemFacts(
            s.os(),
            s.kernel(),
            s.arch(),
            Fact.known(true, "systemd-nspawn"),
            s.uid(),
            s.cpus(),
            s.memory(),
            s.cmdline(),
            s.hugePages(),
            s.swaps(),
            s.bootSwaps(),
            s.selinux(),
            s.apparmor(),
            s.firewalld(),
            s.firewalldBoot(),
            s.ufw(),
            s.tasksMax(),
            s.coreLimit(),
            s.modules(),
            s.sysctls(),
            s.sshd(),
            s.machineId(),
            s.productUuid(),
            s.cluster());
    return new NodeFacts(
        inside, f.hardware(), f.network(), f.files(), f.time(), f.across(), f.bench());
  }

  /** A worker is not asked what only a control plane, or the installer's machine, must have. */
  private void roles() {
    Set<String> seen = new HashSet<>();
    for (Case bad : c.soFar()) {
      boolean notForWorkers =
          List.of(
                  "disk-space-root",
                  "disk-space-cpaas-data",
                  "disk-space-cpaas-monitoring",
                  "disk-space-bundle",
                  "device-cpaas-data",
                  "ports-free-installer",
                  "ports-free-control-plane",
                  "vip-in-subnet",
                  "vip-unused",
                  "vrid-free")
              .contains(bad.check());
      if (bad.want() == Want.TELL && notForWorkers && bad.index() == 0 && seen.add(bad.check())) {
        c.worker(bad.check(), Want.SKIP, bad.node(), bad.spec(), "not for role worker");
      }
    }
    Recorded full = u().with("disk:/", "Filesystem blocks", "/dev/sda1 99999999 1 5 99% /");
    c.skips("disk-space-root-worker", full, spec(), "not for role control-plane");
    // The second control plane is not the installer's machine.
    ClusterSpec three = CheckCases.threeControlPlanes();
    Recorded small =
        u().with("disk:/root/cpaas-install", "Filesystem blocks", "/dev/sda1 99999999 1 5 99% /");
    c.worker("disk-space-bundle", Want.SKIP, small.facts(), three, "not for role control-plane");
  }

  private void systems() {
    c.skips("kernel-not-hwe", rhel().with("packages", "linux-hwe-5"), spec(), "rhel");
    c.skips("arm-cpu", u().with("cpuinfo", "CPU part : 0xd0c"), spec(), "amd64");
    c.skips("nokmem", Recorded.of("rhel-7.8").with("cmdline", "ro"), spec(), "rhel");
    Recorded elrepo =
        Recorded.of("centos-7.9").with("kernel", "4.18.0-1.el7").with("cmdline", "ro");
    c.skips("nokmem", elrepo, spec(), "not older than 4.0");
    Recorded noDetach = rhel().with("sysctl:fs.may_detach_mounts", "0");
    c.skips("sysctl-may-detach-mounts", noDetach, spec(), "not older than 4.0");
    for (String family : List.of("4", "6")) {
      String module = "nf_conntrack_ipv" + family;
      String check = "module-conntrack-ipv" + family;
      ClusterSpec spec = family.equals("4") ? spec() : dual(OVN);
      for (String kernel : List.of("4.19.90-52.22.v2207.ky10", "4.19.0-1")) {
        Recorded node = u().with("kernel", kernel).with("module:" + module, "missing");
        c.skips(check, node, spec, "not older than 4.19");
      }
      Recorded old = u().with("kernel", "4.18.20-1").with("module:" + module, "missing");
      c.add(check, false, old.facts(), spec, "missing");
      Recorded red = rhel().with("module:" + module, "missing");
      c.skips(check, red, spec, "not older than 4.18");
      Recorded older = rhel().with("kernel", "4.17.0-1").with("module:" + module, "missing");
      c.add(check, false, older.facts(), spec, "missing");
    }
    c.skips("bc-there", u().with("tool:bc", ""), spec(), "ubuntu");
    c.skips("conflicting-snaps", rhel().with("snaps", "microk8s 1"), spec(), "rhel");
    c.skips("calico-vxlan-ipv6", u(), dual("calico"), "ubuntu");
  }

  private static Recorded rhel() {
    return Recorded.of("rhel-8.6");
  }

  private void networks() {
    ClusterSpec calico = spec("calico", "");
    ClusterSpec tables = spec(OVN, "kubeProxyMode: iptables");
    for (String m : List.of("ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_sh")) {
      String check = "module-" + m.replace('_', '-');
      c.skips(check, u().with("module:" + m, "missing"), tables, "iptables");
    }
    for (String m : List.of("geneve", "openvswitch")) {
      c.skips("module-" + m, u().with("module:" + m, "missing"), calico, "calico");
    }
    for (String m : List.of("vxlan", "ipip")) {
      c.skips("module-" + m, u().with("module:" + m, "missing"), spec(), OVN);
    }
    Recorded noIpip = u().with("module:ipip", "missing");
    c.skips("module-ipip", noIpip, ipv6("calico"), "ipv6");
    c.add("module-ipip", false, noIpip.facts(), dual("calico"), "missing");
    Recorded centos = Recorded.of("centos-7.9");
    c.skips("calico-vxlan-ipv6", centos, calico, "ipv4");
    c.skips("calico-vxlan-ipv6", centos, dual(OVN), OVN);
    c.add("calico-vxlan-ipv6", false, centos.facts(), ipv6("calico"), "centos");
    NodeFacts lost = u().facts().with(Fact.known(ReachCases.noIpip(), ""));
    c.add("ipip-passes", Want.SKIP, lost, ipv6("calico"), "ipv6");
    c.add("ipip-passes", Want.SKIP, lost, spec(), OVN);
    c.add("ipip-passes", Want.TELL, lost, dual("calico"), "10.0.0.12");
    for (String mode : List.of(OVN, "calico")) {
      String other = mode.equals(OVN) ? "calico" : OVN;
      NodeFacts held = NetworkCases.listening("tcp", mode.equals(OVN) ? 6641 : 179, "").facts();
      c.add("ports-free-" + mode, Want.SKIP, held, spec(other, ""), other);
    }
    families();
  }

  /** What is asked of IPv4 alone, of IPv6 alone, and of both where a cluster has both. */
  private void families() {
    Recorded off = u().with("sysctl:net.ipv4.ip_forward", "0");
    c.skips("sysctl-ip-forward", off, ipv6(OVN), "ipv6");
    c.add("sysctl-ip-forward", false, off.facts(), dual(OVN), "ip_forward = 0");
    Recorded old = u().with("kernel", "4.17.0-1").with("module:nf_conntrack_ipv4", "missing");
    c.skips("module-conntrack-ipv4", old, ipv6(OVN), "ipv6");
    c.add("module-conntrack-ipv4", false, old.facts(), dual(OVN), "missing");
    Recorded six =
        u().with("kernel", "4.17.0-1")
            .with("module:nf_conntrack_ipv6", "missing")
            .with("sysctl:net.ipv6.conf.all.forwarding", "0")
            .with("sysctl:net.ipv6.conf.all.disable_ipv6", "1")
            .with("sysctl:net.bridge.bridge-nf-call-ip6tables", "0")
            .with("cmdline", "ro ipv6.disable=1");
    for (String check :
        List.of(
            "module-conntrack-ipv6",
            "sysctl-ipv6-forwarding",
            "sysctl-ipv6-enabled",
            "sysctl-bridge-ip6tables",
            "ipv6-boot-parameter",
            "ipv6-present")) {
      c.skips(check, six, spec(), "ipv4");
      c.add(check, false, six.facts(), ipv6(OVN), "");
    }
  }
}
