package dev.acp.registry;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.value.IpAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Under which names images and registries are known. */
public final class RegistryNames {
  public static final int PORT = 11443;

  /** The host in the name of every image of the platform; it need not resolve anywhere. */
  public static final String LOGICAL_NAME = "registry.acp.internal";

  public static final String LOGICAL_HOST = LOGICAL_NAME + ":" + PORT;

  /** The folder of the platform's images in the registry. */
  public static final String FOLDER = "platform";

  private RegistryNames() {}

  /** The host that image names carry: the logical one, or the external registry's. */
  public static String imageHost(ClusterSpec spec) {
    return spec.registry() instanceof Registry.External e ? e.address() : LOGICAL_HOST;
  }

  /** The start of every image name of the platform, without a slash at the end. */
  public static String imageRepository(ClusterSpec spec) {
    return imageHost(spec) + "/" + FOLDER;
  }

  /** The URL of one control plane's registry. */
  public static String url(IpAddress address) {
    return "https://" + address.inUrl() + ":" + PORT;
  }

  /**
   * Where a node pulls from, first choice first: its own registry if it is a control plane, the
   * cluster's address if no single node has it, the other control planes' (operations.md, 1.7: a
   * registry that is off costs 30 s a request below containerd 2.1).
   */
  public static List<String> mirrors(ClusterSpec spec, NodeSpec node) {
    if (spec.registry() instanceof Registry.External e) {
      return List.of("https://" + e.address());
    }
    Set<String> out = new LinkedHashSet<>();
    if (node.isControlPlane()) {
      out.add(url(node.address()));
    }
    if (spec.endpoint().selfBuiltVip().isPresent()) {
      out.add(url(IpAddress.of(spec.endpoint().address())));
    }
    spec.controlPlanes().forEach(n -> out.add(url(n.address())));
    return List.copyOf(out);
  }
}
