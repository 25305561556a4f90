package dev.acp.bundle;

import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.openpgp.DetachedVerifier;
import dev.acp.openpgp.SignatureFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Checks a package's detached signature in one read of the file, in bounded memory. */
public final class PackageVerifier {
  private final Trust trust;
  private final Clock clock;

  public PackageVerifier(Trust trust, Clock clock) {
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
    DetachedVerifier verifier =
        new DetachedVerifier(trust.keyring(), signatures, trust.pinned(), clock.instant());
    PackageHashes hashes = new PackageHashes(Optional.of(verifier));
    try (InputStream in = pack.open()) {
      new FileRelay(hashes.readers()).run(in, progress, stop);
      return Verification.of(
          file, pack.size(), hashes.digest(), verifier.finish(), List.of(), clock.instant());
    } catch (IOException e) {
      throw Unreadable.because(file, e);
    }
  }
}
