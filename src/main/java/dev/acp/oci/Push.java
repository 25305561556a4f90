package dev.acp.oci;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.oci.Https.Body;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings images of a layout into a registry: four blobs at once, each sent once however many
 * repositories need it, those that are there passed over (so that a second run goes on where the
 * first stopped), then the manifests of four repositories at once, everything looked at again by
 * digest at the end. For one use.
 */
public final class Push {
  private static final int AT_ONCE = 4;
  private static final int TRIES = 3;

  /**
   * What was done.
   *
   * @param pushed blobs that were sent
   * @param skipped blobs that were there, or were mounted from another repository
   * @param sent the bytes of those pushed
   */
  public record Summary(int images, int pushed, int skipped, Bytes sent) {}

  private final ImageLayout layout;
  private final RegistryClient registry;
  private final Events events;
  private final Stop stop;
  private final AtomicInteger pushed = new AtomicInteger();
  private final AtomicInteger skipped = new AtomicInteger();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong told = new AtomicLong();
  private long total;

  public Push(ImageLayout layout, RegistryClient registry, Events events, Stop stop) {
    this.layout = layout;
    this.registry = registry;
    this.events = events;
    this.stop = stop;
  }

  /** Pushes these images whole; returns when the registry has every one, byte for byte. */
  public Summary run(List<ImageLayout.Image> images) {
    return send(images.stream().map(image -> Sending.whole(layout, image)).toList());
  }

  /** Where each blob is wanted. */
  private static Map<Descriptor, Set<String>> blobs(List<Sending> images) {
    Map<Descriptor, Set<String>> blobs = new LinkedHashMap<>();
    for (Sending image : images) {
      for (Descriptor blob : image.blobs()) {
        blobs.computeIfAbsent(blob, b -> new LinkedHashSet<>()).add(image.ref().repository());
      }
    }
    return blobs;
  }

  /** The bytes that {@link #send} would have to send now; changes nothing. */
  public Bytes missing(List<Sending> images) {
    AtomicLong bytes = new AtomicLong();
    List<Callable<Void>> work = new ArrayList<>();
    blobs(images)
        .forEach(
            (blob, repositories) ->
                work.add(
                    () -> {
                      stop.check();
                      if (repositories.stream().noneMatch(r -> has(r, blob))) {
                        bytes.addAndGet(blob.size());
                      }
                      return null;
                    }));
    inParallel(work);
    return Bytes.of(bytes.get());
  }

  private boolean has(String repository, Descriptor blob) {
    return registry.hasBlob(repository, blob.digest(), blob.size());
  }

  /** Pushes what these say; returns when the registry has all of it, byte for byte. */
  public Summary send(List<Sending> images) {
    Map<Descriptor, Set<String>> blobs = blobs(images);
    // One request alone: the other connections resume its TLS session, without new signatures.
    registry.ready();
    total = blobs.keySet().stream().mapToLong(Descriptor::size).sum();
    List<Callable<Void>> work = new ArrayList<>();
    // the largest first, so that none of them is alone at the end
    blobs.entrySet().stream()
        .sorted(Comparator.comparing(wanted -> -wanted.getKey().size()))
        .forEach(
            wanted ->
                work.add(
                    () -> {
                      push(wanted.getKey(), wanted.getValue());
                      return null;
                    }));
    inParallel(work);
    inParallel(manifests(images));
    List<Callable<Void>> checks = new ArrayList<>();
    blobs.forEach((blob, repositories) -> checks.add(() -> check(blob, repositories)));
    images.forEach(image -> checks.add(() -> check(image)));
    inParallel(checks);
    return new Summary(images.size(), pushed.get(), skipped.get(), Bytes.of(sent.get()));
  }

  private void push(Descriptor blob, Set<String> repositories) {
    List<String> without = new ArrayList<>();
    Optional<String> source = Optional.empty();
    for (String repository : repositories) {
      stop.check();
      if (has(repository, blob)) {
        source = Optional.of(repository);
        skipped.incrementAndGet();
      } else {
        without.add(repository);
      }
    }
    boolean counted = source.isPresent();
    if (counted) {
      moved(blob.size());
    }
    for (String repository : without) {
      if (source.isPresent() && registry.mountBlob(repository, blob.digest(), source.get())) {
        skipped.incrementAndGet();
      } else {
        upload(repository, blob, !counted);
        counted = true;
      }
      source = Optional.of(repository);
    }
  }

