package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.PutFile;
import dev.acp.change.Change.UnitState;
import dev.acp.containerd.ContainerdConfig;
import dev.acp.file.Content;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.registry.RegistryConfig;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.RemotePath;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the registries show and what nodes show to them, issued by acp's own authority. containerd
 * from 1.5 on reads its part at every pull.
 */
public final class RenewRegistry implements Stage.OnNodes<RenewInput> {
  @Override
  public StageId id() {
    return StageId.of("renew-registry");
  }

  @Override
  public Scope scope(RenewInput in) {
    return new Scope(in.registryNodes(), 1);
  }

  @Override
  public List<Change> changes(Node node, RenewInput in) {
    List<Change> changes = new ArrayList<>();
    if (in.due(node.name(), Kind.REGISTRY_CLIENT)) {
      changes.add(
          file(
              ContainerdConfig.CLIENT_CERTIFICATE, "0644", in.pki().nodeClient().certificatePem()));
      changes.add(
          file(ContainerdConfig.CLIENT_KEY, "0600", in.pki().nodeClient().keyPem().reveal()));
    }
    if (in.due(node.name(), Kind.REGISTRY)) {
      var server = in.pki().registryServer(node.name());
      List<PutFile> files =
          List.of(
              file(RegistryConfig.CERTIFICATE, "0644", server.certificatePem()),
              file(RegistryConfig.KEY, "0600", server.keyPem().reveal()));
      changes.addAll(files);
      changes.add(UnitState.running(RegistryConfig.UNIT, files));
    }
    return changes;
  }

  private static PutFile file(String path, String mode, String text) {
    return new PutFile(RemotePath.of(path), mode, Content.ofText(text));
  }

  @Override
  public Optional<Goal> goal(Node node, RenewInput in) {
    return in.due(node.name(), Kind.REGISTRY)
        ? Optional.of(
            new Goal(
                "the registry to listen",
                "registry-listens.sh",
                List.of(Integer.toString(RegistryNames.PORT)),
                Duration.ofMinutes(1),
                Duration.ofMillis(500)))
        : Optional.empty();
  }
}
