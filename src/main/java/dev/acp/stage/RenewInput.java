package dev.acp.stage;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Decisions;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.kube.CertificateFile.State;
import dev.acp.kube.NodeCertificates;
import dev.acp.pki.ClusterPki;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a renewal of certificates works from.
 *
 * @param id names what is kept of before on each node
 * @param seen the certificates of every node that answered
 * @param within what ends earlier than this is renewed
 * @param all whatever is left of them
 * @param kubelets certificate and key, in one text, for each kubelet that gets new ones
 */
public record RenewInput(
    ClusterSpec spec,
    Decisions decisions,
    ClusterPki pki,
    String id,
    Map<NodeName, NodeCertificates> seen,
    Duration within,
    boolean all,
    Map<NodeName, Secret> kubelets) {
  public RenewInput {
    seen = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(seen));
    kubelets = Map.copyOf(kubelets);
  }

  /** True where one of these on the node is not good any more. */
  boolean due(NodeName node, Kind kind) {
    return seen.get(node).due(within).stream().anyMatch(f -> f.kind() == kind);
  }

  /**
   * The control planes to renew, one after another: first those that are not whole, the one that
   * holds the cluster's address last, so that it moves once only.
   */
  List<NodeName> controlPlanes() {
    return spec.controlPlanes().stream()
        .map(ClusterSpec.NodeSpec::name)
        .filter(seen::containsKey)
        .filter(
            name ->
                all
                    || seen.get(name).unfinished()
                    || seen.get(name).due(within).stream().anyMatch(f -> f.kind().byKubeadm()))
        .sorted(
            java.util.Comparator.comparing((NodeName name) -> seen.get(name).holder())
                .thenComparing(name -> !seen.get(name).unfinished()))
        .toList();
  }

  /** The nodes whose kubelet gets something new. */
  List<NodeName> kubeletNodes() {
    return seen.keySet().stream()
        .filter(name -> kubelets.containsKey(name) || serverDue(name))
        .toList();
  }

  boolean serverDue(NodeName node) {
    return seen.get(node).files().stream()
        .anyMatch(
            f ->
                f.kind() == Kind.KUBELET_SERVER
                    && (all || f.state(seen.get(node).clock(), within) != State.GOOD));
  }

  /** True where etcd cannot become whole before several nodes are renewed. */
  boolean blind() {
    return seen.values().stream().anyMatch(NodeCertificates::etcdExpired);
  }

  /** Whether there is anything to do. */
  public boolean nothing() {
    return controlPlanes().isEmpty() && kubeletNodes().isEmpty() && registryNodes().isEmpty();
  }

  /** The nodes whose own part of the registry's certificates is due. */
  List<NodeName> registryNodes() {
    return seen.keySet().stream()
        .filter(name -> due(name, Kind.REGISTRY) || due(name, Kind.REGISTRY_CLIENT))
        .toList();
  }
}
