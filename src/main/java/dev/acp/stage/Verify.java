package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.node.Node;
import dev.acp.pipeline.Goal;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.registry.RegistryNames;
import dev.acp.value.Digest;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The proof at the end: every node Ready, every pod of the platform ready (the product guide's two
 * checks; what else runs in a cluster that is older is not setup's to judge), and, where the bundle
 * has a toolbox image, pods on all nodes that reach each other, a Service by its name, exec and
 * logs. The latter is done once for the same nodes and versions; a node that registered anew is
 * another one.
 */
public final class Verify implements Stage.OnNodes<SetupInput> {
  private static final Duration LIMIT = Duration.ofMinutes(6);

  @Override
  public StageId id() {
    return StageId.of("verify");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(List.of(in.first().name()), 1);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    Optional<String> toolbox = in.image("platform/toolbox");
    if (toolbox.isEmpty()) {
      return List.of();
    }
    String image = toolbox.get();
    String pinned =
        RegistryNames.imageHost(in.spec())
            + "/"
            + image.substring(0, image.lastIndexOf(':'))
            + "@"
            + in.images().get(image).oci();
    String what =
        in.spec().kubernetes().version()
            + "\n"
            + in.bundle().manifest().version()
            + "\n"
            + in.spec().nodes().stream().map(in::kubernetesName).collect(Collectors.joining("\n"));
    return List.of(
        new Action(
            "verify",
            "verify.sh",
            List.of(
                Digest.ofText(what).hex(),
                pinned,
                SetupInput.DOMAIN,
                Integer.toString(in.spec().nodes().size()),
                Integer.toString(in.spec().network().podCidrs().size())),
            LIMIT,
            true));
  }

  @Override
  public Optional<Goal> goal(Node node, SetupInput in) {
    return Optional.of(
        new Goal(
            "every node Ready and every pod of the platform ready",
            "cluster-ready.sh",
            List.of(Integer.toString(in.spec().nodes().size())),
            Duration.ofMinutes(5),
            Duration.ofSeconds(1)));
  }
}
