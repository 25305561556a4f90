package dev.acp.oci;

import dev.acp.archive.TarEntry;
import dev.acp.archive.TarReader;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files of an uncompressed tar, found and hashed in one read and left where they are; what was
 * made of them can be laid beside them.
 */
final class ArchiveFiles implements ImageFiles {
  private static final int MOST_LINKS = 8;
  private final String shown;
  private final Map<String, Content> files;

  private ArchiveFiles(String shown, Map<String, Content> files) {
    this.shown = shown;
    this.files = files;
  }

  /** A piece of a file. */
  private record Region(Path file, long offset, Bytes size, Digest digest) implements Content {
    @Override
    public InputStream open() throws IOException {
      FileChannel channel = FileChannel.open(file);
      try {
        channel.position(offset);
        return new Window(Channels.newInputStream(channel), size.count());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  /** Counts what is read, to know where in the file an entry begins. */
  private static final class Counted extends FilterInputStream {
    private long position;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      position += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      position += Math.max(n, 0);
      return n;
    }
  }

  /** The next bytes of a stream, and no more. */
  private static final class Window extends FilterInputStream {
    private long left;

    Window(InputStream in, long size) {
      super(in);
      left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }
  }

  /**
   * Reads an archive to its end.
   *
   * @param shown what messages call it, where the file itself is a copy
   */
  static ArchiveFiles read(Path file, String shown) {
    Map<String, Content> files = new HashMap<>();
    Map<String, String> links = new HashMap<>();
    try (Counted in = new Counted(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      TarReader tar = TarReader.ofImages(in);
      byte[] block = new byte[1 << 20];
      for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
        String name = e.get().name();
        if (tar.link().isPresent()) {
          links.put(name, tar.link().get());
        } else if (!e.get().folder()) {
          long offset = in.position;
          MessageDigest hash = Digest.hasher();
          for (int n = tar.read(block, 0, block.length); n >= 0; ) {
            hash.update(block, 0, n);
            n = tar.read(block, 0, block.length);
          }
          Digest digest = Digest.fromRaw(hash.digest());
          files.put(name, new Region(file, offset, Bytes.of(e.get().size()), digest));
        }
      }
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, shown + " cannot be read: " + e, e);
    } catch (AcpException e) {
      throw AcpException.of(e.fault().code(), shown + ": " + e.fault().what(), e);
    }
    Map<String, Content> all = new HashMap<>(files);
    links.keySet().forEach(name -> linked(name, links, files).ifPresent(c -> all.put(name, c)));
    return new ArchiveFiles(shown, all);
  }

  private static Optional<Content> linked(
      String name, Map<String, String> links, Map<String, Content> files) {
    String at = name;
    for (int i = 0; i < MOST_LINKS && links.containsKey(at); i++) {
      at = links.get(at);
    }
    return Optional.ofNullable(files.get(at));
  }

  /** The same with blobs laid beside what is there. */
  ArchiveFiles with(Iterable<Content> blobs) {
    Map<String, Content> all = new HashMap<>(files);
    blobs.forEach(blob -> all.put(ImageFiles.path(blob.digest()), blob));
    return new ArchiveFiles(shown, all);
  }

  /** A file, whose digest was computed. */
  Optional<Content> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public String shown() {
    return shown;
  }

  @Override
  public boolean has(String path) {
    return files.containsKey(path);
  }

  @Override
  public byte[] small(String path) {
    Content content = files.get(path);
    if (content == null || content.size().count() > MOST_MANIFEST) {
      throw ImageFiles.damaged(
          shown(path) + " is missing, or has more than " + MOST_MANIFEST + " bytes");
    }
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, shown + " cannot be read: " + e, e);
    }
  }

  @Override
  public Content blob(Descriptor descriptor) {
    String path = ImageFiles.path(descriptor.digest());
    Content content = files.get(path);
    if (content == null || content.size().count() != descriptor.size()) {
      throw otherSize(path, descriptor.size());
    }
    if (!content.digest().equals(descriptor.digest())) {
      throw otherDigest(path);
    }
    return content;
  }

  @Override
  public void verify(Descriptor descriptor) {
    blob(descriptor);
  }
}
