package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.file.Content;
import dev.acp.kube.CertificateFile;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.node.Node;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.remote.RemotePath;
import dev.acp.value.Digest;
import dev.acp.value.Secret;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The kubelets' certificates, where the kubelet itself missed their end: it renews the one by which
 * it calls the API server only as long as that is valid, and its own serving one never. They come
 * first: a kubelet that is started with an expired certificate ends at once, and then no static pod
 * starts either.
 */
public final class RenewKubelets implements Stage.OnNodes<RenewInput> {
  private static final RemotePath FOLDER = RemotePath.of("/var/lib/kubelet/pki");

  @Override
  public StageId id() {
    return StageId.of("renew-kubelets");
  }

  @Override
  public Scope scope(RenewInput in) {
    return new Scope(in.kubeletNodes(), 4);
  }

  @Override
  public List<Change> changes(Node node, RenewInput in) {
    List<Change> changes = new ArrayList<>();
    String client = "-";
    Secret pem = in.kubelets().get(node.name());
    if (pem != null) {
      RemotePath path =
          FOLDER.resolve(
              "kubelet-client-acp-" + Digest.ofText(pem.reveal()).hex().substring(0, 16) + ".pem");
      changes.add(new PutFile(path, "0600", Content.ofText(pem.reveal())));
      client = path.text();
    }
    String server =
        in.serverDue(node.name())
            ? in.seen().get(node.name()).files().stream()
                .filter(f -> f.kind() == Kind.KUBELET_SERVER)
                .map(CertificateFile::digest)
                .map(Digest::hex)
                .findFirst()
                .orElse("-")
            : "-";
    changes.add(
        new Action(
            "renew-kubelet",
            "renew-kubelet.sh",
            List.of(client, server),
            Duration.ofMinutes(5),
            false));
    return changes;
  }
}
