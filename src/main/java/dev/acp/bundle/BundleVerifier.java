package dev.acp.bundle;

import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.DetachedVerifier;
import dev.acp.openpgp.SignatureFile;
import dev.acp.openpgp.SignatureVerdict;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import dev.acp.value.FileDigest;
import dev.acp.value.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Checks an unpacked bundle: the manifest's signature, then every file against the manifest. */
public final class BundleVerifier {
  private static final int MOST_DIFFERENCES = 1000;

  private final Optional<Trust> trust;
  private final Clock clock;

  /**
   * @param trust if empty, the signature is not looked at and the result is never good
   */
  public BundleVerifier(Optional<Trust> trust, Clock clock) {
    this.trust = trust;
    this.clock = clock;
  }

  /** Reads all the bundle's files, several at once; what differs is a result, not an exception. */
  public Verification verify(Path folder, Progress progress, Stop stop) {
    Path root = Bundle.root(folder);
    try {
      byte[] bytes = Files.readAllBytes(root.resolve(Manifest.NAME));
      List<SignatureVerdict> verdicts =
          trust.isPresent() ? manifestSignatures(root, bytes, trust.get(), clock) : List.of();
      boolean signed = verdicts.stream().anyMatch(SignatureVerdict::good);
      // an unsigned manifest proves nothing, but what is damaged is still worth knowing
      Manifest manifest = signed || trust.isEmpty() ? Manifest.parse(bytes, Manifest.NAME) : null;
      List<String> differences =
          manifest == null ? List.of() : differences(root, manifest, progress, stop);
      return Verification.of(
          root,
          Bytes.of(manifest == null ? bytes.length : manifest.unpackedSize()),
          FileDigest.of(Digest.ofBytes(bytes)),
          verdicts,
          differences,
          clock.instant());
    } catch (IOException e) {
      throw Unreadable.because(root, e);
    }
  }

  /** The verdicts on manifest.yaml.sig; it must be there. */
  static List<SignatureVerdict> manifestSignatures(
      Path root, byte[] manifest, Trust trust, Clock clock) {
    Path signature = root.resolve(Manifest.SIGNATURE);
    if (!Files.isRegularFile(signature, LinkOption.NOFOLLOW_LINKS)) {
      throw AcpException.of(
          FaultCode.SIGNATURE_BAD, "The manifest is not signed: " + signature + " is missing.");
    }
    return DetachedVerifier.check(
        trust.keyring(), SignatureFile.read(signature), trust.pinned(), clock.instant(), manifest);
  }

  private static List<String> differences(
      Path root, Manifest manifest, Progress progress, Stop stop) throws IOException {
    Map<String, FileEntry> listed = new HashMap<>();
    manifest.files().forEach(f -> listed.put(f.path(), f));
    List<String> found = new ArrayList<>(unlisted(root, listed));
    AtomicLong done = new AtomicLong();
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.max(2, Runtime.getRuntime().availableProcessors()));
    try {
      List<Future<Optional<String>>> answers = new ArrayList<>();
      // the largest first, so that no thread is left alone with one at the end
      List<FileEntry> files = new ArrayList<>(manifest.files());
      files.sort(Comparator.comparingLong(FileEntry::size).reversed());
      for (FileEntry file : files) {
        answers.add(
            threads.submit(
                () -> {
                  stop.check();
                  Optional<String> difference = difference(root, file);
                  progress.done(Bytes.of(done.addAndGet(file.size())));
                  return difference;
                }));
      }
      for (Future<Optional<String>> answer : answers) {
        answer.get().filter(d -> found.size() < MOST_DIFFERENCES).ifPresent(found::add);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    } finally {
      threads.shutdownNow();
    }
    found.sort(null);
    return found;
  }

  private static List<String> unlisted(Path root, Map<String, FileEntry> listed)
      throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(p -> !Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
          .map(p -> root.relativize(p).toString())
          .filter(p -> !listed.containsKey(p))
          .filter(p -> !p.equals(Manifest.NAME) && !p.equals(Manifest.SIGNATURE))
          .map(p -> Printable.line(p) + ": not in the manifest")
          .limit(MOST_DIFFERENCES)
          .toList();
    }
  }

  private static Optional<String> difference(Path root, FileEntry file) throws IOException {
    Path path = root.resolve(file.path());
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(file.path() + ": missing");
    }
    PosixFileAttributes now =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!now.isRegularFile()) {
      return Optional.of(file.path() + ": is no file any more");
    }
    if (now.size() != file.size()) {
      return Optional.of(
          file.path() + ": changed, has " + now.size() + " bytes, not " + file.size());
    }
    if (!Digest.ofFile(path).equals(file.digest())) {
      return Optional.of(file.path() + ": changed, has another digest");
    }
    if (!now.permissions().equals(Extraction.toPermissions(file.mode()))) {
      return Optional.of(
          file.path()
              + ": has the mode "
              + java.nio.file.attribute.PosixFilePermissions.toString(now.permissions())
              + ", not "
              + Integer.toOctalString(file.mode()));
    }
    return Optional.empty();
  }
}
