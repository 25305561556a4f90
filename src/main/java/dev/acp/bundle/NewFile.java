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
 * end of the file, which is no whole block, it is written as any other. Either way the disk writes
 * while the next bytes come.
 */
final class NewFile implements Closeable {
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private static final Set<OpenOption> DIRECT =
      Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT);

  private final FileChannel plain;
  private final WriteBehind memory;
  private Optional<FileChannel> direct;
  private long written;

  /**
   * Makes the file.
   *
   * @param size in bytes, about
   * @param memory for one file after another
   */
  NewFile(Path path, long size, WriteBehind memory) throws IOException {
    this.plain = FileChannel.open(path, NEW);
    this.memory = memory;
    memory.filling().clear();
    this.direct = size < WriteBehind.SIZE ? Optional.empty() : direct(path);
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
      ByteBuffer filling = memory.filling();
      int n = Math.min(bytes.remaining(), filling.remaining());
      filling.put(bytes.slice(bytes.position(), n));
      bytes.position(bytes.position() + n);
      if (!filling.hasRemaining()) {
        memory.begin(this::put);
      }
    }
  }

  /** Writes what is left; without it, the end of the file is missing. */
  void flush() throws IOException {
    memory.settle();
    put(memory.filling().flip());
    memory.filling().clear();
  }

  private void put(ByteBuffer bytes) throws IOException {
    int blocks = bytes.limit() - bytes.limit() % WriteBehind.ALIGNMENT;
    if (direct.isPresent() && blocks > 0) {
      ByteBuffer whole = bytes.slice(0, blocks);
      try {
        while (whole.hasRemaining()) {
          written += direct.get().write(whole, written);
        }
      } catch (IOException e) {
        // a full disk says so again below; a file system that cannot do this goes on there
        closeDirect();
      }
      bytes.position(whole.position());
    }
    while (bytes.hasRemaining()) {
      written += plain.write(bytes, written);
    }
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
      try {
        memory.settle();
      } finally {
        closeDirect();
      }
    }
  }
}
