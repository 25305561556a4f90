package dev.acp.stage;

import dev.acp.bundle.ModeFile;
import dev.acp.change.Change;
import dev.acp.change.Change.Leaves;
import dev.acp.change.Change.Leaves.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/**
 * What kubelet, kube-proxy and containerd leave on a node besides what acp itself writes
 * (operations.md, fact 29): declared before they start, so that the way back knows it.
 */
final class KubernetesLeavings {
  private KubernetesLeavings() {}

  static List<Change> ofContainerRuntime(String containerdRoot) {
    return paths(
        "/run/containerd",
        containerdRoot,
        "/var/lib/containerd",
        "/etc/cni",
        "/opt/cni",
        "/opt/containerd",
        "/var/lib/cni",
        "/run/netns",
        "/run/runc");
  }

  /** Of kubelet, kube-proxy and the programs of the network mode. */
  static List<Change> ofKubernetes(ModeFile mode) {
    List<Change> all =
        new ArrayList<>(
            paths(
                "/etc/kubernetes",
                "/var/lib/kubelet",
                "/var/lib/etcd",
                "/var/log/pods",
                "/var/log/containers",
                "/var/lib/dockershim",
                "/run/kubernetes",
                "/usr/libexec/kubernetes",
                "/root/.kube",
                "/run/xtables.lock",
                // folders that static pods and kube-proxy mount from the host, made where missing
                "/etc/ssl",
                "/etc/ca-certificates",
                "/usr/share/ca-certificates",
                "/usr/local/share/ca-certificates",
                "/lib/modules"));
    all.add(new Leaves(Kind.CHAIN, "KUBE-*"));
    all.add(new Leaves(Kind.IPSET, "KUBE-*"));
    all.add(new Leaves(Kind.LINK, "kube-ipvs0"));
    all.add(new Leaves(Kind.LINK, "kube-bridge"));
    // kubelet: protectKernelDefaults=false sets these; kube-proxy: the rest
    for (String key :
        List.of(
            "vm.overcommit_memory",
            "vm.panic_on_oom",
            "kernel.panic",
            "kernel.panic_on_oops",
            "kernel.keys.root_maxkeys",
            "kernel.keys.root_maxbytes",
            "net.ipv4.conf.all.route_localnet",
            "net.bridge.bridge-nf-call-iptables",
            "net.bridge.bridge-nf-call-ip6tables",
            "net.netfilter.nf_conntrack_max",
            "net.netfilter.nf_conntrack_tcp_timeout_established",
            "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
            "net.ipv4.vs.conntrack",
            "net.ipv4.vs.conn_reuse_mode",
            "net.ipv4.vs.expire_nodest_conn",
            "net.ipv4.vs.expire_quiescent_template",
            "net.ipv4.ip_forward",
            "net.ipv6.conf.all.forwarding")) {
      all.add(new Leaves(Kind.SYSCTL, key));
    }
    for (ModeFile.Leaving leaving : mode.leaves()) {
      all.add(new Leaves(Kind.valueOf(leaving.kind().toUpperCase(Locale.ROOT)), leaving.name()));
    }
    return List.copyOf(new LinkedHashSet<>(all));
  }

  private static List<Change> paths(String... paths) {
    List<Change> all = new ArrayList<>();
    for (String path : new LinkedHashSet<>(Arrays.asList(paths))) {
      all.add(new Leaves(Kind.PATH, path));
    }
    return all;
  }
}
