package dev.acp.bundle;

import dev.acp.event.Background;
import dev.acp.openpgp.DataHash;
import dev.acp.openpgp.DetachedVerifier;
import dev.acp.openpgp.SignatureFile;
import dev.acp.openpgp.SignatureVerdict;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The verdicts on a package's signatures: the keys are read and judged in a thread of their own
 * while the file is hashed, since they take as long as some hundred megabytes, and both are needed
 * in the end only. The file is read once, so that what is unpacked is what was judged.
 */
final class Verdicts {
  private final boolean salted;
  private final List<DataHash> begun;
  private final Background<DetachedVerifier> verifier;

  /**
   * @param trust asked once, in that thread
   */
  Verdicts(SignatureFile signatures, Supplier<Trust> trust, Clock clock) {
    this.salted = signatures.salted();
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

  /**
   * The digests that the file must go through before {@link #finish}; waits for the keys where a
   * signature has a salt.
   */
  List<DataHash> hashes() {
    List<DataHash> all = new ArrayList<>(begun);
    if (salted) {
      all.addAll(verifier.get().hashes());
    }
    return all;
  }

  /** That there is no key to check with is told at once, and not after the last byte. */
  void failIfNoKeys() {
    verifier.failIfFailed();
  }

  /** After the last byte. */
  List<SignatureVerdict> finish() {
    return verifier.get().finish();
  }
}