  private void upload(String repository, Descriptor blob, boolean count) {
    for (int tried = 1; ; tried++) {
      stop.check();
      AtomicLong read = new AtomicLong();
      try {
        registry.uploadBlob(repository, blob.digest(), content(blob, count ? read : null));
        pushed.incrementAndGet();
        sent.addAndGet(blob.size());
        return;
      } catch (AcpException e) {
        done.addAndGet(-read.get());
        refuseDamaged(blob, e);
        if (tried == TRIES || !RegistryClient.worthAnother(e)) {
          throw e;
        }
        RegistryClient.pause(tried);
      }
    }
  }

  /**
   * A registry refuses what is not its digest; then it is the bundle that must be fetched again.
   */
  private void refuseDamaged(Descriptor blob, AcpException refused) {
    Path path = layout.blobPath(blob.digest());
    try {
      if (!Files.isRegularFile(path) || !Digest.ofFile(path).equals(blob.digest())) {
        AcpException damaged =
            ImageFiles.damaged("The blob " + path + " is missing, or not what its name says");
        damaged.addSuppressed(refused);
        throw damaged;
      }
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, path + " cannot be read: " + e, e);
    }
  }

  private Body content(Descriptor blob, AtomicLong read) {
    Path path = layout.blobPath(blob.digest());
    return new Body(
        blob.size(),
        () ->
            new FilterInputStream(Files.newInputStream(path)) {
              @Override
              public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                if (n > 0 && read != null) {
                  read.addAndGet(n);
                  moved(n);
                }
                return n;
              }
            });
  }

  /** Tells each mebibyte, and the end. */
  private void moved(long bytes) {
    long now = done.addAndGet(bytes);
    long before = told.get();
    if ((now - before >= 1 << 20 || now >= total) && told.compareAndSet(before, now)) {
      events.tell(new Event.Moved(Optional.empty(), "images", Bytes.of(now), Bytes.of(total)));
    }
  }

  /** By repository, for a registry may read a manifest's link while another image writes it. */
  private List<Callable<Void>> manifests(List<Sending> images) {
    Map<String, List<Sending>> byRepository = new LinkedHashMap<>();
    for (Sending image : images) {
      byRepository.computeIfAbsent(image.ref().repository(), r -> new ArrayList<>()).add(image);
    }
    List<Callable<Void>> work = new ArrayList<>();
    byRepository
        .values()
        .forEach(
            all ->
                work.add(
                    () -> {
                      all.forEach(this::pushManifests);
                      return null;
                    }));
    return work;
  }

  private void pushManifests(Sending image) {
    String repository = image.ref().repository();
    String tag = image.ref().tag();
    if (registry.manifestDigest(repository, tag).filter(image.digest()::equals).isPresent()) {
      return;
    }
    for (Descriptor manifest : image.manifests()) {
      stop.check();
      registry.putManifest(
          repository, manifest.digest().oci(), manifest.mediaType(), layout.blob(manifest));
    }
    stop.check();
    registry.putManifest(repository, tag, image.mediaType(), image.top());
  }

  private Void check(Descriptor blob, Set<String> repositories) {
    for (String repository : repositories) {
      if (!has(repository, blob)) {
        throw missing("the blob " + repository + "@" + blob.digest().oci());
      }
    }
    return null;
  }

  private Void check(Sending image) {
    String repository = image.ref().repository();
    if (registry
        .manifestDigest(repository, image.ref().tag())
        .filter(image.digest()::equals)
        .isEmpty()) {
      throw missing("the image " + image.ref() + "@" + image.digest().oci());
    }
    for (Descriptor manifest : image.manifests()) {
      if (registry.manifestDigest(repository, manifest.digest().oci()).isEmpty()) {
        throw missing("the manifest " + repository + "@" + manifest.digest().oci());
      }
    }
    return null;
  }

  private AcpException missing(String what) {
    return AcpException.of(
        FaultCode.REGISTRY_FAILED,
        "The registry " + registry.base() + " has lost " + what + " after it was pushed.");
  }

  /** Some at once; when one has failed, no other is begun, and what it threw is thrown. */
  static void inParallel(List<Callable<Void>> work) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    AtomicBoolean failed = new AtomicBoolean();
    List<Callable<Void>> guarded = new ArrayList<>();
    work.forEach(one -> guarded.add(() -> failed.get() ? null : orFail(one, failed)));
    try {
      for (Future<Void> one : threads.invokeAll(guarded)) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    } finally {
      threads.shutdown();
    }
  }

  private static Void orFail(Callable<Void> one, AtomicBoolean failed) throws Exception {
    try {
      return one.call();
    } catch (Exception | Error e) {
      failed.set(true);
      throw e;
    }
  }
}
