package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.change.Change.UnitState;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.containerd.ContainerdConfig;
import dev.acp.containerd.ContainerdInput;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.node.Node;
import dev.acp.oci.ImageArchive;
import dev.acp.oci.ImageLayout;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.pki.Pem;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.RemotePath;
import dev.acp.value.StageId;
import dev.acp.value.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * containerd with the platform's registries as the only ones it knows, and the pause image, which
 * must be there before the registry is (operations.md, fact 5).
 */
public final class ContainerRuntime implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("container-runtime");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(in.all(), 16);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    Version version = Version.of(NodeFiles.newest(in, "containerd", in.arch(node.name())));
    boolean external = in.spec().registry() instanceof Registry.External;
    String pause = Kubeadm.input(in, node.spec()).pauseImage();
    ContainerdInput input =
        new ContainerdInput(
            version,
            in.spec().containerdRoot(),
            pause,
            in.offer().overrides().kubeletCgroupDriver(),
            in.offer().overrides().containerdRestrictOomScoreAdj(),
            RegistryNames.imageHost(in.spec()),
            RegistryNames.mirrors(in.spec(), node.spec()),
            !external,
            !external || in.registry().authority().isPresent(),
            in.spec().network().ipFamily() == ClusterSpec.IpFamily.DUAL
                && !in.spec().network().podCidrs().get(0).isV4(),
            in.registry().login());
    List<Change> changes =
        new ArrayList<>(KubernetesLeavings.ofContainerRuntime(in.spec().containerdRoot()));
    List<PutFile> files = new ArrayList<>();
    files.addAll(external ? authority(in) : keys(in));
    // With a password in it, for root alone.
    String mode = in.registry().login().isPresent() ? "0600" : "0644";
    ContainerdConfig.hostsFile(input)
        .ifPresent(path -> changes.add(file(path, mode, ContainerdConfig.hosts(input))));
    files.add(file(ContainerdConfig.FILE, mode, ContainerdConfig.toml(input)));
    changes.addAll(files);
    // hosts.toml is read anew at every pull
    files.add(
        NodeFiles.program(
            in, "containerd", version.toString(), in.arch(node.name()), "containerd"));
    files.add(NodeFiles.unit(ContainerdConfig.UNIT, ContainerdConfig.UNIT));
    changes.add(UnitState.running(ContainerdConfig.UNIT, files));
    changes.addAll(pause(in, pause));
    return changes;
  }

  private static List<PutFile> keys(SetupInput in) {
    var client = in.pki().nodeClient();
    return List.of(
        file(ContainerdConfig.CA, "0644", Pem.certificate(in.pki().registryCa())),
        file(ContainerdConfig.CLIENT_CERTIFICATE, "0644", client.certificatePem()),
        file(ContainerdConfig.CLIENT_KEY, "0600", client.keyPem().reveal()));
  }

  private static List<PutFile> authority(SetupInput in) {
    return in.registry().authority().stream()
        .map(pem -> file(ContainerdConfig.CA, "0644", pem))
        .toList();
  }

  private static List<Change> pause(SetupInput in, String name) {
    String ref =
        in.image("platform/pause")
            .orElseThrow(
                () ->
                    AcpException.of(
                        FaultCode.BUNDLE_INVALID, "The bundle has no image platform/pause."));
    ImageLayout layout = in.layout();
    RemotePath archive = NodePaths.IMAGES.resolve("pause.tar");
    return List.of(
        new PutFile(archive, "0600", ImageArchive.of(layout, Map.of(name, layout.get(ref)))),
        new Action(
            "import-pause",
            "import-images.sh",
            List.of(archive.text(), name),
            Duration.ofMinutes(2),
            false));
  }

  private static PutFile file(String path, String mode, String text) {
    return new PutFile(RemotePath.of(path), mode, Content.ofText(text));
  }

  @Override
  public Optional<Goal> goal(Node node, SetupInput in) {
    return Optional.of(
        new Goal(
            "containerd to answer",
            "containerd-answers.sh",
            List.of(),
            Duration.ofMinutes(1),
            Duration.ofMillis(500)));
  }
}
