package dev.acp.pack;

import dev.acp.archive.VolumeWriter;
import dev.acp.bundle.PackageFile;
import dev.acp.fault.AcpException;
import dev.acp.file.AtomicFile;
import dev.acp.openpgp.SignatureFile;
import dev.acp.openpgp.Signer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Gives a package that is written and synced its name, and its signature the name beside it. */
final class Publication {
  private static final String MODE = "rw-r--r--";

  private Publication() {}

  static void unsigned(Path partial, Path file) throws IOException {
    // a signature of what was there before would only mislead
    Files.deleteIfExists(signatureOf(file));
    rename(partial, file);
  }

  /**
   * Two files cannot change at once. So between the two steps the signature's file holds both
   * signatures, the old package's and the new one's, and fits whichever of them a kill leaves.
   */
  static void signed(Path partial, Path file, Signer signer) throws IOException {
    byte[] made;
    try (InputStream in = Files.newInputStream(partial)) {
      made = signer.sign(in);
    }
    Optional<byte[]> both = withTheOneBefore(file, made);
    if (both.isPresent()) {
      AtomicFile.write(signatureOf(file), both.get(), MODE);
    }
    rename(partial, file);
    AtomicFile.write(signatureOf(file), made, MODE);
    // it was of the package before, and the new one's stands in .sig
    Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".asc"));
  }

  /** Several parts take several steps, so that their signature is away until all are there. */
  static void parts(VolumeWriter volumes, Path file, Optional<Signer> signer) throws IOException {
    Files.deleteIfExists(signatureOf(file));
    volumes.publish();
    if (signer.isPresent()) {
      try (InputStream in = new PackageFile(file).open()) {
        AtomicFile.write(signatureOf(file), signer.get().sign(in), MODE);
      }
    }
  }

  private static void rename(Path partial, Path file) throws IOException {
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    AtomicFile.syncFolder(file.toAbsolutePath().getParent());
  }

  /** Empty if there is no package before, or none whose signature could be read. */
  private static Optional<byte[]> withTheOneBefore(Path file, byte[] made) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.write(new PackageFile(file).signature(Optional.empty()).bytes());
      both.write(made);
      return Optional.of(
          SignatureFile.parse(both.toByteArray(), "of the old package and the new one").bytes());
    } catch (AcpException e) {
      // no signature, one that verifies nothing, or more than one file may hold
      return Optional.empty();
    }
  }

  private static Path signatureOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".sig");
  }
}
