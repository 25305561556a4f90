package dev.acp.bundle;

import dev.acp.event.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Memory from which a disk can take what it writes, twice: while one half is being written, in a
 * thread of its own, the other is filled. For one file after another, and for one thread.
 */
final class WriteBehind implements AutoCloseable {
  /** In bytes. Where a file system's blocks are larger than this, the JDK refuses to write so. */
  static final int ALIGNMENT = 64 << 10;

  /** In bytes: a disk that turns loses little between two writes of this size. */
  static final int SIZE = 4 << 20;

  /** Writes all that remains in some bytes. */
  interface Write {
    void all(ByteBuffer bytes) throws IOException;
  }

  private final ExecutorService writing = Background.thread("acp-write");
  private ByteBuffer filling = aligned();
  private ByteBuffer other = aligned();
  private Optional<Background<Void>> begun = Optional.empty();

  private static ByteBuffer aligned() {
    return ByteBuffer.allocateDirect(SIZE + ALIGNMENT).alignedSlice(ALIGNMENT).slice(0, SIZE);
  }

  /** Where the next bytes go. */
  ByteBuffer filling() {
    return filling;
  }

  /** Begins to write what was filled in, once what was begun before is written. */
  void begin(Write write) throws IOException {
    settle();
    ByteBuffer full = filling.flip();
    filling = other.clear();
    other = full;
    begun = Optional.of(Background.of(writing, () -> all(write, full)));
  }

  private static Void all(Write write, ByteBuffer bytes) {
    try {
      write.all(bytes);
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for what was begun, and throws what it threw, once. */
  void settle() throws IOException {
    Optional<Background<Void>> waited = begun;
    begun = Optional.empty();
    try {
      waited.ifPresent(Background::get);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    writing.shutdown();
  }
}
