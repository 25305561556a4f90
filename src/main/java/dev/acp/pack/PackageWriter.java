package dev.acp.pack;

import dev.acp.archive.Compression;
import dev.acp.archive.TarEntry;
import dev.acp.archive.TarReader;
import dev.acp.archive.TarWriter;
import dev.acp.archive.VolumeList;
import dev.acp.archive.VolumeWriter;
import dev.acp.bundle.Glance;
import dev.acp.bundle.Manifest;
import dev.acp.bundle.PackageFile;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.Signer;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a package through a partial file beside it, so that the name holds a whole package or
 * none. The same inputs give the same bytes, but for the signatures.
 */
public final class PackageWriter {
  private static final String PREFIX = Manifest.ROOT + "/";

  private final Stop stop;
  private final Optional<Bytes> volumeSize;

  public PackageWriter(Stop stop) {
    this(stop, Optional.empty());
  }

  /**
   * @param volumeSize of each part, where the package is to be several; in bytes
   */
  public PackageWriter(Stop stop, Optional<Bytes> volumeSize) {
    this.stop = stop;
    this.volumeSize = volumeSize;
  }

  /** Refuses a name, or a folder, that no package can have; to be asked before long work. */
  public static Compression place(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
      throw AcpException.of(
          FaultCode.USAGE,
          Files.isDirectory(file)
              ? file + " is a folder, but a package is a file."
              : "The folder of " + file + " does not exist.");
    }
    return Compression.ofName(file.getFileName().toString())
        .orElseThrow(
            () ->
                AcpException.of(
                    FaultCode.USAGE,
                    "A package's name ends in .tar, .tar.gz or .tar.zst, but this is "
                        + file
                        + "."));
  }

  /** A plain tar has at least the size of its files; of a compressed one nothing is known. */
  private static void space(Path file, long needed) {
    long free = file.toAbsolutePath().getParent().toFile().getUsableSpace();
    if (place(file) == Compression.NONE && free < needed) {
      throw AcpException.of(
          FaultCode.SPACE_SHORT,
          "The folder of "
              + file
              + " has "
              + Bytes.of(free)
              + " free, but the package needs "
              + Bytes.of(needed)
              + ".");
    }
  }

  /** Something that writes entries. */
  private interface Entries {
    void to(TarWriter tar) throws IOException;
  }

  /**
   * Writes what was planned; with a signer the manifest is signed inside, and FILE.sig is written.
   */
  public void build(PackagePlan plan, Path file, Optional<Signer> signer, Progress progress) {
    byte[] manifest = plan.manifest().text().getBytes(StandardCharsets.UTF_8);
    try {
      space(file, plan.manifest().unpackedSize());
      otherForm(file, volumeSize.isPresent());
      write(
          file,
          volumeSize,
          tar -> {
            head(tar, manifest, signer);
            long done = 0;
            for (Map.Entry<String, Inputs.Input> entry : ordered(plan.files())) {
              stop.check();
              input(tar, entry.getKey(), entry.getValue());
              done += entry.getValue().content().size().count();
              progress.done(Bytes.of(done));
            }
          },
          signer);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** What a look into the package wants first, then all else by name. */
  private static List<Map.Entry<String, Inputs.Input>> ordered(Map<String, Inputs.Input> files) {
    return files.entrySet().stream()
        .sorted(Comparator.comparing(e -> !Glance.EARLY.contains(e.getKey())))
        .toList();
  }

  /** Adds the manifest's signature to a package, or replaces it, and writes FILE.sig. */
  public void sign(Path file, Signer signer) {
    try {
      PackageFile pack = new PackageFile(file);
      byte[] manifest = pack.head().bytes();
      if (pack.volumes().isPresent()) {
        pack.volumes().get().requireAll();
      }
      try (InputStream in = Compression.open(pack.open())) {
        TarReader reader = new TarReader(in);
        write(
            pack.path(),
            pack.volumes().map(v -> Bytes.of(v.list().parts().get(0).size())),
            tar -> {
              head(tar, manifest, Optional.of(signer));
              for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
                stop.check();
                copy(reader, e.get(), tar);
              }
            },
            Optional.of(signer));
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** One file and parts of the same name would leave in doubt which of them is meant. */
  private static void otherForm(Path file, boolean parts) {
    Path other = parts ? file : file.resolveSibling(file.getFileName() + VolumeList.ENDING);
    if (Files.exists(other)) {
      throw AcpException.of(
          FaultCode.USAGE,
          other
              + " is there, and a package is one file or parts, not both; take it away or choose"
              + " another name.");
    }
  }

  private static void copy(TarReader from, TarEntry entry, TarWriter to) throws IOException {
    boolean head =
        entry.name().equals(PREFIX + Manifest.NAME)
            || entry.name().equals(PREFIX + Manifest.SIGNATURE);
    if (!head && !entry.folder()) {
      to.file(entry.name(), entry.mode(), entry.size(), from.stream());
    }
  }

  private static void head(TarWriter tar, byte[] manifest, Optional<Signer> signer)
      throws IOException {
    tar.file(PREFIX + Manifest.NAME, 0644, manifest.length, new ByteArrayInputStream(manifest));
    if (signer.isPresent()) {
      byte[] signature = signer.get().sign(new ByteArrayInputStream(manifest));
      tar.file(
          PREFIX + Manifest.SIGNATURE, 0644, signature.length, new ByteArrayInputStream(signature));
    }
  }

  private static void input(TarWriter tar, String path, Inputs.Input input) throws IOException {
    try (DigestInputStream in = new DigestInputStream(input.content().open(), Digest.hasher())) {
      tar.file(PREFIX + path, input.mode(), input.content().size().count(), in);
      if (!Digest.fromRaw(in.getMessageDigest().digest()).equals(input.content().digest())) {
        throw AcpException.of(
            FaultCode.SPEC_INVALID,
            path + " has another digest than its name says, or was changed just now.");
      }
    }
  }

  private static void write(
      Path file, Optional<Bytes> volumeSize, Entries entries, Optional<Signer> signer)
      throws IOException {
    if (volumeSize.isPresent()) {
      try (VolumeWriter volumes = new VolumeWriter(file, volumeSize.get())) {
        pack(place(file), volumes, entries);
        Publication.parts(volumes, file, signer);
      }
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    Path partial = folder.resolve("." + file.getFileName() + ".partial");
    Files.deleteIfExists(partial);
    try (FileChannel channel =
        FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      pack(place(file), Channels.newOutputStream(channel), entries);
      channel.force(true);
      if (signer.isPresent()) {
        Publication.signed(partial, file, signer.get());
      } else {
        Publication.unsigned(partial, file);
      }
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void pack(Compression compression, OutputStream out, Entries entries)
      throws IOException {
    OutputStream raw = new BufferedOutputStream(out, 1 << 20);
    try (TarWriter tar = new TarWriter(compression.write(new KeptOpen(raw)))) {
      entries.to(tar);
    }
    raw.flush();
  }

  private static AcpException failed(Path file, IOException e) {
    return AcpException.of(FaultCode.FILE_UNREADABLE, file + " could not be written: " + e, e);
  }

  /** Lets the packer end without closing the file, which is synced first. */
  private static final class KeptOpen extends java.io.FilterOutputStream {
    KeptOpen(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      out.write(buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
