package dev.acp.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes a tar whose bytes depend on names, modes and contents alone. Closes its stream. */
public final class TarWriter implements Closeable {
  /** A year in which every tar and file system can live; the same for every package. */
  private static final long TIME_MILLIS = 1_735_689_600_000L; // 2025-01-01T00:00:00Z

  private static final int RECORD = 10_240;

  private final TarArchiveOutputStream out;
  private final byte[] buffer = new byte[1 << 20];

  public TarWriter(OutputStream raw) {
    out = new TarArchiveOutputStream(raw, RECORD, StandardCharsets.UTF_8.name());
    out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    out.setAddPaxHeadersForNonAsciiNames(true);
  }

  /** Writes a file; content must have exactly the size, and is not closed. */
  public void file(String name, int mode, long size, InputStream content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setMode(mode);
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    entry.setModTime(TIME_MILLIS);
    out.putArchiveEntry(entry);
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      out.write(buffer, 0, n);
    }
    out.closeArchiveEntry();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
