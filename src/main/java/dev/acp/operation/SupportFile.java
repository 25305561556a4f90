package dev.acp.operation;

import dev.acp.archive.TarWriter;
import dev.acp.file.AtomicFile;
import dev.acp.value.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * The one .tar.gz of a support bundle (mode 0600): it appears under its name when it is whole. What
 * comes after the most bytes that it takes, or after its end, is left out. Safe for several
 * threads.
 */
public final class SupportFile implements AutoCloseable {
  private final Path file;
  private final Path partial;
  private final String root;
  private final TarWriter tar;
  private final List<String> missing = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private long left;
  private boolean closed;

  private SupportFile(Path file, Path partial, String root, TarWriter tar, Bytes most) {
    this.file = file;
    this.partial = partial;
    this.root = root;
    this.tar = tar;
    this.left = most.count();
  }

  /**
   * Begins one.
   *
   * @param root the folder that everything in it lies under
   * @param most how many bytes it holds, uncompressed
   */
  public static SupportFile create(Path file, String root, Bytes most) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    Files.deleteIfExists(partial);
    OutputStream out =
        Channels.newOutputStream(
            Files.newByteChannel(
                partial,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------"))));
    return new SupportFile(
        file, partial, root, new TarWriter(new GZIPOutputStream(out, 64 << 10)), most);
  }

  /** Adds a file; a second one of the same name gets another. */
  public synchronized void add(String name, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    if (closed) {
      return;
    }
    if (content.length > left) {
      missing.add(name + ": the bundle is as large as it may be");
      return;
    }
    left -= content.length;
    write(name, content);
  }

  private void write(String name, byte[] content) {
    String free = name;
    for (int i = 2; !names.add(free); i++) {
      free = name + "." + i;
    }
    try {
      tar.file(root + "/" + free, 0600, content.length, new ByteArrayInputStream(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Something that should be in it and is not. */
  public synchronized void missing(String line) {
    if (!closed) {
      missing.add(line);
    }
  }

  /** What is missing so far, a line each. */
  public synchronized List<String> missing() {
    return List.copyOf(missing);
  }

  public synchronized int files() {
    return names.size();
  }

  /**
   * Ends it: the list of what is missing goes in, and it gets its name.
   *
   * @param head stands above that list
   */
  public synchronized void finish(String head) throws IOException {
    StringBuilder text = new StringBuilder(head);
    text.append(missing.isEmpty() ? "Nothing is missing.\n" : "MISSING:\n");
    missing.forEach(line -> text.append("  ").append(line).append('\n'));
    write("SUMMARY.txt", text.toString().getBytes(StandardCharsets.UTF_8));
    closed = true;
    tar.close();
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    AtomicFile.syncFolder(file.toAbsolutePath().getParent());
  }

  /** One that was not finished leaves nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        tar.close();
      } finally {
        Files.deleteIfExists(partial);
      }
    }
  }
}
