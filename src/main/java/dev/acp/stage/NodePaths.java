package dev.acp.stage;

import dev.acp.remote.RemotePath;

/**
 * Where acp puts things on a node. Programs go to /usr/bin, as the product guide asks (000, 3.1).
 */
final class NodePaths {
  static final RemotePath BIN = RemotePath.of("/usr/bin");
  static final RemotePath UNITS = RemotePath.of("/etc/systemd/system");
  static final RemotePath KUBERNETES = RemotePath.of("/etc/kubernetes");

  /** What acp hands to kubeadm and kubectl: configurations, tokens, manifests. */
  static final RemotePath ACP = RemotePath.of("/etc/kubernetes/acp");

  static final RemotePath PACKAGES = RemotePath.of("/var/lib/acp/node/packages");
  static final RemotePath IMAGES = RemotePath.of("/var/lib/acp/node/images");

  private NodePaths() {}
}
