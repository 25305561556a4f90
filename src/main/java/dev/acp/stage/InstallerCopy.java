package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.PutFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.InstallerFiles;
import dev.acp.cluster.ResolvedFile;
import dev.acp.file.Content;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.PkiFile;
import dev.acp.remote.RemotePath;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.List;

/**
 * What the installer node alone knows, on every control plane as well, so that {@code acp adopt}
 * can bring it back: the decisions, the authorities, and the resolved cluster file. The control
 * planes hold the cluster's keys anyway; this adds the registry's. Before anything else is put on a
 * node, so that a half-installed cluster can be adopted, too.
 */
public final class InstallerCopy implements Stage.OnNodes<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("installer-copy");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(in.spec().controlPlanes().stream().map(NodeSpec::name).toList(), 5);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    return files(in.spec(), in.decisions(), in.pki());
  }

  /** The files, for every stage that changes what is in them. */
  static List<Change> files(ClusterSpec spec, Decisions decisions, ClusterPki pki) {
    List<Change> files = new ArrayList<>();
    for (PkiFile file : pki.installerFiles()) {
      files.add(file(InstallerFiles.PKI + "/" + file.name(), file.content().reveal()));
    }
    files.add(file(InstallerFiles.CLUSTER, ResolvedFile.write(spec)));
    // the last one, so that a copy without it is known as half made
    files.add(file(InstallerFiles.DECISIONS, decisions.text().reveal()));
    return files;
  }

  private static PutFile file(String name, String text) {
    return new PutFile(
        RemotePath.of(InstallerFiles.FOLDER + "/" + name), "0600", Content.ofText(text));
  }
}
