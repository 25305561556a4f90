package dev.acp.bundle;

import dev.acp.openpgp.DataHash;
import dev.acp.openpgp.DetachedVerifier;
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

  PackageHashes(Optional<DetachedVerifier> verifier) {
    List<DataHash> hashes = new ArrayList<>();
    verifier.ifPresent(v -> hashes.addAll(v.hashes()));
    if (hashes.stream().allMatch(hash -> hash.value().isEmpty())) {
      hashes.add(DataHash.plain());
    }
    this.all = List.copyOf(hashes);
  }

  /** One reader a digest, each for a thread of its own. */
  List<FileRelay.Reader> readers() {
    List<FileRelay.Reader> readers = new ArrayList<>();
    for (DataHash hash : all) {
      readers.add(in -> in.forEach((block, n) -> hash.update(block, 0, n)));
    }
    return readers;
  }

  /** The file's digest, after the last byte. */
  FileDigest digest() {
    return all.stream().flatMap(hash -> hash.value().stream()).findFirst().orElseThrow();
  }
}
