package dev.acp.kubeadm;

import dev.acp.value.Secret;
import java.util.List;

/**
 * How a node finds and trusts the cluster that it joins.
 *
 * @param token a bootstrap token made for this join, {@code abcdef.0123456789abcdef}
 * @param caCertHashes {@code sha256:HEX} of the cluster authority's public key (kubeadm's
 *     BootstrapTokenDiscovery)
 */
public record JoinInput(Secret token, List<String> caCertHashes) {
  public JoinInput {
    caCertHashes = List.copyOf(caCertHashes);
    if (caCertHashes.isEmpty()) {
      throw new IllegalArgumentException("a join without a pinned authority trusts anybody");
    }
  }
}
