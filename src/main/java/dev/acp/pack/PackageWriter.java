package dev.acp.pack;

import dev.acp.archive.Compression;
import dev.acp.archive.TarEntry;
import dev.acp.archive.TarReader;
import dev.acp.archive.TarWriter;
import dev.acp.bundle.Glance;
import dev.acp.bundle.Manifest;
import dev.acp.bundle.PackageFile;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
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
import java.nio.file.StandardCopyOption;
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

  public PackageWriter(Stop stop) {
    this.stop = stop;
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
  private static void space(Path file, long needed) throws IOException {
    long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
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
      write(
          file,
          tar -> {
            head(tar, manifest, signer);
            long done = 0;
            for (Map.Entry<String, Inputs.Input> entry : ordered(plan.files())) {
              stop.check();
              input(tar, entry.getKey(), entry.getValue());
              done += entry.getValue().content().size().count();
              progress.done(Bytes.of(done));
            }
          });
      signature(file, signer);
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
      byte[] manifest = new PackageFile(file).head().bytes();
      try (InputStream in = Compression.open(Files.newInputStream(file))) {
        TarReader reader = new TarReader(in);
        write(
            file,
            tar -> {
              head(tar, manifest, Optional.of(signer));
              for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
                stop.check();
                copy(reader, e.get(), tar);
              }
            });
      }
      signature(file, Optional.of(signer));
    } catch (IOException e) {
      throw failed(file, e);
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

  private static void write(Path file, Entries entries) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path partial = folder.resolve("." + file.getFileName() + ".partial");
    Compression compression = place(file);
    Files.deleteIfExists(partial);
    try (FileChannel channel =
        FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream raw = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 20);
      OutputStream packed = compression.write(new KeptOpen(raw));
      try (TarWriter tar = new TarWriter(packed)) {
        entries.to(tar);
      }
      raw.flush();
      channel.force(true);
      // a signature of what was there before would only mislead
      Files.deleteIfExists(signatureOf(file));
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      AtomicFile.syncFolder(folder);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static Path signatureOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".sig");
  }

  private static void signature(Path file, Optional<Signer> signer) throws IOException {
    if (signer.isPresent()) {
      try (InputStream in = Files.newInputStream(file)) {
        AtomicFile.write(signatureOf(file), signer.get().sign(in), "rw-r--r--");
      }
    }
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
