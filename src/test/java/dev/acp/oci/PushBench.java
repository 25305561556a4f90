package dev.acp.oci;

import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.pki.Identity;
import dev.acp.pki.MutualTls;
import dev.acp.pki.Pem;
import dev.acp.remote.PutBench;
import dev.acp.value.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * For scripts/bench/push.sh: a layout's images into one registry, as the stage images does it. Not
 * a test. Arguments: LAYOUT URL CA CERTIFICATE KEY, and perhaps those of {@link PutBench}, which
 * comes first then.
 */
public final class PushBench {
  private PushBench() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 5) {
      PutBench.main(Arrays.copyOfRange(args, 5, args.length));
    }
    long began = System.nanoTime();
    Identity own =
        new Identity(
            Pem.readCertificates(Files.readString(Path.of(args[3]))).get(0),
            Pem.readKey(Secret.of(Files.readString(Path.of(args[4])))));
    RegistryClient registry =
        new RegistryClient(
            URI.create(args[1]),
            MutualTls.context(
                Pem.readCertificates(Files.readString(Path.of(args[2]))), Optional.of(own)));
    ImageLayout layout = ImageLayout.open(Path.of(args[0]));
    long ready = System.nanoTime();
    Push.Summary done = new Push(layout, registry, Events.none(), new Stop()).run(layout.images());
    System.out.println(
        done.images()
            + " images, "
            + done.pushed()
            + " blobs sent ("
            + done.sent()
            + "); "
            + (ready - began) / 1_000_000
            + " ms to begin, "
            + (System.nanoTime() - ready) / 1_000_000
            + " ms to push");
  }
}
