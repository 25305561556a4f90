package dev.acp.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a remedy must name in every language: the command to run, the file or the setting to change,
 * or where the machine shows it. Where the list's limits say it, it is taken from there.
 */
final class Remedies {
  private static final Map<String, List<String>> NAMED = new HashMap<>();

  static {
    named("ssh-access", "spec.ssh", "keyFile", "passwordFrom");
    named("root-or-sudo", "/etc/sudoers.d", "spec.ssh.becomePasswordFrom");
    named("sshd-usedns", "UseDNS no", "/etc/ssh/sshd_config");
    named("sshd-usepam", "UsePAM no", "/etc/ssh/sshd_config", "!");
    named("tmp-usable", "chmod 1777 /tmp", "df /tmp");
    named("tmp-exec", "mount -o remount,exec /tmp", "/etc/fstab");
    named("os-supported", "/etc/os-release");
    named("kernel-supported", "uname -r");
    named("kernel-known-trouble", "/etc/os-release");
    named("kernel-not-hwe", "linux-image-generic", "linux-*-hwe-*");
    named("arm-cpu", "/proc/cpuinfo");
    named("arch-matches", "uname -m", "hybrid");
    named("arch-in-package", "hybrid");
    named("os-family-same", "/etc/os-release");
    named("cpu-floor", "nproc");
    named("cpu-cores", "nproc", "spec.capacity");
    named("cpu-recommended", "nproc");
    named("memory-floor", "free -h");
    named("memory", "free -h", "spec.capacity");
    named("memory-recommended", "free -h");
    named("cpu-clock", "lscpu");
    named("cpu-governor", "cpupower frequency-set -g performance");
    named("disk-space-root", "df -h /");
    named("disk-space-root-worker", "df -h /");
    named("disk-space-var-lib", "df -h /var/lib");
    named("disk-space-opt", "df -h /opt");
    named("disk-space-containerd", "spec.containerd.root", "xfs");
    named("disk-space-cpaas-data", "df -h /cpaas/data");
    named("disk-space-cpaas-monitoring", "df -h /cpaas/monitoring");
    named("disk-space-bundle", "/root/cpaas-install");
    named("device-containerd", "lsblk", "spec.containerd.root", "xfs");
    named("device-cpaas-data", "lsblk", "/cpaas/data");
    named("filesystem-containerd", "mkfs.xfs -n ftype=1");
    named("xfs-ftype", "mkfs.xfs -n ftype=1");
    named("disk-ssd", "/var/lib", "lsblk -o NAME,ROTA");
    named("disk-iops", "--disk-bench");
    named("disk-throughput", "--disk-bench");
    named("disk-fsync", "/var/lib/etcd", "--disk-bench");
    named("thp-never", "transparent_hugepage=never", "GRUB_CMDLINE_LINUX");
    named("nokmem", "cgroup.memory=nokmem", "GRUB_CMDLINE_LINUX");
    named("selinux-off", "setenforce 0", "/etc/selinux/config");
    named("apparmor-off", "systemctl disable --now apparmor", "apparmor=0");
    named("firewalld-off", "systemctl disable --now firewalld");
    named("ufw-off", "ufw disable");
    named("swap-off", "swapoff -a");
    named("swap-off-at-boot", "/etc/fstab", "systemctl mask");
    named("core-dumps-off", "* - core 0", "/etc/security/limits.d");
    sysctl("max-map-count", "vm.max_map_count");
    sysctl("ip-forward", "net.ipv4.ip_forward");
    sysctl("ipv6-forwarding", "net.ipv6.conf.all.forwarding");
    sysctl("tcp-tw-recycle", "net.ipv4.tcp_tw_recycle");
    sysctl("tcp-mtu-probing", "net.ipv4.tcp_mtu_probing");
    sysctl("rp-filter-all", "net.ipv4.conf.all.rp_filter");
    sysctl("rp-filter-default", "net.ipv4.conf.default.rp_filter");
    sysctl("rp-filter-nic", "net.ipv4.conf.NIC.rp_filter");
    sysctl("ipv6-enabled", "net.ipv6.conf.all.disable_ipv6");
    sysctl("bridge-iptables", "net.bridge.bridge-nf-call-iptables");
    sysctl("bridge-ip6tables", "net.bridge.bridge-nf-call-ip6tables");
    sysctl("may-detach-mounts", "fs.may_detach_mounts");
    sysctl("inotify-instances", "fs.inotify.max_user_instances");
    sysctl("inotify-watches", "fs.inotify.max_user_watches");
    named("ipv6-boot-parameter", "ipv6.disable=1", "GRUB_CMDLINE_LINUX");
    named("default-tasks-max", "DefaultTasksMax=infinity", "systemctl daemon-reexec");
    named("gpu-present", "lspci", "gpu");
    named("hostname-form", "hostnamectl set-hostname");
    named("hosts-localhost", "127.0.0.1 localhost", "/etc/hosts");
    named("hosts-no-duplicates", "/etc/hosts");
    named("hostname-resolves", "/etc/hosts");
    named("resolv-conf", "nameserver", "/etc/resolv.conf");
    named("nameserver-not-loopback", "systemd-resolved", "/etc/resolv.conf");
    named("nameserver-not-172", "/etc/resolv.conf");
    named("search-domains", "search", "/etc/resolv.conf");
    named("address-valid", "spec.nodes");
    named("address-present", "spec.nodes", "ip addr");
    named("ipv6-present", "spec.nodes", "IPv6");
    named("address-range", "ip addr");
    named("default-route", "ip route");
    named("nic-exists", "spec.network.nic", "ip link");
    named("nic-speed", "ethtool");
    named("address-outside-cidrs", "spec.network");
    named("cidrs-apart", "spec.network");
    named("cidrs-apart-from-routes", "spec.network", "ip route");
    named("calico-vxlan-ipv6", "Kube-OVN", "IPv4");
    for (String group : List.of("installer", "control-plane", "node", "kube-ovn", "calico")) {
      named("ports-free-" + group, "ss -lntup");
    }
    named("required-tools", "init-nodes", "packages/");
    named("scp-or-sftp", "openssh-clients", "openssh-client");
    named("kubernetes-tools", "conntrack-tools", "iptables", "ipset", "socat", "ebtables");
    named("bc-there", "bc");
    named("lvm2-there", "lvm2");
    named("conflicting-packages", "acp init-nodes --remove-conflicts");
    named("conflicting-snaps", "snap remove --purge");
    named("stray-binaries", "/usr/local");
    named("runtimes-in-usr-bin", "/usr/bin");
    named("containerd-root-empty", "spec.containerd.root");
    named("foreign-cluster", "acp reset", "/var/lib/acp/node/cluster");
    named("hostname-unique", "hostnamectl set-hostname");
    named("machine-id-unique", "/etc/machine-id", "systemd-machine-id-setup");
    named("product-uuid-unique", "UUID", "/sys/class/dmi/id/product_uuid");
    named("mac-unique", "ip link");
    named("time-skew", "chrony", "acp init-nodes --ntp");
    named("time-zone-same", "timedatectl set-timezone");
    named("time-service", "chrony", "acp init-nodes --ntp");
    named("control-plane-count", "spec.nodes");
    named("ports-reach-tcp", "iptables -S");
    named("ports-reach-udp", "iptables -S");
    named("round-trip", "ping");
    named("mtu-path", "ping -M do", "ip link");
    named("vip-in-subnet", "spec.endpoint");
    named("vip-unused", "spec.endpoint", "arping");
    named("vrid-free", "spec.endpoint.selfBuiltVip.vrid");
    named("ipip-passes", "tcpdump", "proto 4");
  }

  private Remedies() {}

  private static void named(String check, String... words) {
    NAMED.put(check, List.of(words));
  }

  private static void sysctl(String check, String key) {
    named("sysctl-" + check, key + " = ", "/etc/sysctl.d", "sysctl --system");
  }

  /** What both languages must name. */
  static List<String> of(Check check) {
    List<String> words = new ArrayList<>(NAMED.getOrDefault(check.id(), List.of()));
    check
        .limits()
        .values()
        .forEach(
            (name, limit) -> {
              switch (name) {
                case "modules" -> {
                  words.add("modprobe " + check.limits().words(name).get(0));
                  words.add("/etc/modules-load.d");
                }
                case "absent", "may-be-empty" -> words.addAll(check.limits().words(name));
                case "value" -> words.add(" = " + check.limits().count(name));
                case "least" -> {
                  if (check.id().startsWith("sysctl-")) {
                    words.add(" = " + check.limits().count(name));
                  }
                }
                default -> {
                  // a number that the remedy need not repeat: the report shows it as wanted
                }
              }
            });
    if (words.isEmpty()) {
      throw new AssertionError(
          "nothing is said of what the remedy of " + check.id() + " must name");
    }
    return words;
  }
}
