package dev.acp.kubeadm;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Offer.Overrides;
import java.util.List;
import java.util.Optional;

/**
 * What kubeadm's configuration of one node is made from.
 *
 * @param nodeName what Kubernetes is to call the node: its address or its host name
 * @param imageRepository where the platform's images are, without a slash at the end: {@code
 *     registry.acp.internal:11443/platform}
 * @param etcdTag the tag of the bundle's etcd image
 * @param pauseTag the tag of the bundle's pause image
 * @param ignorePreflightErrors checks of kubeadm that are known to fail and do not matter
 * @param patchesDirectory a folder on the node with patches of static pods, for this node alone
 * @param encryptionAtRest the API server reads {@link KubeadmConfig#ENCRYPTION_CONFIG}
 */
public record KubeadmInput(
    ClusterSpec spec,
    NodeSpec node,
    String nodeName,
    String imageRepository,
    String etcdTag,
    String pauseTag,
    Overrides overrides,
    List<String> ignorePreflightErrors,
    Optional<String> patchesDirectory,
    boolean encryptionAtRest) {
  public KubeadmInput {
    ignorePreflightErrors = List.copyOf(ignorePreflightErrors);
  }

  /** The pause image, which containerd's sandbox setting must name as well. */
  public String pauseImage() {
    return imageRepository + "/pause:" + pauseTag;
  }
}
