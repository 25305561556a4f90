package dev.acp.bundle;

import dev.acp.event.Background;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.DetachedVerifier;
import dev.acp.openpgp.SignatureFile;
import dev.acp.openpgp.SignatureVerdict;
import dev.acp.value.Bytes;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Verifies and unpacks a package in one read. Nothing is visible under the target until the
 * package's signature, the manifest's signature and every file's digest hold.
 */
public final class Unpacker {
  /** Room for folders and the file system's own needs, beside the files. */
  private static final long SLACK = 64L << 20;

  /**
   * What to unpack, where to.
   *
   * @param trust asked once, in a thread of its own; empty means --insecure-skip-verify: no
   *     signature is looked at
   * @param running the version of this acp
   */
  public record Request(
      Path file,
      Path target,
      Optional<Path> signature,
      Optional<Supplier<Trust>> trust,
      boolean force,
      Version running) {}

  /**
   * What came of it.
   *
   * @param already true if the same bundle was there, intact, and nothing was unpacked
   */
  public record Result(
      Path installer, Manifest manifest, Verification verification, boolean already) {}

  private final Clock clock;
  private final Consumer<Verification> record;

  /**
   * @param record told of each verification, good or bad, before anything follows from it
   */
  public Unpacker(Clock clock, Consumer<Verification> record) {
    this.clock = clock;
    this.record = record;
  }

  /** Unpacks into target/installer, or throws and leaves nothing there. */
  public Result unpack(Request request, Progress progress, Stop stop) {
    try {
      return tryUnpack(request, progress, stop);
    } catch (IOException e) {
      throw Unreadable.because(request.target(), e);
    }
  }

  private Result tryUnpack(Request request, Progress progress, Stop stop) throws IOException {
    PackageFile pack = new PackageFile(request.file());
    Optional<SignatureFile> signatures =
        request.trust().isPresent()
            ? Optional.of(pack.signature(request.signature()))
            : Optional.empty();
    // the keys and the manifest take about as long as each other
    Optional<Background<Trust>> loading =
        request.trust().map(trust -> Background.of("acp-trust", trust));
    PackageFile.Head seen = head(pack, request, loading, progress, stop);
    Manifest manifest = seen.manifest();
    Optional<Trust> trust = loading.map(Background::get);
    trust.ifPresent(t -> t.keyring().orNoKeys());
    manifest.requireAcp(request.running());
    Path installer = request.target().resolve(Manifest.ROOT);
    try (PartialFolder partial = PartialFolder.take(request.target())) {
      if (Files.exists(installer) && !request.force()) {
        return existing(installer, seen, trust, stop);
      }
      requireSpace(request.target(), manifest);
      Extraction extraction = new Extraction(partial.content(), Optional.of(seen));
      Verification verification = relay(pack, trust, signatures, extraction, progress, stop);
      if (trust.isPresent() && !verification.good()) {
        record.accept(verification);
        throw verification.fault();
      }
      Optional<AcpException> refusal = refusal(extraction, trust);
      record.accept(refusal.map(r -> verification.refused(r.fault().what())).orElse(verification));
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      PackageFile.Head head = extraction.head().orElseThrow();
      stop.check();
      if (Files.exists(installer) && !request.force()) {
        throw exists(installer, "appeared while acp was unpacking");
      }
      partial.publish();
      return new Result(installer, head.manifest(), verification, false);
    }
  }

  /** The head; if the archive's is refused and the signature is bad too, the latter is told. */
  private PackageFile.Head head(
      PackageFile pack,
      Request request,
      Optional<Background<Trust>> trust,
      Progress progress,
      Stop stop)
      throws IOException {
    try {
      return pack.head();
    } catch (AcpException refused) {
      if (trust.isPresent()) {
        Verification verification =
            new PackageVerifier(trust.get()::get, clock)
                .verify(request.file(), request.signature(), progress, stop);
        record.accept(verification);
        if (!verification.good()) {
          AcpException bad = verification.fault();
          bad.addSuppressed(refused);
          throw bad;
        }
      }
      throw refused;
    }
  }

  private Result existing(Path installer, PackageFile.Head seen, Optional<Trust> trust, Stop stop)
      throws IOException {
    Path file = installer.resolve(Manifest.NAME);
    if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), seen.bytes())) {
      throw exists(installer, "is there already, and is not this package's bundle");
    }
    Verification verification =
        new BundleVerifier(trust, clock).verify(installer, Progress.none(), stop);
    record.accept(verification);
    boolean intact = verification.differences().isEmpty();
    if (!intact || (trust.isPresent() && !verification.good())) {
      throw exists(installer, "is there already, but is damaged: " + verification.reason());
    }
    return new Result(installer, seen.manifest(), verification, true);
  }

  private static AcpException exists(Path installer, String how) {
    return AcpException.of(FaultCode.BUNDLE_EXISTS, installer + " " + how + ".");
  }

  private static void requireSpace(Path target, Manifest manifest) {
    Bytes free = Bytes.of(Math.max(0, target.toFile().getUsableSpace()));
    Bytes needed = Bytes.of(Math.addExact(manifest.unpackedSize(), SLACK));
    if (free.compareTo(needed) < 0) {
      throw AcpException.of(
          FaultCode.SPACE_SHORT,
          target + " has " + free + " free, but the package needs " + needed + ".");
    }
  }

  private Verification relay(
      PackageFile pack,
      Optional<Trust> trust,
      Optional<SignatureFile> signatures,
      Extraction extraction,
      Progress progress,
      Stop stop)
      throws IOException {
    Optional<Verdicts> verdicts = signatures.map(s -> new Verdicts(s, trust::orElseThrow, clock));
    PackageHashes hashes =
        new PackageHashes(pack, verdicts.map(Verdicts::hashes).orElse(List.of()));
    hashes.read(List.of(extraction::read), progress, stop);
    if (verdicts.isPresent()) {
      return Verification.of(
          pack.path(),
          pack.size(),
          hashes.digest(),
          verdicts.get().finish(),
          List.of(),
          clock.instant());
    }
    return new Verification(
        pack.path(),
        false,
        "not verified, on request (--insecure-skip-verify)",
        pack.size(),
        hashes.digest(),
        List.of(),
        List.of(),
        clock.instant());
  }

  /** Why a package whose signature holds, or is not looked at, is not taken. */
  private Optional<AcpException> refusal(Extraction extraction, Optional<Trust> trust) {
    if (extraction.refusal().isPresent()) {
      return extraction.refusal();
    }
    try {
      trust.ifPresent(t -> requireSignedManifest(extraction.head().orElseThrow(), t));
      return Optional.empty();
    } catch (AcpException e) {
      return Optional.of(e);
    }
  }

  private void requireSignedManifest(PackageFile.Head head, Trust trust) {
    if (!head.signed()) {
      throw AcpException.of(
          FaultCode.ARCHIVE_REFUSED,
          "The package's manifest is not signed: "
              + Manifest.SIGNATURE
              + " is missing behind it. acp package sign adds it.");
    }
    List<SignatureVerdict> verdicts =
        DetachedVerifier.check(
            trust.keyring(),
            SignatureFile.parse(head.signature(), Manifest.SIGNATURE),
            trust.pinned(),
            clock.instant(),
            head.bytes());
    if (verdicts.stream().noneMatch(SignatureVerdict::good)) {
      throw AcpException.of(
          FaultCode.SIGNATURE_BAD,
          "The package's manifest is not signed by a trusted key: "
              + verdicts.get(0).reason()
              + ".");
    }
  }
}
