package dev.acp.operation;

import dev.acp.pipeline.Plan;
import dev.acp.stage.AddOns;
import dev.acp.stage.BalancerServes;
import dev.acp.stage.ContainerRuntime;
import dev.acp.stage.ControlPlane;
import dev.acp.stage.ControlPlanes;
import dev.acp.stage.InstallerCopy;
import dev.acp.stage.JoinTokens;
import dev.acp.stage.LoadBalancer;
import dev.acp.stage.NetworkMode;
import dev.acp.stage.NodeFiles;
import dev.acp.stage.Preflight;
import dev.acp.stage.PrepareNodes;
import dev.acp.stage.PullImages;
import dev.acp.stage.PushImages;
import dev.acp.stage.Recheck;
import dev.acp.stage.RegistryUnit;
import dev.acp.stage.SetupInput;
import dev.acp.stage.Verify;
import dev.acp.stage.Workers;
import java.util.List;
import java.util.Optional;

/** acp setup: from bare machines to a global cluster. The whole of it, in order. */
public final class Setup {
  private Setup() {}

  public static Plan<SetupInput> plan() {
    return new Plan<>(
        List.of(
            new Preflight(),
            new LoadBalancer(),
            new PrepareNodes(),
            new Recheck(),
            new InstallerCopy(),
            new NodeFiles(),
            new ContainerRuntime(),
            new RegistryUnit(),
            new PushImages(),
            new PullImages(),
            new ControlPlane(),
            new BalancerServes(),
            new NetworkMode(),
            new JoinTokens(),
            new ControlPlanes(),
            new Workers(),
            new AddOns(),
            new Verify()),
        // Kubernetes begins as soon as its first machine can
        Optional.of(
            new Plan.Ahead<>(
                in -> in.first().name(),
                List.of("node-files", "container-runtime", "registry", "images", "images-pulled"),
                List.of("control-plane", "load-balancer-serves", "network", "join-tokens"))));
  }
}
