package dev.acp.check;

import static dev.acp.check.CheckCases.OVN;
import static dev.acp.check.CheckCases.dual;
import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;

import dev.acp.cluster.ClusterSpec;
import java.util.List;

/** The kernel's settings and modules, and what guards or slows the machine. */
final class KernelCases {
  private final CheckCases c;

  KernelCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    kernel();
  }

  private void kernel() {
    c.bad("thp-never", u().with("thp", "always [madvise] never"), "madvise");
    c.bad("thp-never", u().with("cmdline", "ro quiet"), "not after the next boot");
    c.bad(
        "nokmem",
        Recorded.of("centos-7.9").with("cmdline", "ro transparent_hugepage=never"),
        "no cgroup.memory");
    c.good("nokmem", Recorded.of("centos-7.9"));
    Recorded other = Recorded.of("centos-7.9").with("cmdline", "ro cgroup.memory=nosocket");
    c.bad("nokmem", other, "no cgroup.memory");
    c.good("nokmem", Recorded.of("centos-7.9").with("cmdline", "ro cgroup.memory=nosocket,nokmem"));
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
      c.bad(
          "module-" + m.replace('_', '-'), u().with("module:" + m, "loadable"), m + " is loadable");
    }
    for (String m : List.of("vxlan", "ipip")) {
      c.add(
          "module-" + m,
          false,
          u().with("module:" + m, "missing").facts(),
          spec("calico", ""),
          "missing");
      c.add("module-" + m, true, u().facts(), spec("calico", ""), "");
    }
    Recorded centos = Recorded.of("centos-7.9");
    c.bad("module-conntrack-ipv4", centos.with("module:nf_conntrack_ipv4", "loadable"), "loadable");
    c.good("module-conntrack-ipv4", centos);
    c.add(
        "module-conntrack-ipv6",
        false,
        centos.with("module:nf_conntrack_ipv6", "missing").facts(),
        dual(OVN),
        "missing");
    c.add("module-conntrack-ipv6", true, centos.facts(), dual(OVN), "");
    c.bad("selinux-off", u().with("selinux", "1"), "enforcing");
    c.bad("apparmor-off", u().with("apparmor", "Y"), "on");
    c.bad("firewalld-off", u().ended("firewalld", "0", "active"), "firewalld is active");
    c.bad("firewalld-off", u().with("firewalld-boot", "enabled"), "inactive now, and enabled");
    c.bad("ufw-off", u().with("ufw", "ENABLED=yes"), "ufw");
    c.bad(
        "swap-off",
        u().with("swaps", "Filename Type Size Used Priority", "/dev/sda2 partition 1 0 -2"),
        "/dev/sda2");
    c.bad(
        "swap-off-at-boot", u().with("fstab", "UUID=1-2 none swap sw 0 0"), "/etc/fstab: UUID=1-2");
    c.bad(
        "swap-off-at-boot",
        u().with("swap-units", "dev-sdb1.swap enabled enabled"),
        "dev-sdb1.swap");
    c.bad("core-dumps-off", u().with("core-limit", "unlimited"), "unlimited");
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
    c.bad("sysctl-may-detach-mounts", centos.with("sysctl:fs.may_detach_mounts", "0"), "= 0");
    c.good("sysctl-may-detach-mounts", centos);
    c.bad("sysctl-rp-filter-nic", u().with("rp-filters", "all 0", "eth0 2"), "eth0.rp_filter = 2");
    c.add(
        "ipv6-boot-parameter",
        false,
        u().with("cmdline", "ro ipv6.disable=1").facts(),
        dual(OVN),
        "ipv6.disable=1");
    c.add("ipv6-boot-parameter", true, u().facts(), dual(OVN), "");
  }

  private void sysctl(String check, String key, String wrong, String right, ClusterSpec spec) {
    c.add(check, false, u().with("sysctl:" + key, wrong).facts(), spec, key + " = " + wrong);
    c.add(check, true, u().with("sysctl:" + key, right).facts(), spec, "");
  }
}
