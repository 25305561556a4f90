package dev.acp.bundle;

import dev.acp.archive.BlockRelay;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.openpgp.DataHash;
import dev.acp.openpgp.DetachedVerifier;
import dev.acp.openpgp.SignatureFile;
import dev.acp.openpgp.SignatureVerdict;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * The verdicts on a package's signatures: the keys are read and judged in a thread of their own
 * while the file is hashed, since they take as long as some hundred megabytes, and both are needed
 * in the end only.
 */
final class Verdicts {
  private final List<DataHash> begun;
  private final Background<DetachedVerifier> verifier;

  /**
   * @param trust asked once, in that thread
   */
  Verdicts(SignatureFile signatures, Supplier<Trust> trust, Clock clock) {
    this.begun = signatures.begin();
    this.verifier =
        Background.of(
            "acp-keys",
            () -> {
              Trust whom = trust.get();
              return new DetachedVerifier(
                  whom.keyring(), signatures, whom.pinned(), clock.instant(), begun);
            });
  }

  /** The digests that the file must go through before {@link #finish}. */
  List<DataHash> hashes() {
    return begun;
  }

  /** That there is no key to check with is told at once, and not after the last byte. */
  void failIfNoKeys() {
    verifier.failIfFailed();
  }

  /** After the last byte; reads the file once more for digests with a salt that is known now. */
  List<SignatureVerdict> finish(PackageFile pack, Progress progress, Stop stop) throws IOException {
    DetachedVerifier keys = verifier.get();
    if (!keys.hashes().isEmpty()) {
      read(pack, PackageHashes.feeding(keys.hashes()), progress, stop);
    }
    return keys.finish();
  }

  static void read(PackageFile pack, List<BlockRelay.Reader> readers, Progress progress, Stop stop)
      throws IOException {
    try (ReadableByteChannel in = pack.openWhole()) {
      new BlockRelay(readers).run(in, progress, stop);
    }
  }
}
