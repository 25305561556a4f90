package dev.acp.archive;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a stream as volumes of a size, under partial names: {@link #publish} gives them their
 * names, the list last, so that a set with a list is whole.
 */
public final class VolumeWriter extends OutputStream {
  /** Below this, the parts of a real package would be more than there may be. */
  public static final Bytes LEAST = Bytes.mib(1);

  private final Path file;
  private final Path folder;
  private final Bytes size;
  private final List<VolumeList.Part> parts = new ArrayList<>();
  private final MessageDigest hasher = Digest.hasher();
  private FileChannel channel;
  private long written;

  /**
   * @param file the name that the whole would have
   * @param size of each part but the last, in bytes
   */
  public VolumeWriter(Path file, Bytes size) throws IOException {
    this.file = file;
    this.folder = file.toAbsolutePath().getParent();
    this.size = size;
    clean();
  }

  private String name() {
    return file.getFileName().toString();
  }

  private Path partial(int i) {
    return folder.resolve("." + VolumeList.partName(name(), i) + ".partial");
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      if (channel == null) {
        next();
      }
      int n = (int) Math.min(left, size.count() - written);
      hasher.update(buffer, at, n);
      ByteBuffer block = ByteBuffer.wrap(buffer, at, n);
      while (block.hasRemaining()) {
        channel.write(block);
      }
      written += n;
      at += n;
      left -= n;
      if (written == size.count()) {
        end();
      }
    }
  }

  private void next() throws IOException {
    if (parts.size() == VolumeList.MOST_PARTS) {
      throw AcpException.of(
          FaultCode.USAGE,
          "The package needs more than "
              + VolumeList.MOST_PARTS
              + " parts of "
              + size
              + "; make them larger with --volume-size.");
    }
    channel =
        FileChannel.open(
            partial(parts.size() + 1), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    written = 0;
  }

  private void end() throws IOException {
    channel.force(true);
    channel.close();
    channel = null;
    String part = VolumeList.partName(name(), parts.size() + 1);
    parts.add(new VolumeList.Part(part, written, Digest.fromRaw(hasher.digest())));
  }

  /** Ends the last part and gives all their names; an older set of the name is replaced. */
  public void publish() throws IOException {
    if (channel != null) {
      end();
    }
    Path list = folder.resolve(name() + VolumeList.ENDING);
    Files.deleteIfExists(list);
    AtomicFile.syncFolder(folder);
    for (int i = 1; i <= parts.size(); i++) {
      Files.move(
          partial(i),
          folder.resolve(VolumeList.partName(name(), i)),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    for (int i = parts.size() + 1; i <= VolumeList.MOST_PARTS; i++) {
      if (!Files.deleteIfExists(folder.resolve(VolumeList.partName(name(), i)))) {
        break;
      }
    }
    long all = parts.stream().mapToLong(VolumeList.Part::size).sum();
    VolumeList made = new VolumeList(name(), all, parts);
    AtomicFile.write(list, made.text().getBytes(StandardCharsets.UTF_8), "rw-r--r--");
  }

  /** Takes away what was not published. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
    clean();
  }

  private void clean() throws IOException {
    for (int i = 1; i <= VolumeList.MOST_PARTS; i++) {
      Files.deleteIfExists(partial(i));
    }
  }
}
