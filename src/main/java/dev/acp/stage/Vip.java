package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.endpoint.Keepalived;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.node.Fact;
import dev.acp.node.NetworkFacts;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.RemotePath;
import dev.acp.value.Digest;
import dev.acp.value.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The self-built VIP's part of a control plane: on disk before its kubelet starts, so that the
 * address is up when kubeadm first calls it.
 */
final class Vip {
  static final String REPOSITORY = "platform/keepalived";

  private Vip() {}

  /** How the address goes away; empty without a VIP. Stands before the way to end containers. */
  static List<Change> wayBack(SetupInput in, NodeSpec node) {
    if (!wanted(in, node)) {
      return List.of();
    }
    IpAddress vip = IpAddress.of(in.spec().endpoint().address());
    return List.of(
        new Action(
            "vip",
            "vip.sh",
            List.of(vip + (vip.isV4() ? "/32" : "/128"), nic(in, node)),
            Duration.ofMinutes(1),
            false));
  }

  /** keepalived's configuration and its static pod; empty without a VIP. */
  static List<Change> files(SetupInput in, NodeSpec node) {
    if (!wanted(in, node)) {
      return List.of();
    }
    String config = Keepalived.config(in.spec(), node, nic(in, node));
    String ref =
        in.image(REPOSITORY)
            .orElseThrow(
                () ->
                    AcpException.of(
                        FaultCode.BUNDLE_INVALID,
                        "The cluster file wants a self-built VIP, and the bundle has no image "
                            + REPOSITORY
                            + "."));
    String image = RegistryNames.imageHost(in.spec()) + "/" + ref;
    return List.of(
        file(Keepalived.CONFIG, config), file(Keepalived.MANIFEST, Keepalived.pod(image, config)));
  }

  /** The digest that keepalived's pod carries of its configuration; empty without a VIP. */
  static Optional<String> configDigest(SetupInput in, NodeSpec node) {
    return wanted(in, node)
        ? Optional.of(Digest.ofText(Keepalived.config(in.spec(), node, nic(in, node))).hex())
        : Optional.empty();
  }

  private static boolean wanted(SetupInput in, NodeSpec node) {
    return node.isControlPlane() && in.spec().endpoint().selfBuiltVip().isPresent();
  }

  private static PutFile file(String path, String text) {
    return new PutFile(RemotePath.of(path), "0600", Content.ofText(text));
  }

  /** The interface that is named, or the one that has the node's first address. */
  private static String nic(SetupInput in, NodeSpec node) {
    if (node.nic().isPresent()) {
      return node.nic().get();
    }
    Fact<List<NetworkFacts.LinkAddress>> seen = in.facts().get(node.name()).network().addresses();
    if (seen instanceof Fact.Known<List<NetworkFacts.LinkAddress>> known) {
      for (NetworkFacts.LinkAddress one : known.value()) {
        if (one.address().equals(node.address())) {
          return one.link();
        }
      }
    }
    throw AcpException.on(
        node.name(),
        FaultCode.CANNOT_TELL,
        "No interface of the node has its address "
            + node.address()
            + ", so acp cannot tell where the VIP belongs.",
        List.of());
  }
}
