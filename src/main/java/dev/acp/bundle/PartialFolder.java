package dev.acp.bundle;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.file.Lock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The hidden folder .acp-unpack-partial that a package is unpacked in before anything is visible.
 * The kernel's lock in it tells a living run from a dead one, whose remains are cleaned up. A run
 * that died between taking an older bundle away and giving the new one its name left the older one
 * here: it is put back first.
 */
final class PartialFolder implements AutoCloseable {
  private static final String NAME = ".acp-unpack-partial";
  private static final String CONTENT = "content";
  private static final String REPLACED = "replaced";
  private static final String LOCK = "lock";

  private final Path folder;
  private final Path installer;
  private final Lock lock;

  private PartialFolder(Path target, Path folder, Lock lock) {
    this.folder = folder;
    this.installer = target.resolve(Manifest.ROOT);
    this.lock = lock;
  }

  /** Takes the folder below target, empty; target is made if it is not there. */
  static PartialFolder take(Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      // JDK 17 refuses a link to a folder here
      Files.createDirectories(target);
    }
    Path folder = target.resolve(NAME);
    while (true) {
      AtomicFile.privateFolder(folder);
      Path file = folder.resolve(LOCK);
      Optional<Lock> lock =
          Lock.tryTake(file, "acp unpack, process " + ProcessHandle.current().pid());
      if (lock.isEmpty()) {
        throw AcpException.of(
            FaultCode.LOCKED, "Another acp unpacks into " + target + " just now.");
      }
      PartialFolder partial = new PartialFolder(target, folder, lock.get());
      // the run before may have ended, and deleted its lock, between our two steps
      if (Files.exists(file)) {
        partial.clean();
        Files.createDirectory(
            partial.content(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return partial;
      }
      lock.get().close();
    }
  }

  private void clean() throws IOException {
    Path replaced = folder.resolve(REPLACED);
    if (Files.exists(replaced, LinkOption.NOFOLLOW_LINKS)
        && !Files.exists(installer, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(replaced, installer, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(installer.toAbsolutePath().getParent());
    }
    Trees.delete(content());
    Trees.delete(folder.resolve(REPLACED));
  }

  /** Where to unpack. */
  Path content() {
    return folder.resolve(CONTENT);
  }

  /** Gives the content its final name; what stands there is replaced. */
  void publish() throws IOException {
    if (Files.exists(installer, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(installer, folder.resolve(REPLACED), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(content(), installer, StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.syncFolder(installer.toAbsolutePath().getParent());
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      clean();
      Files.deleteIfExists(folder.resolve(LOCK));
      Files.deleteIfExists(folder);
    }
  }
}
