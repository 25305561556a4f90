package dev.acp.bundle;

import dev.acp.archive.BlockRelay;
import dev.acp.archive.Volumes;
import dev.acp.openpgp.DataHash;
import dev.acp.value.FileDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The digests that one read of a package feeds: those that its signatures need, and SHA-256 only if
 * none of them tells the file's own digest.
 */
final class PackageHashes {
  private final List<DataHash> all;
  private final Optional<Volumes> volumes;

  /**
   * @param needed by the signatures; may be none
   */
  PackageHashes(PackageFile pack, List<DataHash> needed) {
    this.volumes = pack.volumes();
    List<DataHash> hashes = new ArrayList<>(needed);
    if (hashes.stream().allMatch(hash -> hash.value().isEmpty())) {
      hashes.add(DataHash.plain());
    }
    this.all = List.copyOf(hashes);
  }

  /** One reader a digest, and one that checks the parts; each for a thread of its own. */
  List<BlockRelay.Reader> readers() {
    List<BlockRelay.Reader> readers = feeding(all);
    volumes.ifPresent(v -> readers.add(v::check));
    return readers;
  }

  /** One reader a digest. */
  static List<BlockRelay.Reader> feeding(List<DataHash> hashes) {
    List<BlockRelay.Reader> readers = new ArrayList<>();
    for (DataHash hash : hashes) {
      readers.add(in -> in.forEach(hash::update));
    }
    return readers;
  }

  /** The file's digest, after the last byte. */
  FileDigest digest() {
    return all.stream().flatMap(hash -> hash.value().stream()).findFirst().orElseThrow();
  }
}
