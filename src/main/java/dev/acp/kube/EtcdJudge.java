package dev.acp.kube;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.kube.ClusterStatus.EtcdMember;
import dev.acp.kube.ClusterStatus.EtcdState;
import dev.acp.kube.ControlPlaneState.Member;
import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * etcd's members by control plane, judged from what each control plane said over SSH: so the loss
 * of the majority can be told, too, when no API server answers. Pure.
 */
final class EtcdJudge {
  private final ClusterSpec spec;
  private final Map<NodeName, ControlPlaneState> seen;
  private final List<String> reasons = new ArrayList<>();
  private final List<String> recovery = new ArrayList<>();

  EtcdJudge(ClusterSpec spec, Map<NodeName, ControlPlaneState> seen) {
    this.spec = spec;
    this.seen = seen;
  }

  EtcdState judge() {
    // One that has a majority behind it knows best who belongs to it.
    List<Member> members =
        seen.values().stream()
            .filter(s -> !s.members().isEmpty())
            .max(java.util.Comparator.comparing(ControlPlaneState::serves))
            .map(ControlPlaneState::members)
            .orElse(List.of());
    List<EtcdMember> judged = new ArrayList<>();
    for (NodeSpec node : spec.controlPlanes()) {
      judged.add(member(node, members));
    }
    for (Member m : members) {
      if (spec.controlPlanes().stream().noneMatch(n -> peer(n).equals(m.peer()))) {
        reasons.add(
            "etcd has a member " + m.peer() + " that is no control plane of the cluster file.");
      }
    }
    boolean quorum = seen.values().stream().anyMatch(ControlPlaneState::serves);
    if (!quorum && !seen.isEmpty()) {
      lost(members, judged);
    }
    return new EtcdState(quorum, judged);
  }

  List<String> reasons() {
    return List.copyOf(reasons);
  }

  /** Commands, in order, for a person; empty unless the majority is lost. */
  List<String> recovery() {
    return List.copyOf(recovery);
  }

  private static String peer(NodeSpec node) {
    return "https://" + node.address().inUrl() + ":2380";
  }

  private EtcdMember member(NodeSpec node, List<Member> members) {
    Optional<Member> member = members.stream().filter(m -> m.peer().equals(peer(node))).findFirst();
    ControlPlaneState own = seen.get(node.name());
    String state;
    if (member.isEmpty() && !members.isEmpty()) {
      state = "missing";
      reasons.add("Control plane " + node.name() + " is no member of etcd.");
    } else if (member.isPresent() && !member.get().started()) {
      state = "unstarted";
      reasons.add("etcd's member of " + node.name() + " was added and has never started.");
    } else if (own == null) {
      state = "unknown";
      reasons.add("etcd's member of " + node.name() + " cannot be asked.");
    } else if (own.self().isEmpty()) {
      state = "down";
      reasons.add("etcd's member of " + node.name() + " does not answer.");
    } else if (own.self().get().learner()) {
      state = "learner";
      reasons.add("etcd's member of " + node.name() + " is a learner and has no vote yet.");
    } else if (!own.serves()) {
      state = "alone";
      reasons.add(
          "etcd's member of " + node.name() + " runs, but finds no majority of the others.");
    } else {
      state = "voter";
    }
    return new EtcdMember(node.name().text(), member.map(Member::id).orElse(""), state);
  }

  private void lost(List<Member> members, List<EtcdMember> judged) {
    long voters = members.stream().filter(m -> !m.learner()).count();
    if (voters == 0) {
      voters = spec.controlPlanes().size();
    }
    List<NodeSpec> alive =
        spec.controlPlanes().stream()
            .filter(
                n ->
                    judged.stream()
                        .anyMatch(
                            j -> j.node().equals(n.name().text()) && j.state().equals("alone")))
            .toList();
    long wanted = voters / 2 + 1;
    reasons.add(
        "etcd has lost its majority: "
            + alive.size()
            + " of "
            + voters
            + " voting members answer, "
            + wanted
            + " are needed; nothing can be changed in the cluster until then.");
    if (alive.isEmpty() || alive.size() >= wanted) {
      return; // they are there and have not found each other yet, or there is nobody to go on with
    }
    NodeSpec survivor = alive.get(0);
    recovery.add(
        "First bring the other control planes back: with "
            + wanted
            + " of "
            + voters
            + " members etcd heals by itself.");
    recovery.add(
        "Only if they are gone for good, and stay switched off, let "
            + survivor.name()
            + " go on alone (what the others had and it had not is lost):");
    recovery.add("  " + command(survivor));
  }

  /** As a person would type it where acp runs. */
  private static String command(NodeSpec node) {
    Ssh ssh = node.ssh();
    return "ssh"
        + (ssh.port() == 22 ? "" : " -p " + ssh.port())
        + ssh.jump().map(j -> " -J " + j).orElse("")
        + " "
        + ssh.user()
        + "@"
        + ssh.address()
        + (ssh.become() == Ssh.Become.SUDO && !ssh.user().equals("root") ? " -t sudo" : "")
        + " sh "
        + RECOVER
        + " --others-are-gone";
  }

  /** Where setup puts res/kube/etcd-recover.sh on every control plane. */
  static final String RECOVER = "/etc/kubernetes/acp/etcd-recover.sh";
}
