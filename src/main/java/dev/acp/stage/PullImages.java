package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.registry.RegistryNames;
import dev.acp.value.StageId;
import dev.acp.value.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every node pulls what it is about to run, by digest, through its registries; so that the API
 * server does not wait for images, and a mistake in the registry's way shows before the cluster
 * begins.
 */
public final class PullImages implements Stage.OnNodes<SetupInput> {
  private static final Duration LIMIT = Duration.ofMinutes(20);

  @Override
  public StageId id() {
    return StageId.of("images-pulled");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(in.all(), 8);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    Version containerd = Version.of(NodeFiles.newest(in, "containerd", in.arch(node.name())));
    if (in.registry().login().isPresent() && !containerd.atLeast(1, 5)) {
      // Its ctr takes a password from an argument only, where everybody reads it; the kubelet
      // pulls.
      return List.of();
    }
    List<String> refs = new ArrayList<>(in.imagesOf("platform/kube-proxy"));
    if (node.spec().isControlPlane()) {
      refs.addAll(
          in.imagesOf(
              "platform/kube-apiserver",
              "platform/kube-controller-manager",
              "platform/kube-scheduler",
              "platform/etcd"));
      refs.addAll(in.imagesOf(Vip.repositories(in).toArray(String[]::new)));
    }
    List<String> args = new ArrayList<>();
    for (String ref : refs) {
      args.add(RegistryNames.imageHost(in.spec()) + "/" + ref);
      args.add(in.images().get(ref).oci());
    }
    return List.of(new Action("pull-images", "pull-images.sh", args, LIMIT, true));
  }
}
