package dev.acp.operation;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.PlatformSync;
import dev.acp.oci.Push;
import dev.acp.oci.RegistryClient;
import dev.acp.oci.Sending;
import dev.acp.oci.SyncPlan;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the images of a bundle into the registries of a cluster that stands, by platform (product
 * guide, "from a single architecture to hybrid"): what is there is passed over, platforms that only
 * the registry has stay, and a run that was cut short goes on.
 */
public final class SyncImages {
  /**
   * What was done, or would be, in one registry.
   *
   * @param blobsSent of them, those mounted or there already are not counted
   * @param sent the bytes of those; in a dry run the bytes that would be sent
   */
  public record Synced(
      NodeName node, List<SyncPlan> images, int blobsSent, int blobsThere, Bytes sent) {
    public long count(SyncPlan.Action action) {
      return images.stream().filter(i -> i.action() == action).count();
    }
  }

  private final ImageLayout layout;
  private final Set<String> platforms;
  private final Events events;
  private final Stop stop;

  /**
   * @param layout opened against the signed manifest
   * @param platforms those wanted, in normal form; empty for all
   */
  public SyncImages(ImageLayout layout, Set<String> platforms, Events events, Stop stop) {
    this.layout = layout;
    this.platforms = platforms;
    this.events = events;
    this.stop = stop;
  }

  /**
   * Does it, registry by registry; every one must answer before the first byte is sent.
   *
   * @throws AcpException REGISTRY_FAILED, BUNDLE_DAMAGED, INTERRUPTED
   */
  public List<Synced> run(Map<NodeName, RegistryClient> registries, boolean dryRun) {
    registries.forEach(
        (node, registry) -> {
          if (!registry.ready()) {
            throw AcpException.on(
                node,
                FaultCode.REGISTRY_FAILED,
                "The registry " + registry.base() + " does not answer; nothing was sent.",
                List.of());
          }
        });
    Map<NodeName, List<SyncPlan>> plans = new LinkedHashMap<>();
    registries.forEach((node, registry) -> plans.put(node, plan(registry)));
    List<Synced> done = new ArrayList<>();
    plans.forEach((node, plan) -> done.add(sync(node, registries.get(node), plan, dryRun)));
    return done;
  }

  private List<SyncPlan> plan(RegistryClient registry) {
    PlatformSync sync = new PlatformSync(layout, registry, platforms);
    List<SyncPlan> plan = new ArrayList<>();
    for (ImageLayout.Image image : layout.images()) {
      stop.check();
      plan.add(sync.plan(image));
    }
    return plan;
  }

  private Synced sync(NodeName node, RegistryClient registry, List<SyncPlan> plan, boolean dryRun) {
    List<Sending> sendings = plan.stream().flatMap(p -> p.sending().stream()).toList();
    Push push = new Push(layout, registry, events, stop);
    if (dryRun) {
      return new Synced(node, plan, 0, 0, push.missing(sendings));
    }
    Push.Summary summary = push.send(sendings);
    return new Synced(node, plan, summary.pushed(), summary.skipped(), summary.sent());
  }
}
