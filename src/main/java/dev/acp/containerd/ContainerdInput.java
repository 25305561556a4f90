package dev.acp.containerd;

import dev.acp.value.Login;
import dev.acp.value.Version;
import java.util.List;
import java.util.Optional;

/**
 * What containerd's configuration of one node is made from.
 *
 * @param version containerd's own version; 1.4 and newer
 * @param root where images and containers are kept
 * @param sandboxImage the pause image, the same that the kubelet knows
 * @param cgroupDriver systemd or cgroupfs, the same as the kubelet's
 * @param restrictOomScoreAdj only where a bundle's maker asks for it
 * @param imageHost the host that image names carry, with its port
 * @param mirrors URLs of the registries that hold these images, first choice first
 * @param client whether a client certificate is shown to them
 * @param caKnown whether {@link ContainerdConfig#CA} holds the registries' authority; otherwise the
 *     node's own trusted authorities count
 * @param v6First whether pods' first address is an IPv6 one though they have one of each family
 * @param login the user of an external registry that wants one
 */
public record ContainerdInput(
    Version version,
    String root,
    String sandboxImage,
    String cgroupDriver,
    boolean restrictOomScoreAdj,
    String imageHost,
    List<String> mirrors,
    boolean client,
    boolean caKnown,
    boolean v6First,
    Optional<Login> login) {
  public ContainerdInput {
    mirrors = List.copyOf(mirrors);
    if (mirrors.isEmpty()) {
      throw new IllegalArgumentException("without a registry no image can be had");
    }
  }
}
