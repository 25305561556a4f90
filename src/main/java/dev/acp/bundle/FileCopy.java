package dev.acp.bundle;

import dev.acp.archive.TarReader;
import dev.acp.value.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Copies files out of an archive and tells their digests: a large one is hashed in a thread of its
 * own while it is written, since each takes about as long as the other.
 */
final class FileCopy implements AutoCloseable {
  private static final int BLOCK = 1 << 20;

  /** Below this, handing over costs more than it saves. */
  private static final int SMALL = 256 << 10;

  private final byte[][] blocks = new byte[4][BLOCK];
  private final Future<?>[] hashed = new Future<?>[blocks.length];
  private final ExecutorService hashing =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "acp-file-hash");
            thread.setDaemon(true);
            return thread;
          });

  /** Copies the entry that is read now, and gives its SHA-256. */
  Digest copy(TarReader from, long size, OutputStream to) throws IOException {
    MessageDigest hasher = Digest.hasher();
    int at = 0;
    while (true) {
      byte[] block = blocks[at];
      await(at);
      int n = from.read(block, 0, BLOCK);
      if (n < 0) {
        break;
      }
      if (size < SMALL) {
        hasher.update(block, 0, n);
      } else {
        hashed[at] = hashing.submit(() -> hasher.update(block, 0, n));
      }
      to.write(block, 0, n);
      at = (at + 1) % blocks.length;
    }
    for (int i = 0; i < blocks.length; i++) {
      await(i);
    }
    return Digest.fromRaw(hasher.digest());
  }

  private void await(int at) {
    Future<?> before = hashed[at];
    hashed[at] = null;
    if (before == null) {
      return;
    }
    try {
      before.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing cannot fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    }
  }

  @Override
  public void close() {
    hashing.shutdownNow();
  }
}
