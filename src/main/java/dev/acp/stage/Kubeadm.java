package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.change.Change.UnitState;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.KubernetesTraits;
import dev.acp.file.Content;
import dev.acp.file.Res;
import dev.acp.kubeadm.KubeadmConfig;
import dev.acp.kubeadm.KubeadmInput;
import dev.acp.pki.Pem;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.RemotePath;
import dev.acp.value.Arch;
import dev.acp.value.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What kubeadm init and kubeadm join have in common. */
final class Kubeadm {
  static final Duration LIMIT = Duration.ofMinutes(12);

  private Kubeadm() {}

  static KubeadmInput input(SetupInput in, NodeSpec node) {
    return new KubeadmInput(
        in.spec(),
        node,
        in.kubernetesName(node),
        RegistryNames.imageRepository(in.spec()),
        tag(in, "platform/etcd"),
        tag(in, "platform/pause"),
        in.offer().overrides(),
        List.of(),
        patched(in, node) ? Optional.of(KubeadmConfig.PATCHES) : Optional.empty(),
        EncryptionAtRest.wanted(in));
  }

  static String tag(SetupInput in, String repository) {
    String ref =
        in.image(repository)
            .orElseThrow(
                () ->
                    dev.acp.fault.AcpException.of(
                        dev.acp.fault.FaultCode.BUNDLE_INVALID,
                        "The bundle has no image " + repository + "."));
    return ref.substring(ref.lastIndexOf(':') + 1);
  }

  /**
   * Everything up to the running of kubeadm: what Kubernetes will leave is declared first, and the
   * way to end its containers stands between that and the kubelet, so that the way back goes
   * kubelet, containers, the virtual address, leavings.
   */
  static List<Change> before(SetupInput in, NodeSpec node, List<Change> files) {
    Arch arch = in.arch(node.name());
    List<Change> changes =
        new ArrayList<>(KubernetesLeavings.ofKubernetes(NetworkMode.modeFile(in)));
    changes.addAll(Vip.wayBack(in, node));
    changes.add(new Action("containers", "containers.sh", List.of(), Duration.ofMinutes(3), false));
    changes.addAll(files);
    changes.add(kubeScript("half-written.sh"));
    if (node.isControlPlane() && traits(in).etcdAsksForDisk()) {
      changes.add(
          secret(
              RemotePath.of(KubeadmConfig.PATCHES + "/" + KubeadmConfig.ETCD_PATCH),
              KubeadmConfig.etcdPatch()));
    }
    changes.addAll(Vip.files(in, node));
    // Not what kubeadm writes: kubeadm restarts the kubelet itself.
    changes.add(
        UnitState.running(
            "kubelet.service",
            List.of(
                NodeFiles.program(
                    in, "kubernetes", in.spec().kubernetes().version().toString(), arch, "kubelet"),
                NodeFiles.unit("kubelet.service", "kubelet.service"),
                NodeFiles.unit("kubelet.service.d/10-kubeadm.conf", "10-kubeadm.conf"))));
    return changes;
  }

  /**
   * What a node needs to join: where the cluster is, its own configuration, and the way to run it.
   */
  static List<Change> joinFiles(SetupInput in, NodeSpec node) {
    Secret token = in.decisions().secret(Tokens.nameFor(node.name()));
    return List.of(
        new PutFile(
            RemotePath.of(KubeadmConfig.DISCOVERY),
            "0644",
            Content.ofText(KubeadmConfig.discovery(in.spec(), Pem.certificate(in.pki().ca())))),
        kubeScript("join.sh"),
        secret(
            NodePaths.ACP.resolve("kubeadm-join.yaml"),
            KubeadmConfig.join(input(in, node), token)));
  }

  /**
   * The folder of patches as the actions take it: where no file can name it (before 1.22), and "-".
   */
  static String patches(SetupInput in, NodeSpec node) {
    return patched(in, node) && !traits(in).patchesInFile() ? KubeadmConfig.PATCHES : "-";
  }

  /** True where kubeadm is to lay something over its own manifests. */
  private static boolean patched(SetupInput in, NodeSpec node) {
    return node.isControlPlane() && (traits(in).etcdAsksForDisk() || Vip.patches(in, node));
  }

  private static KubernetesTraits traits(SetupInput in) {
    return KubernetesTraits.of(in.spec().kubernetes().version());
  }

  /** One of res/kube, for the actions to call. */
  private static PutFile kubeScript(String name) {
    return new PutFile(
        NodePaths.ACP.resolve(name), "0644", Content.ofText(Res.text("kube/" + name)));
  }

  /** A file that only root may read. */
  static PutFile secret(RemotePath path, String text) {
    return new PutFile(path, "0600", Content.ofText(text));
  }

  /** The phases that kubeadm leaves out, as the actions take them: comma separated, or "-". */
  static String skipped(SetupInput in, String... more) {
    List<String> all = new ArrayList<>(in.offer().overrides().kubeadmSkipPhases());
    all.addAll(List.of(more));
    return all.isEmpty() ? "-" : String.join(",", all);
  }
}
