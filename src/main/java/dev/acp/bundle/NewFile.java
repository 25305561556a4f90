package dev.acp.bundle;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * A file that was not there before. A large one is written past the kernel's page cache (open(2),
 * O_DIRECT): to fill the cache takes more processor time than to hash the same bytes, and gigabytes
 * that nobody reads soon push out what is needed. Where the file system cannot do that, and for the
 * end of the file, which is no whole block, it is written as any other.
 */
final class NewFile implements Closeable {
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private static final Set<OpenOption> DIRECT =
      Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT);

  /** In bytes. Where a file system's blocks are larger than this, the JDK refuses to write so. */
  private static final int ALIGNMENT = 64 << 10;

  /** In bytes: a disk that turns loses little between two writes of this size. */
  private static final int BUFFER = 4 << 20;

  private final FileChannel plain;
  private final ByteBuffer buffer;
  private Optional<FileChannel> direct;
  private long written;

  /**
   * Makes the file.
   *
   * @param size in bytes, about
   * @param buffer from {@link #buffer}, for one file after another
   */
  NewFile(Path path, long size, ByteBuffer buffer) throws IOException {
    this.plain = FileChannel.open(path, NEW);
    this.buffer = buffer.clear();
    this.direct = size < BUFFER ? Optional.empty() : direct(path);
  }

  /** Memory from which a disk can take what it writes. */
  static ByteBuffer buffer() {
    ByteBuffer aligned = ByteBuffer.allocateDirect(BUFFER + ALIGNMENT).alignedSlice(ALIGNMENT);
    return aligned.slice(0, BUFFER);
  }

  private static Optional<FileChannel> direct(Path path) {
    try {
      return Optional.of(FileChannel.open(path, DIRECT));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Takes all that remains in some bytes. */
  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int n = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(bytes.slice(bytes.position(), n));
      bytes.position(bytes.position() + n);
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
  }

  /** Writes what is left; without it, the end of the file is missing. */
  void flush() throws IOException {
    buffer.flip();
    int blocks = buffer.limit() - buffer.limit() % ALIGNMENT;
    if (direct.isPresent() && blocks > 0) {
      ByteBuffer whole = buffer.slice(0, blocks);
      try {
        while (whole.hasRemaining()) {
          written += direct.get().write(whole, written);
        }
      } catch (IOException e) {
        // a full disk says so again below; a file system that cannot do this goes on there
        closeDirect();
      }
      buffer.position(whole.position());
    }
    while (buffer.hasRemaining()) {
      written += plain.write(buffer, written);
    }
    buffer.clear();
  }

  private void closeDirect() throws IOException {
    if (direct.isPresent()) {
      direct.get().close();
      direct = Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    try (plain) {
      closeDirect();
    }
  }
}
