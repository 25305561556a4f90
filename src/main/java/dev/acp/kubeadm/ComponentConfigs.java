package dev.acp.kubeadm;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.KubernetesTraits;
import dev.acp.value.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** KubeletConfiguration and KubeProxyConfiguration, which kubeadm hands on to every node. */
final class ComponentConfigs {
  private ComponentConfigs() {}

  /** The cgroup driver is always written: its default changed with Kubernetes 1.22. */
  static Map<String, Object> kubelet(KubeadmInput in) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("apiVersion", "kubelet.config.k8s.io/v1beta1");
    out.put("kind", "KubeletConfiguration");
    out.put("cgroupDriver", in.overrides().kubeletCgroupDriver());
    out.put("clusterDNS", List.of(in.spec().network().clusterDns().toString()));
    out.put("clusterDomain", "cluster.local");
    out.put("maxPods", in.spec().kubernetes().maxPods());
    out.put(
        "syncFrequency",
        KubernetesTraits.of(in.spec().kubernetes().version()).kubeletSyncFrequency());
    return out;
  }

  static Map<String, Object> kubeProxy(KubeadmInput in) {
    ClusterSpec spec = in.spec();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("apiVersion", "kubeproxy.config.k8s.io/v1alpha1");
    out.put("kind", "KubeProxyConfiguration");
    out.put("mode", spec.network().kubeProxyMode());
    if (spec.network().kubeProxyMode().equals("ipvs")) {
      out.put("ipvs", ipvs(spec));
    }
    if (!in.overrides().kubeProxyConntrack().isEmpty()) {
      out.put("conntrack", new java.util.TreeMap<>(in.overrides().kubeProxyConntrack()));
    }
    return out;
  }

  /** kube-ipvs0 must not answer for other addresses, and kube-proxy must not touch keepalived's. */
  private static Map<String, Object> ipvs(ClusterSpec spec) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("strictARP", true);
    if (spec.endpoint().selfBuiltVip().isPresent()) {
      IpAddress vip = IpAddress.of(spec.endpoint().address());
      out.put("excludeCIDRs", List.of(vip + (vip.isV4() ? "/32" : "/128")));
    }
    return out;
  }
}
