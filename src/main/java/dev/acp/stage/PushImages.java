package dev.acp.stage;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.Push;
import dev.acp.oci.RegistryClient;
import dev.acp.pipeline.Stage;
import dev.acp.registry.RegistryNames;
import dev.acp.value.Digest;
import dev.acp.value.StageId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bundle's images into the registry of every control plane: what is there is passed over, and a
 * push is complete when each registry answers for every digest (registries do not replicate by
 * themselves).
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
    for (NodeSpec node : in.spec().controlPlanes()) {
      RegistryClient client = client(in, node);
      boolean up = client.ready();
      for (ImageLayout.Image image : layout.images()) {
        Optional<Digest> there =
            up
                ? client.manifestDigest(image.ref().repository(), image.ref().tag())
                : Optional.empty();
        if (there.filter(image.descriptor().digest()::equals).isEmpty()) {
          missing.add(new Delivery(node.name().text(), "push", image.ref().toString()));
        }
      }
    }
    return missing;
  }

  @Override
  public void deliver(SetupInput in, Events events, Stop stop) {
    ImageLayout layout = in.layout();
    for (NodeSpec node : in.spec().controlPlanes()) {
      Push.Summary done = new Push(layout, client(in, node), events, stop).run(layout.images());
      events.info(
          node.name()
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

  private static RegistryClient client(SetupInput in, NodeSpec node) {
    return new RegistryClient(
        URI.create(RegistryNames.url(node.address())), in.pki().pushContext());
  }
}
