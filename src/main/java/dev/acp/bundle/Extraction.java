package dev.acp.bundle;

import dev.acp.archive.BlockRelay;
import dev.acp.archive.BlockStream;
import dev.acp.archive.Compression;
import dev.acp.archive.TarEntry;
import dev.acp.archive.TarReader;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Writes a package's files below an empty folder of its own, holding each to the manifest that
 * comes first. What is wrong with the archive is kept, not thrown, so that the file's hash goes on
 * and the signature's verdict can be told first.
 */
final class Extraction {
  private final Path target;
  private final Optional<PackageFile.Head> seen;
  private final FileCopy copy;
  private final WriteBehind memory = new WriteBehind();
  private final Set<Path> folders = new HashSet<>();
  private final Map<Integer, Set<PosixFilePermission>> modes = new HashMap<>();
  private Optional<PackageFile.Head> head = Optional.empty();
  private Optional<AcpException> refusal = Optional.empty();

  /**
   * @param target exists, is empty, and nobody else can write there
   * @param seen the head if it was read before; what counts is what is read now
   */
  Extraction(Path target, Optional<PackageFile.Head> seen) {
    this.target = target;
    this.seen = seen;
    this.copy = new FileCopy();
  }

  /**
   * Reads the archive from the package's raw bytes. What is packed is unpacked in this thread and
   * laid out in another one, since each takes about as long as the other.
   */
  void read(BlockStream raw) throws IOException {
    Compression compression = Compression.of(raw);
    try (copy;
        memory) {
      if (compression == Compression.NONE) {
        extract(new TarReader(raw));
      } else {
        try (ReadableByteChannel unpacked = compression.unpacked(raw)) {
          BlockRelay.direct(List.of(in -> extract(new TarReader(in))))
              .run(unpacked, Progress.none(), new Stop());
        }
      }
    } catch (AcpException e) {
      refusal = Optional.of(e);
    }
  }

  /** The head, if the archive was taken that far. */
  Optional<PackageFile.Head> head() {
    return head;
  }

  Optional<AcpException> refusal() {
    return refusal;
  }

  private void extract(TarReader tar) throws IOException {
    PackageFile.Head first = PackageFile.head(tar, seen);
    write(target.resolve(Manifest.NAME), first.bytes());
    head = Optional.of(first);
    Map<String, FileEntry> wanted = new LinkedHashMap<>();
    first.manifest().files().forEach(f -> wanted.put(f.path(), f));
    Optional<TarEntry> entry = PackageFile.file(tar);
    if (entry.isPresent() && PackageFile.isSignature(entry.get())) {
      byte[] signature = PackageFile.readSignature(tar);
      head = Optional.of(first.with(signature));
      write(target.resolve(Manifest.SIGNATURE), signature);
      entry = PackageFile.file(tar);
    }
    for (; entry.isPresent(); entry = PackageFile.file(tar)) {
      String path = entry.get().name().substring(Manifest.ROOT.length() + 1);
      FileEntry file = wanted.remove(path);
      if (file == null) {
        throw refused(path + " is in the archive, but not in its manifest");
      }
      extract(tar, entry.get(), file);
    }
    if (!wanted.isEmpty()) {
      throw refused(
          wanted.keySet().iterator().next()
              + (wanted.size() > 1 ? " and " + (wanted.size() - 1) + " more are" : " is")
              + " in the manifest, but not in the archive");
    }
  }

  private void extract(TarReader tar, TarEntry entry, FileEntry file) throws IOException {
    if (entry.size() != file.size() || entry.mode() != file.mode()) {
      throw refused(file.path() + " has another size or mode than the manifest says");
    }
    Path path = target.resolve(file.path());
    if (folders.add(path.getParent())) {
      Files.createDirectories(path.getParent());
    }
    Digest seen;
    try (NewFile out = new NewFile(path, file.size(), memory)) {
      seen = copy.copy(tar, file.size(), out);
      out.flush();
    }
    if (!seen.equals(file.digest())) {
      throw refused(file.path() + " has another digest than the manifest says");
    }
    Files.setPosixFilePermissions(path, permissions(file.mode()));
    // a class data archive counts only while its jar has the time it was made with
    Files.setLastModifiedTime(path, FileTime.from(entry.mtime(), TimeUnit.SECONDS));
  }

  private void write(Path path, byte[] content) throws IOException {
    try (NewFile out = new NewFile(path, content.length, memory)) {
      out.write(ByteBuffer.wrap(content));
      out.flush();
    }
    Files.setPosixFilePermissions(path, permissions(0644));
  }

  private Set<PosixFilePermission> permissions(int mode) {
    return modes.computeIfAbsent(mode, Extraction::toPermissions);
  }

  static Set<PosixFilePermission> toPermissions(int mode) {
    StringBuilder text = new StringBuilder();
    for (int bit = 8; bit >= 0; bit--) {
      text.append((mode >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
    }
    return EnumSet.copyOf(
        mode == 0
            ? EnumSet.noneOf(PosixFilePermission.class)
            : PosixFilePermissions.fromString(text.toString()));
  }

  private static AcpException refused(String why) {
    return AcpException.of(FaultCode.ARCHIVE_REFUSED, "The archive is refused: " + why + ".");
  }
}
