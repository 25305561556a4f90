package dev.acp.oci;

import dev.acp.archive.Compression;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A hidden folder for the unpacked copies of compressed archives, there only while one is needed.
 * What a killed run left in it is taken away first.
 */
public final class Scratch implements AutoCloseable {
  private final Path folder;
  private int copies;

  public Scratch(Path folder) {
    this.folder = folder;
    clear();
  }

  /** The file itself, or a copy of it without its compression. */
  Path plain(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (Compression.ofMagic(in.readNBytes(4)) == Compression.NONE) {
        return file;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    Path copy = folder.resolve(copies++ + ".tar");
    try (InputStream in = Compression.open(Files.newInputStream(file))) {
      Files.createDirectories(folder);
      Files.copy(in, copy);
      return copy;
    } catch (AcpException e) {
      throw AcpException.of(e.fault().code(), file + ": " + e.fault().what(), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private AcpException unreadable(Path file, IOException e) {
    return AcpException.of(
        FaultCode.FILE_UNREADABLE,
        file + " cannot be read, or unpacked to " + folder + ": " + e,
        e);
  }

  private void clear() {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> copied = all.toList();
      for (Path copy : copied) {
        Files.delete(copy);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    clear();
  }
}
