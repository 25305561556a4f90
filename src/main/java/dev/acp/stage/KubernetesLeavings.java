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
    List<Change> all = new ArrayList<>();
    // the folders above that are missing are taken away again when they are empty
    all.addAll(
        each(
            Kind.PATH,
            "/run/containerd",
            containerdRoot,
            "/var/lib/containerd",
            "/etc/cni/net.d",
            "/opt/cni/bin",
            "/opt/containerd",
            "/var/lib/cni"));
    all.addAll(each(Kind.FOLDER, "/run/netns", "/run/runc"));
    return List.copyOf(all);
  }

  /** Of kubelet, kube-proxy and the programs of the network mode. */
  static List<Change> ofKubernetes(ModeFile mode) {
    List<Change> all = new ArrayList<>();
    all.addAll(
        each(
            Kind.PATH,
            "/etc/kubernetes",
            "/var/lib/kubelet",
            "/var/lib/etcd",
            "/var/log/pods",
            "/var/log/containers",
            "/var/lib/dockershim",
            "/run/kubernetes",
            // kubectl's cache: the HOME of every script that calls it
            "/run/acp",
            "/run/xtables.lock"));
    all.addAll(
        each(
            Kind.FOLDER,
            // folders that static pods and kube-proxy mount from the host, made where missing; the
            // inner one is declared later and so taken away first
            "/etc/ssl",
            "/etc/ssl/certs",
            "/etc/ca-certificates",
            "/usr/share/ca-certificates",
            "/usr/local/share/ca-certificates",
            "/lib/modules",
            "/usr/libexec/kubernetes/kubelet-plugins/volume/exec"));
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
    // links that are told by their master come last, so that they go while it is still there
    for (boolean enslaved : List.of(false, true)) {
      for (ModeFile.Leaving leaving : mode.leaves()) {
        if (enslaved == (leaving.kind().equals("link") && leaving.name().contains("@"))) {
          all.add(
              new Leaves(Kind.valueOf(leaving.kind().toUpperCase(Locale.ROOT)), leaving.name()));
        }
      }
    }
    return List.copyOf(new LinkedHashSet<>(all));
  }

  private static List<Change> each(Kind kind, String... names) {
    return Arrays.stream(names).distinct().map(name -> (Change) new Leaves(kind, name)).toList();
  }
}
