package dev.acp.bundle;

import dev.acp.archive.BlockRelay;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.openpgp.DataHash;
import dev.acp.value.Bytes;
import dev.acp.value.FileDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The digests that one read of a package feeds: those that its signatures need, and SHA-256 only if
 * none of them tells the file's own digest.
 */
final class PackageHashes {
  /** In bytes; stays in a processor's own cache. */
  private static final int ALONE = 256 << 10;

  private final PackageFile pack;
  private final List<DataHash> all;

  /**
   * @param needed by the signatures; may be none
   */
  PackageHashes(PackageFile pack, List<DataHash> needed) {
    this.pack = pack;
    List<DataHash> hashes = new ArrayList<>(needed);
    if (hashes.stream().allMatch(hash -> hash.value().isEmpty())) {
      hashes.add(DataHash.plain());
    }
    this.all = List.copyOf(hashes);
  }

  /**
   * Reads the file once: each digest in a thread of its own, the check of the parts in another, and
   * so each of the others, if there are several.
   */
  void read(List<BlockRelay.Reader> others, Progress progress, Stop stop) throws IOException {
    if (others.isEmpty() && all.size() == 1 && pack.volumes().isEmpty()) {
      read(all.get(0), progress, stop);
      return;
    }
    List<BlockRelay.Reader> readers = new ArrayList<>();
    for (DataHash hash : all) {
      readers.add(in -> in.forEach(hash::update));
    }
    pack.volumes().ifPresent(volumes -> readers.add(volumes::check));
    readers.addAll(others);
    try (ReadableByteChannel in = pack.openWhole()) {
      new BlockRelay(readers).run(in, progress, stop);
    }
  }

  /**
   * For one digest alone, in this thread: what another thread has read lies in another processor's
   * cache, and to fetch it from there costs more than to read it.
   */
  private void read(DataHash hash, Progress progress, Stop stop) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(ALONE);
    long done = 0;
    try (ReadableByteChannel in = pack.openWhole()) {
      while (in.read(block.clear()) >= 0) {
        stop.check();
        done += block.position();
        hash.update(block.flip());
        progress.done(Bytes.of(done));
      }
    }
  }

  /** The file's digest, after the last byte. */
  FileDigest digest() {
    return all.stream().flatMap(hash -> hash.value().stream()).findFirst().orElseThrow();
  }
}
