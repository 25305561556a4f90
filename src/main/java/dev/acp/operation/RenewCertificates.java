package dev.acp.operation;

import dev.acp.pipeline.Plan;
import dev.acp.stage.ControlPlanesBack;
import dev.acp.stage.NodesBack;
import dev.acp.stage.RenewControlPlanes;
import dev.acp.stage.RenewInput;
import dev.acp.stage.RenewInstallerCopy;
import dev.acp.stage.RenewKubelets;
import dev.acp.stage.RenewRegistry;
import java.util.List;

/** acp certs renew: the whole of it, in order. */
public final class RenewCertificates {
  private RenewCertificates() {}

  public static Plan<RenewInput> plan() {
    return new Plan<>(
        List.of(
            new RenewKubelets(),
            new RenewControlPlanes(),
            new ControlPlanesBack(),
            new NodesBack(),
            new RenewRegistry(),
            new RenewInstallerCopy()));
  }
}
