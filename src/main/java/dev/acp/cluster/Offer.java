package dev.acp.cluster;

import dev.acp.value.Arch;
import dev.acp.value.Version;
import java.util.List;
import java.util.Map;

/**
 * What a bundle offers to a cluster file: which versions and network modes, and which defaults its
 * maker overrides (res/overrides.yaml of the bundle; the sample package's lab settings stand
 * there).
 */
public record Offer(
    List<Version> kubernetesVersions,
    List<Arch> archs,
    List<String> networkModes,
    Overrides overrides) {
  /**
   * Settings of the programs that a bundle's maker changes for all its nodes. The product's own
   * value is the one in {@link #none()}.
   *
   * @param kubeletCgroupDriver systemd or cgroupfs
   * @param containerdRestrictOomScoreAdj containerd's restrict_oom_score_adj
   * @param kubeProxyConntrack maxPerCore and min as set; empty leaves kube-proxy's own defaults
   * @param kubeadmSkipPhases phases of kubeadm init and join to leave out, such as preflight
   */
  public record Overrides(
      String kubeletCgroupDriver,
      boolean containerdRestrictOomScoreAdj,
      Map<String, Integer> kubeProxyConntrack,
      List<String> kubeadmSkipPhases) {
    public static Overrides none() {
      return new Overrides("systemd", false, Map.of(), List.of());
    }
  }
}
