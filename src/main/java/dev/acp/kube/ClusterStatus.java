package dev.acp.kube;

import java.util.List;

/**
 * What a cluster says of itself, judged.
 *
 * @param healthy true when there is no reason against it
 * @param reasons whole sentences, each a reason why it is not healthy
 */
public record ClusterStatus(
    boolean healthy,
    List<String> reasons,
    List<NodeState> nodes,
    List<PodState> pods,
    List<ChartState> charts) {
  public ClusterStatus {
    reasons = List.copyOf(reasons);
    nodes = List.copyOf(nodes);
    pods = List.copyOf(pods);
    charts = List.copyOf(charts);
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

  /** A component of the platform that acp applied. */
  public record ChartState(String name, String state) {}
}
