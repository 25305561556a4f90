package dev.acp.bundle;

import dev.acp.archive.BlockRelay;
import dev.acp.archive.Slice;
import dev.acp.archive.TarReader;
import dev.acp.event.Background;
import dev.acp.value.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/**
 * Copies files out of an archive and tells their digests: a large one is hashed in a thread of its
 * own while it is written, from the same memory.
 */
final class FileCopy implements AutoCloseable {
  /** Below this, handing over costs more than it saves. */
  private static final int SMALL = 128 << 10;

  private static final int MOST_WAITING = BlockRelay.MOST_HELD - 1;

  private final Semaphore room = new Semaphore(MOST_WAITING);
  private final ExecutorService hashing = Background.thread("acp-file-hash");

  /** Copies the entry that is read now, and gives its SHA-256. */
  Digest copy(TarReader from, long size, NewFile to) throws IOException {
    MessageDigest hasher = Digest.hasher();
    Optional<Slice> next = from.slice();
    while (next.isPresent()) {
      Slice slice = next.get();
      try {
        if (size < SMALL) {
          Digest.update(hasher, slice.bytes());
        } else {
          hashLater(hasher, slice);
        }
        to.write(slice.bytes());
      } finally {
        slice.release();
      }
      next = from.slice();
    }
    // all have been hashed when all places are free again
    room.acquireUninterruptibly(MOST_WAITING);
    room.release(MOST_WAITING);
    return Digest.fromRaw(hasher.digest());
  }

  private void hashLater(MessageDigest hasher, Slice slice) {
    room.acquireUninterruptibly();
    slice.retain();
    hashing.execute(
        () -> {
          try {
            Digest.update(hasher, slice.bytes());
          } finally {
            slice.release();
            room.release();
          }
        });
  }

  /** What waits is hashed still, since it holds memory that others need. */
  @Override
  public void close() {
    hashing.shutdown();
  }
}
