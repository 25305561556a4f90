package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.KernelSetting;
import dev.acp.change.Change.PutFile;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.endpoint.Haproxy;
import dev.acp.endpoint.Keepalived;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.kubeadm.KubeadmConfig;
import dev.acp.node.Fact;
import dev.acp.node.NetworkFacts;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.RemotePath;
import dev.acp.value.Digest;
import dev.acp.value.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The self-built VIP's part of a control plane: on disk before its kubelet starts, so that the
 * address is up when kubeadm first calls it.
 */
final class Vip {
  private static final String KEEPALIVED = "platform/keepalived";
  private static final String HAPROXY = "platform/haproxy";
  private static final String AT_BOOT = "/etc/sysctl.d/91-acp-vip.conf";

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

  /** The images that a control plane runs for its part. */
  static List<String> repositories(SetupInput in) {
    if (in.spec().endpoint().selfBuiltVip().isEmpty()) {
      return List.of();
    }
    return byHaproxy(in) ? List.of(KEEPALIVED, HAPROXY) : List.of(KEEPALIVED);
  }

  /** The configurations, and the static pods of keepalived and haproxy; empty without a VIP. */
  static List<Change> files(SetupInput in, NodeSpec node) {
    if (!wanted(in, node)) {
      return List.of();
    }
    List<Change> files = new ArrayList<>();
    if (byHaproxy(in)) {
      String proxy = Haproxy.config(in.spec());
      IpAddress vip = IpAddress.of(in.spec().endpoint().address());
      String setting = Haproxy.kernelSetting(vip);
      files.add(new KernelSetting(setting, "1"));
      files.add(new PutFile(RemotePath.of(AT_BOOT), "0644", Content.ofText(setting + " = 1\n")));
      files.add(
          file(
              KubeadmConfig.PATCHES + "/" + Haproxy.API_SERVER_PATCH,
              Haproxy.apiServerPatch(node)));
      // not a secret, and read by a program that is not root
      files.add(new PutFile(RemotePath.of(Haproxy.CONFIG), "0644", Content.ofText(proxy)));
      files.add(file(Haproxy.MANIFEST, Haproxy.pod(image(in, HAPROXY), proxy)));
    }
    String config = Keepalived.config(in.spec(), node, nic(in, node));
    files.add(file(Keepalived.CONFIG, config));
    files.add(file(Keepalived.MANIFEST, Keepalived.pod(image(in, KEEPALIVED), config)));
    return files;
  }

  private static String image(SetupInput in, String repository) {
    String ref =
        in.image(repository)
            .orElseThrow(
                () ->
                    AcpException.of(
                        FaultCode.BUNDLE_INVALID,
                        "The cluster file wants a self-built VIP, and the bundle has no image "
                            + repository
                            + "."));
    return RegistryNames.imageHost(in.spec()) + "/" + ref;
  }

  /** The static pods, NAME=DIGEST of the configuration that each carries; empty without a VIP. */
  static List<String> pods(SetupInput in, NodeSpec node) {
    if (!wanted(in, node)) {
      return List.of();
    }
    List<String> pods = new ArrayList<>();
    pods.add("keepalived=" + hex(Keepalived.config(in.spec(), node, nic(in, node))));
    if (byHaproxy(in)) {
      pods.add("haproxy=" + hex(Haproxy.config(in.spec())));
    }
    return pods;
  }

  private static String hex(String config) {
    return Digest.ofText(config).hex();
  }

  /** True where the node's API server is not as kubeadm makes it. */
  static boolean patches(SetupInput in, NodeSpec node) {
    return wanted(in, node) && byHaproxy(in);
  }

  private static boolean wanted(SetupInput in, NodeSpec node) {
    return node.isControlPlane() && in.spec().endpoint().selfBuiltVip().isPresent();
  }

  private static boolean byHaproxy(SetupInput in) {
    return in.spec().endpoint().selfBuiltVip().orElseThrow().haproxy();
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
