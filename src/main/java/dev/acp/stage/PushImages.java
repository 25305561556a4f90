package dev.acp.stage;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.Inventory;
import dev.acp.oci.Push;
import dev.acp.oci.RegistryClient;
import dev.acp.pipeline.Stage;
import dev.acp.value.Digest;
import dev.acp.value.StageId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The bundle's images into the registry of every control plane, or the external one: what is there
 * is passed over, and a push is complete when each registry answers for every digest (registries do
 * not replicate by themselves).
 */
public final class PushImages implements Stage.Deliver<SetupInput> {
  @Override
  public StageId id() {
    return StageId.of("images");
  }

  @Override
  public List<Delivery> missing(SetupInput in) {
    List<Delivery> missing = new ArrayList<>();
    ImageLayout layout = in.layout();
    Inventory all = Inventory.of(layout);
    in.registries()
        .forEach(
            (name, client) ->
                lacking(layout, all, client)
                    .forEach(ref -> missing.add(new Delivery(name, "push", ref))));
    return missing;
  }

  /** The images that a registry does not have whole, under their tags. */
  private static Set<String> lacking(ImageLayout layout, Inventory all, RegistryClient client) {
    Set<String> lacking = new TreeSet<>();
    boolean up = client.ready();
    for (ImageLayout.Image image : layout.images()) {
      Optional<Digest> there =
          up
              ? client.manifestDigest(image.ref().repository(), image.ref().tag())
              : Optional.empty();
      if (there.filter(image.descriptor().digest()::equals).isEmpty()) {
        lacking.add(image.ref().toString());
      }
    }
    if (up) {
      all.missingIn(client, new Stop()).forEach(piece -> lacking.add(piece.image()));
    }
    return lacking;
  }

  @Override
  public void deliver(SetupInput in, Events events, Stop stop) {
    deliver(in, place -> true, events, stop);
  }

  @Override
  public void deliver(SetupInput in, Predicate<String> places, Events events, Stop stop) {
    Map<String, RegistryClient> registries = new LinkedHashMap<>(in.registries());
    registries.keySet().removeIf(places.negate());
    ImageLayout layout = in.layout();
    for (Map.Entry<String, RegistryClient> registry : registries.entrySet()) {
      Push.Summary done = new Push(layout, registry.getValue(), events, stop).run(layout.images());
      events.info(
          registry.getKey()
              + ": "
              + done.images()
              + " images, "
              + done.pushed()
              + " blobs sent ("
              + done.sent()
              + "), "
              + done.skipped()
              + " were there");
    }
  }
}
