package dev.acp.archive;

import dev.acp.fault.AcpException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a tar stream of files and folders and refuses everything else: links, devices, sparse
 * files, names that climb, hide or collide, headers that claim what they cannot need, a missing end
 * mark, data after the end. Memory is bounded whatever a header says. Not for several threads.
 */
public final class TarReader {
  private static final int MOST_META = 64 << 10;
  private static final int MOST_ENTRIES = 1_000_000;
  private static final long MOST_PADDING = 1 << 20;

  /** All names together, which are kept; no manifest may hold more. */
  private static final long MOST_NAMES = 48 << 20;

  private final InputStream in;
  private final Optional<BlockStream> blocks;
  private final byte[] block = new byte[TarHeader.BLOCK];
  private final Set<String> files = new HashSet<>();
  private final Set<String> folders = new HashSet<>();
  private final Map<String, String> spelling = new HashMap<>();
  private TarEntry current = new TarEntry("", true, 0, 0, 0);
  private final boolean images;
  private String link = "";
  private long left;
  private int entries;
  private long names;

  /**
   * @param in is read to its end, and not closed
   */
  public TarReader(InputStream in) {
    this(in, Optional.empty(), false);
  }

  /**
   * @param in is read to its end, also by {@link #slice}
   */
  public TarReader(BlockStream in) {
    this(in, Optional.of(in), false);
  }

  private TarReader(InputStream in, Optional<BlockStream> blocks, boolean images) {
    this.in = in;
    this.blocks = blocks;
    this.images = images;
  }

  /**
   * For archives of container images, as Docker and its kin write them: links are told by {@link
   * #link}, names may begin with "./", modes may hold the kind of file. All else is as strict. Such
   * an archive is only looked into and never laid out by its names.
   */
  public static TarReader ofImages(InputStream in) {
    return new TarReader(in, Optional.empty(), true);
  }

  /** If the current entry is a link, the path within the archive that it means. */
  public Optional<String> link() {
    return Optional.of(link).filter(l -> !l.isEmpty());
  }

  /** The next entry; what was not read of the one before is passed over. Empty at the end. */
  public Optional<TarEntry> next() throws IOException {
    skipRest();
    Optional<PaxRecords> pax = Optional.empty();
    String longName = "";
    while (true) {
      fill(block);
      if (allZero(block)) {
        if (pax.isPresent() || !longName.isEmpty()) {
          throw Refused.because("an extended header has no entry");
        }
        end();
        return Optional.empty();
      }
      TarHeader header = TarHeader.parse(block, images);
      if (++entries > MOST_ENTRIES) {
        throw Refused.because("it has more than " + MOST_ENTRIES + " entries");
      }
      if (header.type() == 'x' && pax.isEmpty()) {
        pax = Optional.of(PaxRecords.parse(meta(header)));
      } else if (header.type() == 'L' && longName.isEmpty()) {
        longName = gnuName(meta(header));
      } else if (!images || !header.name().equals("./") || header.type() != '5') {
        return Optional.of(entry(header, pax.orElse(PaxRecords.NONE), longName));
      } else {
        pax = Optional.empty();
        longName = "";
      }
    }
  }

  private TarEntry entry(TarHeader header, PaxRecords pax, String longName) {
    boolean folder = header.type() == '5';
    boolean linked = images && (header.type() == '1' || header.type() == '2');
    if (!folder && !linked && header.type() != '0' && header.type() != 0) {
      throw Refused.because(
          "it holds " + kind(header.type()) + ", but only files and folders are taken");
    }
    if (!linked && !header.link().isEmpty()) {
      throw Refused.because("a file's header names the target of a link");
    }
    String name =
        pax.path()
            .orElseGet(
                () ->
                    longName.isEmpty()
                        ? EntryName.decode(header.name().getBytes(StandardCharsets.ISO_8859_1))
                        : longName);
    if (images && name.startsWith("./")) {
      name = name.substring(2);
    }
    String plain = EntryName.checked(name);
    if (!folder && name.endsWith("/")) {
      throw Refused.because("the file " + Refused.shown(name) + " is named like a folder");
    }
    long size = pax.size().orElse(header.size());
    if ((folder || linked) && size != 0) {
      throw Refused.because(
          "the " + (folder ? "folder " : "link ") + Refused.shown(name) + " has content");
    }
    link = linked ? LinkTarget.of(plain, header) : "";
    remember(plain, folder);
    left = size;
    current = new TarEntry(plain, folder, header.mode(), size, header.mtime());
    return current;
  }

  private static String kind(char type) {
    return switch (type) {
      case '1' -> "a hard link";
      case '2' -> "a symbolic link";
      case '3', '4' -> "a device";
      case '6' -> "a named pipe";
      case 'S' -> "a sparse file";
      case 'g' -> "a global pax header";
      case 'x', 'L' -> "two extended headers for one entry";
      default -> "an entry of type 0x" + Integer.toHexString(type);
    };
  }

