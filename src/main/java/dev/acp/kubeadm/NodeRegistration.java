package dev.acp.kubeadm;

import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.KubernetesTraits;
import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The section nodeRegistration. */
final class NodeRegistration {
  private NodeRegistration() {}

  static Map<String, Object> of(KubeadmInput in, KubernetesTraits traits) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", in.nodeName());
    out.put("criSocket", traits.criSocket());
    out.put("taints", taints(in.node(), traits));
    out.put("kubeletExtraArgs", KubeadmConfig.args(traits, kubeletArgs(in, traits)));
    if (!in.ignorePreflightErrors().isEmpty()) {
      out.put("ignorePreflightErrors", in.ignorePreflightErrors());
    }
    return out;
  }

  /** Always written: without the field, kubeadm taints every control plane. */
  private static List<Map<String, Object>> taints(NodeSpec node, KubernetesTraits traits) {
    List<Map<String, Object>> out = new ArrayList<>();
    if (node.isControlPlane() && !node.deployable()) {
      traits.controlPlaneTaints().forEach(key -> out.add(taint(key, "", "NoSchedule")));
    }
    for (String text : node.taints()) {
      int colon = text.lastIndexOf(':');
      String keyAndValue = text.substring(0, colon);
      int equals = keyAndValue.indexOf('=');
      out.add(
          taint(
              equals < 0 ? keyAndValue : keyAndValue.substring(0, equals),
              equals < 0 ? "" : keyAndValue.substring(equals + 1),
              text.substring(colon + 1)));
    }
    return out;
  }

  private static Map<String, Object> taint(String key, String value, String effect) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("key", key);
    if (!value.isEmpty()) {
      out.put("value", value);
    }
    out.put("effect", effect);
    return out;
  }

  private static Map<String, String> kubeletArgs(KubeadmInput in, KubernetesTraits traits) {
    Map<String, String> args = new LinkedHashMap<>();
    args.put("node-ip", nodeIps(in));
    if (traits.takesPodInfraContainerImage()) {
      args.put("pod-infra-container-image", in.pauseImage());
    }
    args.putAll(in.spec().kubernetes().kubeletArgs());
    return args;
  }

  /** Both addresses in a dual-stack cluster, else the first one. */
  private static String nodeIps(KubeadmInput in) {
    return in.spec().network().ipFamily() == IpFamily.DUAL
        ? in.node().addresses().stream().map(IpAddress::toString).collect(Collectors.joining(","))
        : in.node().address().toString();
  }
}
