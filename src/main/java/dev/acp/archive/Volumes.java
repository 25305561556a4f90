package dev.acp.archive;

import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A package on several media: its volumes in one folder, read as one stream. Immutable; each stream
 * is for one thread.
 */
public final class Volumes {
  private static final Pattern PART = Pattern.compile("(.+)\\.[0-9]{3}");
  private static final int MOST_LIST = 1 << 20;

  private final Path folder;
  private final VolumeList list;

  private Volumes(Path folder, VolumeList list) {
    this.folder = folder;
    this.list = list;
  }

  /**
   * The volumes that a name means: the folder that holds one set, the list, the first part (or any
   * other), or the whole's name where only parts are. Empty for everything else.
   *
   * @throws AcpException ARCHIVE_REFUSED, if there are parts without a readable list
   */
  public static Optional<Volumes> find(Path given) {
    Optional<Path> list = listOf(given);
    if (list.isEmpty()) {
      return Optional.empty();
    }
    Path file = list.get();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MOST_LIST + 1);
      if (content.length > MOST_LIST) {
        throw refused(file + " is no list of a package's parts: it is too large");
      }
      return Optional.of(
          new Volumes(
              file.toAbsolutePath().getParent(),
              VolumeList.parse(content, file.getFileName().toString())));
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be read: " + e, e);
    }
  }

  private static Optional<Path> listOf(Path given) {
    if (Files.isDirectory(given)) {
      List<Path> lists = in(given, ".*" + Pattern.quote(VolumeList.ENDING));
      if (lists.size() > 1) {
        throw AcpException.of(
            FaultCode.USAGE,
            given + " holds the parts of " + lists.size() + " packages; name one.");
      }
      return lists.stream().findFirst();
    }
    String name = given.getFileName() == null ? "" : given.getFileName().toString();
    if (name.endsWith(VolumeList.ENDING)) {
      return Optional.of(given).filter(Files::isRegularFile);
    }
    var part = PART.matcher(name);
    if (part.matches()) {
      Path list = given.resolveSibling(part.group(1) + VolumeList.ENDING);
      if (Files.isRegularFile(list)) {
        return Optional.of(list);
      }
      if (Compression.ofName(part.group(1)).isPresent()) {
        throw refused(
            given + " is a part of a package, but the list of its parts, " + list + ", is missing");
      }
      return Optional.empty();
    }
    Path list = given.resolveSibling(name + VolumeList.ENDING);
    return Files.exists(given) ? Optional.empty() : Optional.of(list).filter(Files::isRegularFile);
  }

  private static List<Path> in(Path folder, String names) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> p.getFileName().toString().matches(names))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, folder + " cannot be read: " + e, e);
    }
  }

  /** The name that the whole would have; there is no such file. */
  public Path whole() {
    return folder.resolve(list.name());
  }

  public VolumeList list() {
    return list;
  }

  /**
   * Looks at what can be seen without reading: every part that is missing, has another size or does
   * not belong, all at once.
   *
   * @throws AcpException ARCHIVE_REFUSED
   */
  public void requireAll() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (VolumeList.Part part : list.parts()) {
      Path path = folder.resolve(part.name());
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        wrong.add(part.name() + (Files.exists(path) ? " is not a file" : " is missing"));
      } else if (Files.size(path) != part.size()) {
        wrong.add(
            part.name() + " has " + Files.size(path) + " bytes, but should have " + part.size());
      }
    }
    for (Path path : in(folder, Pattern.quote(list.name()) + "\\.[0-9]{3}")) {
      String name = path.getFileName().toString();
      if (list.parts().stream().noneMatch(part -> part.name().equals(name))) {
        wrong.add(name + " is not one of the parts");
      }
    }
    if (!wrong.isEmpty()) {
      throw new AcpException(
          Fault.of(
                  FaultCode.ARCHIVE_REFUSED,
                  "The parts of "
                      + whole()
                      + " are not complete: "
                      + String.join("; ", wrong.subList(0, Math.min(5, wrong.size())))
                      + (wrong.size() > 5 ? " and " + (wrong.size() - 5) + " more" : "")
                      + ".")
              .withEvidence(wrong));
    }
  }

  /** All parts as one; each is opened when it is reached. */
  public ReadableByteChannel open() {
    return new Joined();
  }

  /**
   * Reads a stream of all parts to its end and holds each part to its digest.
   *
   * @throws AcpException ARCHIVE_REFUSED, naming the first part that is not as listed
   */
  public void check(InputStream all) throws IOException {
    byte[] block = new byte[1 << 20];
    for (VolumeList.Part part : list.parts()) {
      MessageDigest hasher = Digest.hasher();
      long left = part.size();
      while (left > 0) {
        int n = all.read(block, 0, (int) Math.min(block.length, left));
        if (n < 0) {
          throw refused(part.name() + " is cut short");
        }
        hasher.update(block, 0, n);
        left -= n;
      }
      Digest seen = Digest.fromRaw(hasher.digest());
      if (!seen.equals(part.digest())) {
        Optional<VolumeList.Part> other =
            list.parts().stream().filter(p -> p.digest().equals(seen)).findFirst();
        throw refused(
            part.name()
                + other
                    .map(p -> " holds what " + p.name() + " should hold: they are swapped")
                    .orElse(
                        " is damaged: it has another digest than " + list.name() + ".parts says"));
      }
    }
  }

  private static AcpException refused(String why) {
    return AcpException.of(FaultCode.ARCHIVE_REFUSED, why + ".");
  }

  private final class Joined implements ReadableByteChannel {
    private int next;
    private Optional<FileChannel> current = Optional.empty();
    private boolean open = true;

    @Override
    public int read(ByteBuffer to) throws IOException {
      while (true) {
        int n = current.isPresent() ? current.get().read(to) : -1;
        if (n >= 0 || next == list.parts().size()) {
          return n;
        }
        closePart();
        current = Optional.of(FileChannel.open(folder.resolve(list.parts().get(next).name())));
        next++;
      }
    }

    private void closePart() throws IOException {
      if (current.isPresent()) {
        current.get().close();
      }
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() throws IOException {
      open = false;
      closePart();
    }
  }
}
