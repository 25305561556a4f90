package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.file.Content;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.RemotePath;
import dev.acp.value.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Manifests of the bundle, filled in, put on the first control plane and applied there. */
final class Manifests {
  private static final Duration APPLY_LIMIT = Duration.ofMinutes(3);

  private Manifests() {}

  /**
   * The changes that apply one set.
   *
   * @param name of the set; also names the cluster's note of what was applied
   * @param paths below installer/
   */
  static List<Change> apply(SetupInput in, String name, List<String> paths) {
    Templates templates =
        new Templates(
            in.spec(), SetupInput.DOMAIN, RegistryNames.imageHost(in.spec()), in.images());
    List<Change> changes = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    List<String> files = new ArrayList<>();
    for (String path : paths) {
      String text = templates.fill(path, in.bundle().text(path));
      RemotePath target =
          NodePaths.ACP
              .resolve("manifests")
              .resolve(name)
              .resolve(path.substring(path.lastIndexOf('/') + 1));
      changes.add(new PutFile(target, "0600", Content.ofText(text)));
      files.add(target.text());
      all.append(text);
    }
    List<String> args = new ArrayList<>(List.of(name, Digest.ofText(all.toString()).hex()));
    args.addAll(files);
    changes.add(new Action("apply-" + name, "apply-manifests.sh", args, APPLY_LIMIT, false));
    return changes;
  }
}
