package dev.acp.bundle;

import dev.acp.archive.BlockRelay;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.openpgp.DataHash;
import dev.acp.openpgp.DetachedVerifier;
import dev.acp.openpgp.SignatureFile;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Checks a package's detached signature in one read of the file, in bounded memory. */
public final class PackageVerifier {
  private final Supplier<Trust> trust;
  private final Clock clock;

  public PackageVerifier(Trust trust, Clock clock) {
    this(() -> trust, clock);
  }

  /**
   * @param trust asked once, in a thread of its own, while the file is being read
   */
  public PackageVerifier(Supplier<Trust> trust, Clock clock) {
    this.trust = trust;
    this.clock = clock;
  }

  /**
   * Reads the whole file and judges its signatures; a bad one is a result, not an exception.
   *
   * @param signature the signature's file; if empty, PACKAGE.sig or PACKAGE.asc
   */
  public Verification verify(Path file, Optional<Path> signature, Progress progress, Stop stop) {
    PackageFile pack = new PackageFile(file);
    SignatureFile signatures = pack.signature(signature);
    List<DataHash> begun = signatures.begin();
    PackageHashes hashes = new PackageHashes(pack, begun);
    // the keys take as long as some hundred megabytes, and both are needed in the end only
    FutureTask<DetachedVerifier> keys =
        new FutureTask<>(
            () -> {
              Trust whom = trust.get();
              return new DetachedVerifier(
                  whom.keyring(), signatures, whom.pinned(), clock.instant(), begun);
            });
    Thread reader = new Thread(keys, "acp-keys");
    reader.setDaemon(true);
    reader.start();
    try {
      read(pack, hashes.readers(), progress.and(() -> failIf(keys)), stop);
      DetachedVerifier verifier = result(keys);
      if (!verifier.hashes().isEmpty()) {
        // salted ones, known only now
        read(pack, PackageHashes.feeding(verifier.hashes()), progress, stop);
      }
      return Verification.of(
          pack.path(), pack.size(), hashes.digest(), verifier.finish(), List.of(), clock.instant());
    } catch (IOException e) {
      throw Unreadable.because(file, e);
    }
  }

  private static void read(
      PackageFile pack, List<BlockRelay.Reader> readers, Progress progress, Stop stop)
      throws IOException {
    try (ReadableByteChannel in = pack.openWhole()) {
      new BlockRelay(readers).run(in, progress, stop);
    }
  }

  /** That there is no key to check with is told at once, and not after the last byte. */
  private static void failIf(FutureTask<DetachedVerifier> keys) {
    if (keys.isDone()) {
      result(keys);
    }
  }

  private static DetachedVerifier result(FutureTask<DetachedVerifier> keys) {
    try {
      return keys.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException told) {
        throw told;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    }
  }
}
