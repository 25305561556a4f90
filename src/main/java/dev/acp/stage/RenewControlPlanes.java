package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.kube.CertificateFile;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * kubeadm's certificates on the control planes, one control plane after another, each with its API
 * server and etcd back before the next begins (operations.md, fact 13).
 */
public final class RenewControlPlanes implements Stage.OnNodes<RenewInput> {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** Not kubeadm's: it is renewed only where it was a copy. */
  private static final String OPERATORS = "/root/.kube/config";

  @Override
  public StageId id() {
    return StageId.of("renew-control-planes");
  }

  @Override
  public Scope scope(RenewInput in) {
    return new Scope(in.controlPlanes(), 1);
  }

  @Override
  public List<Change> changes(Node node, RenewInput in) {
    List<String> args = new ArrayList<>();
    args.add(in.id());
    args.add(kubernetesName(in, node.spec()));
    args.add(url(node.spec()));
    args.add(in.blind() ? "blind" : "wait");
    for (CertificateFile file : in.seen().get(node.name()).files()) {
      if (file.kind().byKubeadm() && !file.path().equals(OPERATORS)) {
        args.add(file.path());
        args.add(file.digest().hex());
      }
    }
    return List.of(new Action("renew-certificates", "renew-certificates.sh", args, LIMIT, true));
  }

  @Override
  public Optional<Goal> goal(Node node, RenewInput in) {
    return in.blind() ? Optional.empty() : Optional.of(ready(node.spec(), in, List.of()));
  }

  /**
   * @param pods that Kubernetes shall know as ready as well
   */
  static Goal ready(NodeSpec node, RenewInput in, List<String> pods) {
    List<String> args = new ArrayList<>(List.of(url(node), kubernetesName(in, node)));
    // of any configuration
    pods.forEach(pod -> args.add(pod + "="));
    return new Goal(
        "this control plane's own API server and etcd, and the cluster's address",
        "control-plane-ready.sh",
        args,
        Duration.ofMinutes(5),
        Duration.ofMillis(500));
  }

  /** What Kubernetes calls a node: by the cluster file, or as its kubelet's certificate has it. */
  static String kubernetesName(RenewInput in, NodeSpec node) {
    return node.kubernetesName(in.spec().nodeNaming())
        .or(() -> in.seen().get(node.name()).kubernetesName())
        .orElseThrow(
            () ->
                AcpException.on(
                    node.name(),
                    FaultCode.CANNOT_TELL,
                    "The node's name in Kubernetes is not known: its kubelet has no certificate.",
                    List.of()));
  }

  private static String url(NodeSpec node) {
    return "https://" + node.address().inUrl() + ":" + ClusterSpec.Endpoint.PORT;
  }
}
