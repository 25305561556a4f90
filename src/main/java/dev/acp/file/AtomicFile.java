package dev.acp.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/** Files that are either the old whole or the new whole, also after a power loss. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes content to a partial file beside the target, syncs it, renames it, and syncs the folder.
   *
   * @param mode as ls prints it, without the type: {@code rw-------}
   */
  public static void write(Path target, byte[] content, String mode) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Path partial = folder.resolve("." + target.getFileName() + ".partial");
    Files.deleteIfExists(partial);
    try (FileChannel out =
        FileChannel.open(
            partial,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      out.force(true);
    }
    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString(mode));
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolder(folder);
  }

  /** Makes the names in a folder durable (fsync(2), "Calling fsync() does not necessarily ..."). */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes a folder and those above it; new ones get mode 0700. */
  public static void privateFolder(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
