package dev.acp.bundle;

import dev.acp.archive.Compression;
import dev.acp.archive.TarEntry;
import dev.acp.archive.TarReader;
import dev.acp.archive.Volumes;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.SignatureFile;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A package on disk, one file or several volumes: its bytes, its signature beside it, its head. */
public final class PackageFile {
  private static final int MOST_SIGNATURE = 64 << 10;

  /** The first entries: the manifest, as bytes and as read, and its signature if there is one. */
  public static final class Head {
    private final byte[] bytes;
    private final byte[] signature;
    private final Manifest manifest;

    Head(byte[] bytes, byte[] signature, Manifest manifest) {
      this.bytes = bytes;
      this.signature = signature;
      this.manifest = manifest;
    }

    Head with(byte[] itsSignature) {
      return new Head(bytes, itsSignature, manifest);
    }

    /** manifest.yaml as it is in the archive. */
    public byte[] bytes() {
      return bytes.clone();
    }

    /** manifest.yaml.sig; of no length if the package has none. */
    public byte[] signature() {
      return signature.clone();
    }

    public boolean signed() {
      return signature.length > 0;
    }

    public Manifest manifest() {
      return manifest;
    }
  }

  private final Path path;
  private final Optional<Volumes> volumes;

  /**
   * @param given the package's file; or its first part, the list of its parts, or the folder of
   *     both
   */
  public PackageFile(Path given) {
    this.volumes = Volumes.find(given);
    this.path = volumes.map(Volumes::whole).orElse(given);
    if (volumes.isEmpty() && !Files.isRegularFile(path)) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE,
          Files.exists(path) ? path + " is not a file." : path + " does not exist.");
    }
  }

  /** True if a path is a package rather than the folder of a bundle. */
  public static boolean is(Path given) {
    return !Files.isDirectory(given)
        || (!Files.exists(given.resolve(Manifest.NAME))
            && !Files.isDirectory(given.resolve(Manifest.ROOT))
            && Volumes.find(given).isPresent());
  }

  /** The package's file; of volumes the name that the whole would have. */
  public Path path() {
    return path;
  }

  /** The volumes, if there are any. */
  public Optional<Volumes> volumes() {
    return volumes;
  }

  public Bytes size() throws IOException {
    return Bytes.of(volumes.isPresent() ? volumes.get().list().size() : Files.size(path));
  }

  /** All bytes as one stream. */
  public InputStream open() throws IOException {
    return Channels.newInputStream(channel());
  }

  private ReadableByteChannel channel() throws IOException {
    return volumes.isPresent() ? volumes.get().open() : FileChannel.open(path);
  }

  /** All bytes, for a read to the end: what can be seen to be missing is told before. */
  ReadableByteChannel openWhole() throws IOException {
    if (volumes.isPresent()) {
      volumes.get().requireAll();
    }
    return channel();
  }

  /** The signature named, or PACKAGE.sig, or PACKAGE.asc. */
  public SignatureFile signature(Optional<Path> named) {
    if (named.isPresent()) {
      return SignatureFile.read(named.get());
    }
    List<Path> usual = usualSignatures(path);
    for (Path candidate : usual) {
      if (Files.exists(candidate)) {
        return SignatureFile.read(candidate);
      }
    }
    throw AcpException.of(
        FaultCode.SIGNATURE_MISSING,
        path + " has no signature: neither " + usual.get(0) + " nor " + usual.get(1) + " exists.");
  }

  /** Where a package's signature is looked for when none is named, in this order. */
  public static List<Path> usualSignatures(Path file) {
    return List.of(
        file.resolveSibling(file.getFileName() + ".sig"),
        file.resolveSibling(file.getFileName() + ".asc"));
  }

  /** Reads the first entries only, so that it is quick at any size. Nothing is verified here. */
  public Head head() throws IOException {
    try (InputStream in = Compression.open(open())) {
      TarReader tar = new TarReader(in);
      Head head = head(tar, Optional.empty());
      Optional<TarEntry> second = file(tar);
      return second.isPresent() && isSignature(second.get()) ? head.with(readSignature(tar)) : head;
    }
  }

  /**
   * The manifest, as the first entry of an archive that is read on.
   *
   * @param seen what was there before, if it was looked at: the same bytes are not parsed again
   */
  static Head head(TarReader tar, Optional<Head> seen) throws IOException {
    TarEntry first = file(tar).orElseThrow(() -> unlike("is empty"));
    if (!first.name().equals(Manifest.ROOT + "/" + Manifest.NAME)) {
      throw unlike("begins with " + first.name());
    }
    byte[] bytes = tar.readAll(Manifest.MOST_BYTES);
    Optional<Head> same = seen.filter(s -> Arrays.equals(s.bytes, bytes));
    return same.isPresent()
        ? same.get().with(new byte[0])
        : new Head(bytes, new byte[0], Manifest.parse(bytes, Manifest.NAME));
  }

  /** The next entry that is a file. */
  static Optional<TarEntry> file(TarReader tar) throws IOException {
    Optional<TarEntry> entry = tar.next();
    while (entry.isPresent() && entry.get().folder()) {
      requireRoot(entry.get());
      entry = tar.next();
    }
    entry.ifPresent(PackageFile::requireRoot);
    return entry;
  }

  private static void requireRoot(TarEntry entry) {
    boolean root = entry.folder() && entry.name().equals(Manifest.ROOT);
    if (!root && !entry.name().startsWith(Manifest.ROOT + "/")) {
      throw unlike("holds " + entry.name() + ", which is not below " + Manifest.ROOT + "/");
    }
  }

  static boolean isSignature(TarEntry entry) {
    return entry.name().equals(Manifest.ROOT + "/" + Manifest.SIGNATURE);
  }

  static byte[] readSignature(TarReader tar) throws IOException {
    return tar.readAll(MOST_SIGNATURE);
  }

  private static AcpException unlike(String how) {
    return AcpException.of(
        FaultCode.ARCHIVE_REFUSED,
        "This is no package of acp: it "
            + how
            + ", but must begin with "
            + Manifest.ROOT
            + "/"
            + Manifest.NAME
            + ".");
  }
}
