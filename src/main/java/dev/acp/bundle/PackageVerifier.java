package dev.acp.bundle;

import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.openpgp.SignatureFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
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
    Verdicts verdicts = new Verdicts(signatures, trust, clock);
    PackageHashes hashes = new PackageHashes(pack, verdicts.hashes());
    try {
      hashes.read(List.of(), progress.and(verdicts::failIfNoKeys), stop);
      return Verification.of(
          pack.path(), pack.size(), hashes.digest(), verdicts.finish(), List.of(), clock.instant());
    } catch (IOException e) {
      throw Unreadable.because(file, e);
    }
  }
}