  /** Refuses a name that was there, in any spelling, and a file where a folder must be. */
  private void remember(String name, boolean folder) {
    for (int i = name.indexOf('/'); i > 0; i = name.indexOf('/', i + 1)) {
      String parent = name.substring(0, i);
      spelledAsBefore(parent);
      folders.add(parent);
      if (files.contains(parent)) {
        throw Refused.because(Refused.shown(parent) + " is a file and a folder");
      }
    }
    spelledAsBefore(name);
    if (folder) {
      folders.add(name);
    } else if (!files.add(name)) {
      throw Refused.because("the name " + Refused.shown(name) + " is there twice");
    }
    if (files.contains(name) && folders.contains(name)) {
      throw Refused.because(Refused.shown(name) + " is a file and a folder");
    }
  }

  private void spelledAsBefore(String name) {
    String before = spelling.putIfAbsent(EntryName.collisionKey(name), name);
    if (before == null && (names += name.length()) > MOST_NAMES) {
      throw Refused.because("its names have more than " + MOST_NAMES + " characters in all");
    }
    if (before != null && !before.equals(name)) {
      throw Refused.because(
          "the names "
              + Refused.shown(before)
              + " and "
              + Refused.shown(name)
              + " are one file where case does not count");
    }
  }

  private byte[] meta(TarHeader header) throws IOException {
    if (header.size() > MOST_META || header.size() < 1) {
      throw Refused.because(
          "an extended header claims " + header.size() + " bytes; at most " + MOST_META);
    }
    byte[] data = new byte[(int) header.size()];
    fill(data);
    padding(data.length);
    return data;
  }

  private static String gnuName(byte[] data) {
    int end = data.length;
    while (end > 0 && data[end - 1] == 0) {
      end--;
    }
    if (data.length - end > 1) {
      throw Refused.because("a GNU long name has more than one zero byte");
    }
    return EntryName.decode(Arrays.copyOf(data, end));
  }

  /** Reads from the current entry, as {@link InputStream#read(byte[], int, int)} does. */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int n = in.read(buffer, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw endsEarly();
    }
    passed(n);
    return n;
  }

  /**
   * Some more bytes of the current entry, without a copy; empty at its end.
   *
   * @throws IllegalStateException if the archive is not read from a {@link BlockStream}
   */
  public Optional<Slice> slice() throws IOException {
    if (left == 0) {
      return Optional.empty();
    }
    BlockStream stream = blocks.orElseThrow(() -> new IllegalStateException("not from blocks"));
    Slice slice = stream.slice(left).orElseThrow(this::endsEarly);
    try {
      passed(slice.length());
      return Optional.of(slice);
    } catch (AcpException e) {
      slice.release();
      throw e;
    }
  }

  private void passed(int n) throws IOException {
    left -= n;
    if (left == 0) {
      padding(current.size());
    }
  }

  private AcpException endsEarly() {
    return Refused.because("it ends in the middle of " + Refused.shown(current.name()));
  }

  /** The current entry as a stream; closing it does nothing. */
  public InputStream stream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return TarReader.this.read(buffer, offset, length);
      }
    };
  }

  /** The whole current entry, which may have at most so many bytes. */
  public byte[] readAll(int most) throws IOException {
    if (current.size() > most) {
      throw Refused.because(
          Refused.shown(current.name())
              + " has "
              + current.size()
              + " bytes; at most "
              + most
              + " are taken");
    }
    byte[] data = new byte[(int) current.size()];
    int at = 0;
    while (at < data.length) {
      at += read(data, at, data.length - at);
    }
    return data;
  }

  private void skipRest() throws IOException {
    byte[] buffer = left > 0 ? new byte[64 << 10] : block;
    while (left > 0) {
      read(buffer, 0, buffer.length);
    }
  }

  private void padding(long size) throws IOException {
    int pad = (int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK);
    byte[] zeros = new byte[pad];
    fill(zeros);
    if (!allZero(zeros)) {
      throw Refused.because("it has data in the padding behind an entry");
    }
  }

  /** A second block of zeros, and nothing but zeros to the end of the stream. */
  private void end() throws IOException {
    fill(block);
    byte[] buffer = new byte[64 << 10];
    long padding = 0;
    boolean clean = allZero(block);
    for (int n = in.read(buffer); clean && n >= 0; n = in.read(buffer)) {
      clean = allZero(Arrays.copyOf(buffer, n));
      padding += n;
      if (padding > MOST_PADDING) {
        throw Refused.because("more than " + MOST_PADDING + " bytes follow its end mark");
      }
    }
    if (!clean) {
      throw Refused.because("data follow its end mark");
    }
  }

  private void fill(byte[] target) throws IOException {
    if (in.readNBytes(target, 0, target.length) < target.length) {
      throw Refused.because("it is cut short: the end mark is missing");
    }
  }

  private static boolean allZero(byte[] data) {
    for (byte b : data) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
