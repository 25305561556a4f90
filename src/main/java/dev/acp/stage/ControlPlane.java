package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.file.Content;
import dev.acp.file.Res;
import dev.acp.kubeadm.KubeadmConfig;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.pki.PkiFile;
import dev.acp.remote.RemotePath;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first control plane, by kubeadm init with the authorities that acp made. Once that machine
 * was removed from the cluster there is nothing to do here; that the one in its place answers is
 * waited for, which after a cold start of the whole site takes a minute.
 */
public final class ControlPlane implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("control-plane");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(List.of(in.first().name()), 1);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    if (!in.founds(node.spec())) {
      return List.of();
    }
    List<Change> files = new ArrayList<>(authorities(in));
    files.add(
        Kubeadm.secret(
            NodePaths.ACP.resolve("kubeadm-init.yaml"),
            KubeadmConfig.init(
                Kubeadm.input(in, node.spec()), in.decisions().secret(Tokens.INIT))));
    List<Change> changes = new ArrayList<>(Kubeadm.before(in, node.spec(), files));
    changes.add(
        new Action(
            "kubeadm-init", "kubeadm-init.sh", arguments(in, node.spec()), Kubeadm.LIMIT, true));
    return changes;
  }

  /** Behind a load balancer also where this machine's API server is, and the load balancer. */
  private static List<String> arguments(SetupInput in, NodeSpec node) {
    List<String> args = new ArrayList<>();
    args.add(Kubeadm.skipped(in, "addon/coredns"));
    args.add(Kubeadm.patches(in, node));
    if (LoadBalancer.wanted(in.spec())) {
      args.add("https://" + node.address().inUrl() + ":" + ClusterSpec.Endpoint.PORT);
      args.add("https://" + in.spec().endpoint().hostPort());
    }
    return args;
  }

  /**
   * What is the same on every control plane: authorities and keys, and the way out of a lost
   * majority, which status points to.
   */
  static List<Change> authorities(SetupInput in) {
    List<Change> files = new ArrayList<>();
    RemotePath pki = NodePaths.KUBERNETES.resolve("pki");
    for (PkiFile file : in.pki().controlPlaneFiles()) {
      String mode = file.mode().equals("rw-------") ? "0600" : "0644";
      files.add(
          new PutFile(
              RemotePath.of(pki + "/" + file.name()),
              mode,
              Content.ofText(file.content().reveal())));
    }
    files.addAll(EncryptionAtRest.files(in));
    files.add(
        new PutFile(
            NodePaths.ACP.resolve("etcd-recover.sh"),
            "0700",
            Content.ofText(Res.text("kube/etcd-recover.sh"))));
    return files;
  }

  @Override
  public Optional<Goal> goal(Node node, SetupInput in) {
    // its part in the cluster's address follows the cluster file only in its own stage
    return Optional.of(
        in.founds(node.spec())
            ? ControlPlanes.ready(node.spec(), in)
            : ControlPlanes.ready(node.spec(), in, List.of()));
  }
}
