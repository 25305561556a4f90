package dev.acp.kubeadm;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.Network;
import dev.acp.cluster.KubernetesTraits;
import dev.acp.value.Cidr;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** kubeadm's ClusterConfiguration, the same for every control plane. */
final class ClusterConfiguration {
  private ClusterConfiguration() {}

  static Map<String, Object> of(KubeadmInput in, KubernetesTraits traits) {
    ClusterSpec spec = in.spec();
    Map<String, Object> out = KubeadmConfig.head(traits, "ClusterConfiguration");
    out.put("clusterName", spec.name());
    out.put("kubernetesVersion", spec.kubernetes().version().toString());
    out.put("controlPlaneEndpoint", spec.endpoint().hostPort());
    out.put("imageRepository", in.imageRepository());
    out.put("certificatesDir", "/etc/kubernetes/pki");
    out.put("networking", networking(spec.network()));
    out.put("etcd", etcd(in));
    out.put("apiServer", apiServer(in, traits));
    Map<String, String> manager = nodeMasks(spec.network());
    manager.putAll(spec.kubernetes().controllerManagerArgs());
    out.put("controllerManager", Map.of("extraArgs", KubeadmConfig.args(traits, manager)));
    KubeadmConfig.argsIfAny(traits, spec.kubernetes().schedulerArgs())
        .ifPresent(args -> out.put("scheduler", Map.of("extraArgs", args)));
    Map<String, Object> gates = gates(spec, traits);
    if (!gates.isEmpty()) {
      out.put("featureGates", gates);
    }
    return out;
  }

  private static Map<String, Object> networking(Network network) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dnsDomain", "cluster.local");
    out.put("podSubnet", joined(network.podCidrs()));
    out.put("serviceSubnet", joined(network.serviceCidrs()));
    return out;
  }

  private static String joined(List<Cidr> ranges) {
    return ranges.stream().map(Cidr::toString).collect(Collectors.joining(","));
  }

  private static Map<String, Object> etcd(KubeadmInput in) {
    Map<String, Object> local = new LinkedHashMap<>();
    local.put("dataDir", "/var/lib/etcd");
    local.put("imageTag", in.etcdTag());
    return Map.of("local", local);
  }

  private static Map<String, Object> apiServer(KubeadmInput in, KubernetesTraits traits) {
    Map<String, String> args = new LinkedHashMap<>();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("certSANs", List.copyOf(names(in.spec())));
    if (in.encryptionAtRest()) {
      args.put("encryption-provider-config", KubeadmConfig.ENCRYPTION_CONFIG);
    }
    args.putAll(in.spec().kubernetes().apiServerArgs());
    KubeadmConfig.argsIfAny(traits, args).ifPresent(a -> out.put("extraArgs", a));
    if (in.encryptionAtRest()) {
      out.put("extraVolumes", List.of(mount(KubeadmConfig.ENCRYPTION_CONFIG)));
    }
    if (!traits.timeoutsAreSection()) {
      out.put("timeoutForControlPlane", KubeadmConfig.limit());
    }
    return out;
  }

  private static Map<String, Object> mount(String file) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", "encryption-provider");
    out.put("hostPath", file);
    out.put("mountPath", file);
    out.put("readOnly", true);
    out.put("pathType", "File");
    return out;
  }

  /** Every name and address under which a client may call an API server. */
  private static Set<String> names(ClusterSpec spec) {
    Set<String> out = new LinkedHashSet<>();
    out.add(spec.endpoint().address());
    out.addAll(spec.platform().allAddresses());
    spec.controlPlanes().forEach(n -> n.addresses().forEach(a -> out.add(a.toString())));
    out.add("localhost");
    out.add("127.0.0.1");
    return out;
  }

  /**
   * kube-controller-manager's --node-cidr-mask-size, or one of each family; it refuses the first in
   * a dual-stack cluster.
   */
  private static Map<String, String> nodeMasks(Network network) {
    Map<String, String> out = new LinkedHashMap<>();
    for (int i = 0; i < network.podCidrs().size(); i++) {
      String family = network.podCidrs().get(i).isV4() ? "-ipv4" : "-ipv6";
      String flag = "node-cidr-mask-size" + (network.ipFamily() == IpFamily.DUAL ? family : "");
      out.put(flag, String.valueOf(network.nodeMasks().get(i)));
    }
    return out;
  }

  private static Map<String, Object> gates(ClusterSpec spec, KubernetesTraits traits) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (spec.network().ipFamily() == IpFamily.DUAL && traits.needsDualStackGate()) {
      out.put("IPv6DualStack", true);
    }
    if (traits.etcdLearner().equals("gate")) {
      out.put("EtcdLearnerMode", true);
    }
    return out;
  }
}
