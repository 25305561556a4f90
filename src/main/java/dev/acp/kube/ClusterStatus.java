package dev.acp.kube;

import java.util.List;
import java.util.Optional;

/**
 * What a cluster says of itself, judged.
 *
 * @param healthy true when there is no reason against it
 * @param reasons whole sentences, each a reason why it is not healthy
 * @param controlPlanes as each said over SSH
 * @param vip empty where the cluster has no virtual address of its own
 * @param registries each asked for everything that the cluster's images consist of
 * @param recovery what a person can do when etcd has lost its majority, in order; else empty
 */
public record ClusterStatus(
    boolean healthy,
    List<String> reasons,
    List<NodeState> nodes,
    List<PodState> pods,
    List<ChartState> charts,
    List<ControlPlaneHealth> controlPlanes,
    EtcdState etcd,
    Optional<VipState> vip,
    List<RegistryState> registries,
    List<String> recovery) {
  public ClusterStatus {
    reasons = List.copyOf(reasons);
    nodes = List.copyOf(nodes);
    pods = List.copyOf(pods);
    charts = List.copyOf(charts);
    controlPlanes = List.copyOf(controlPlanes);
    registries = List.copyOf(registries);
    recovery = List.copyOf(recovery);
  }

  /** A node as the API server has it. */
  public record NodeState(
      String name,
      String address,
      boolean controlPlane,
      boolean ready,
      String version,
      String why) {}

  /** A pod; ready and total count its containers. */
  public record PodState(
      String namespace, String name, String node, String phase, int ready, int total, String why) {
    /** The guide's check: Running with all containers ready, or Completed. */
    public boolean fine() {
      return phase.equals("Succeeded") || (phase.equals("Running") && total > 0 && ready == total);
    }
  }

  /**
   * A component of the platform that acp applied.
   *
   * @param state ready, failed, or applied where the node with its manifests could not be asked
   */
  public record ChartState(String name, String state, String why) {}

  /**
   * One control plane.
   *
   * @param api ok, or what its own API server said instead
   * @param drift what acp put there and is missing, or changed
   */
  public record ControlPlaneHealth(String node, boolean reachable, String api, List<String> drift) {
    public ControlPlaneHealth {
      drift = List.copyOf(drift);
    }
  }

  /**
   * etcd.
   *
   * @param quorum true if some member answers with the majority behind it
   */
  public record EtcdState(boolean quorum, List<EtcdMember> members) {
    public EtcdState {
      members = List.copyOf(members);
    }
  }

  /**
   * The member that belongs to a control plane.
   *
   * @param state voter, learner, unstarted, missing (no member), down, alone (runs without a
   *     majority), unknown (its machine cannot be asked)
   */
  public record EtcdMember(String node, String id, String state) {}

  /** Who holds the cluster's virtual address; exactly one should. */
  public record VipState(String address, List<String> holders) {
    public VipState {
      holders = List.copyOf(holders);
    }
  }

  /**
   * One registry.
   *
   * @param why it could not be looked at, if so; else empty
   */
  public record RegistryState(String name, String url, String why, List<MissingDigest> missing) {
    public RegistryState {
      missing = List.copyOf(missing);
    }
  }

  /** What a registry lacks; image is one that needs it. */
  public record MissingDigest(String image, String digest) {}
}
