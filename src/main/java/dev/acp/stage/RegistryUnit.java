package dev.acp.stage;

import dev.acp.bundle.Bundle.BundleFile;
import dev.acp.change.Change;
import dev.acp.change.Change.Leaves;
import dev.acp.change.Change.PutFile;
import dev.acp.change.Change.UnitState;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.file.Content;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.pki.Pem;
import dev.acp.registry.RegistryConfig;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.RemotePath;
import dev.acp.value.Arch;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The platform's registry: a systemd unit on every control plane, so that it is up before any pod
 * is, with TLS both ways. Nothing where the cluster file names an external one.
 */
public final class RegistryUnit implements Stage.OnNodes<SetupInput> {
  /** The name of the registry's own secret among the decisions. */
  public static final String SECRET = "registry-http";

  private static final RemotePath PROGRAM = RemotePath.of("/usr/local/bin/acp-registry");

  @Override
  public StageId id() {
    return StageId.of("registry");
  }

  @Override
  public Scope scope(SetupInput in) {
    if (in.spec().registry() instanceof Registry.External) {
      return new Scope(List.of(), 1);
    }
    return new Scope(
        in.spec().controlPlanes().stream().map(n -> n.name()).toList(),
        Math.max(1, in.spec().controlPlanes().size()));
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    Arch arch = in.arch(node.name());
    BundleFile program =
        in.bundle().component("registry", NodeFiles.newest(in, "registry", arch), arch).get(0);
    String config = RegistryConfig.write(in.spec(), node.spec(), in.decisions().secret(SECRET));
    var server = in.pki().registryServer(node.name());
    List<PutFile> files = new ArrayList<>();
    files.add(new PutFile(PROGRAM, "0755", program.content()));
    files.add(file(RegistryConfig.CLIENT_CA, "0644", Pem.certificate(in.pki().registryCa())));
    files.add(file(RegistryConfig.CERTIFICATE, "0644", server.certificatePem()));
    files.add(file(RegistryConfig.KEY, "0600", server.keyPem().reveal()));
    files.add(file(RegistryConfig.FILE, "0600", config));
    files.add(NodeFiles.unit(RegistryConfig.UNIT, RegistryConfig.UNIT));
    List<Change> changes = new ArrayList<>();
    changes.add(new Leaves(Leaves.Kind.PATH, RegistryConfig.STORAGE));
    changes.addAll(files);
    changes.add(UnitState.running(RegistryConfig.UNIT, files));
    return changes;
  }

  private static PutFile file(String path, String mode, String text) {
    return new PutFile(RemotePath.of(path), mode, Content.ofText(text));
  }

  @Override
  public Optional<Goal> goal(Node node, SetupInput in) {
    return Optional.of(
        new Goal(
            "the registry to listen",
            "registry-listens.sh",
            List.of(Integer.toString(RegistryNames.PORT)),
            Duration.ofMinutes(1),
            Duration.ofMillis(500)));
  }
}
