package dev.acp.kube;

import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One certificate in one file of one node.
 *
 * @param digest of the whole file, which tells whether it is still the same
 * @param content empty where the file holds none that can be read
 */
public record CertificateFile(
    NodeName node, Kind kind, String path, Digest digest, Optional<Content> content) {

  /**
   * What the certificate says.
   *
   * @param subject as RFC 2253 writes it
   */
  public record Content(String subject, Instant notBefore, Instant notAfter) {}

  /** Who made it and who renews it; the words are those of res/kube/certificates.sh. */
  public enum Kind {
    /** An authority of ten years; nothing here replaces one. */
    AUTHORITY,
    /** etcd's own, by kubeadm. */
    ETCD,
    /** A component's, by kubeadm. */
    KUBEADM,
    /** In a kubeconfig, by kubeadm. */
    KUBECONFIG,
    /** The kubelet's, by which it calls the API server. */
    KUBELET_CLIENT,
    /** The kubelet's, made by itself. */
    KUBELET_SERVER,
    /** The kubelet's, by the cluster; it renews it while the API answers. */
    KUBELET_ROTATED,
    /** What a control plane's registry shows, by acp. */
    REGISTRY,
    /** What the node shows to the registries, by acp. */
    REGISTRY_CLIENT;

    static Optional<Kind> of(String word) {
      for (Kind kind : values()) {
        if (kind.word().equals(word)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True for what {@code kubeadm certs renew all} makes anew. */
    public boolean byKubeadm() {
      return this == ETCD || this == KUBEADM || this == KUBECONFIG;
    }
  }

  /** How a certificate stands. */
  public enum State {
    GOOD,
    /** It ends within the limit. */
    DUE,
    EXPIRED,
    /** It begins later than now by its node's clock. */
    NOT_YET,
    UNREADABLE;

    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * How it stands at a moment.
   *
   * @param within what ends earlier than this from now on is due
   */
  public State state(Instant now, Duration within) {
    if (content.isEmpty()) {
      return State.UNREADABLE;
    }
    Content c = content.get();
    if (!now.isBefore(c.notAfter())) {
      return State.EXPIRED;
    }
    if (now.isBefore(c.notBefore())) {
      return State.NOT_YET;
    }
    return now.plus(within).isBefore(c.notAfter()) ? State.GOOD : State.DUE;
  }
}
