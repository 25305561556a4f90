package dev.acp.bundle;

import dev.acp.archive.BlockRelay;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.openpgp.DataHash;
import dev.acp.value.FileDigest;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The digests that one read of a package feeds: those that its signatures need, and SHA-256 only if
 * none of them tells the file's own digest.
 */
final class PackageHashes {
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
   * so each of the others.
   */
  void read(List<BlockRelay.Reader> others, Progress progress, Stop stop) throws IOException {
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

  /** The file's digest, after the last byte. */
  FileDigest digest() {
    return all.stream().flatMap(hash -> hash.value().stream()).findFirst().orElseThrow();
  }
}
