package dev.acp.archive;

import dev.acp.fault.AcpException;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** How an archive's stream is packed: told by its first bytes, chosen by a file name's ending. */
public enum Compression {
  NONE(".tar"),
  GZIP(".tar.gz"),
  ZSTD(".tar.zst");

  private static final int BUFFER = 256 << 10;
  private final String ending;

  Compression(String ending) {
    this.ending = ending;
  }

  public String ending() {
    return ending;
  }

  /** By the name's ending; a name with none of the three is a plain tar only if it ends so. */
  public static java.util.Optional<Compression> ofName(String name) {
    for (Compression c : values()) {
      if (name.endsWith(c.ending)) {
        return java.util.Optional.of(c);
      }
    }
    return java.util.Optional.empty();
  }

  /** An archive's unpacked stream, and how it was packed. */
  public record Opened(Compression compression, InputStream stream) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /** The unpacked stream of an archive, whatever its compression. */
  public static InputStream open(InputStream raw) throws IOException {
    return opened(raw).stream();
  }

  /** The same, for whoever wants to know how the archive is packed. */
  public static Opened opened(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER);
    in.mark(4);
    byte[] magic = in.readNBytes(4);
    in.reset();
    Compression compression = ofMagic(magic);
    return new Opened(
        compression,
        switch (compression) {
          case NONE -> in;
          case GZIP -> new GzipStream(in);
          case ZSTD -> new Guarded(new ZstdInputStream(in));
        });
  }

  /** By the first bytes, of which four are enough. */
  public static Compression ofMagic(byte[] first) {
    if (first.length >= 2 && (first[0] & 0xff) == 0x1f && (first[1] & 0xff) == 0x8b) {
      return GZIP;
    }
    boolean zstd =
        first.length >= 4
            && (first[0] & 0xff) == 0x28
            && (first[1] & 0xff) == 0xb5
            && (first[2] & 0xff) == 0x2f
            && (first[3] & 0xff) == 0xfd;
    return zstd ? ZSTD : NONE;
  }

  /** Packs what is written; the same bytes in give the same bytes out. */
  public OutputStream write(OutputStream raw) throws IOException {
    return switch (this) {
      case NONE -> raw;
      case GZIP -> new FastGzip(raw);
      case ZSTD -> new ZstdOutputStream(raw);
    };
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream raw) throws IOException {
      super(raw, BUFFER);
      def.setLevel(Deflater.DEFAULT_COMPRESSION);
    }
  }

  /** aircompressor tells damaged data by unchecked exceptions, and a cut one by IOException. */
  private static final class Guarded extends FilterInputStream {
    Guarded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      int n = read(one, 0, 1);
      return n < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (AcpException e) {
        throw e;
      } catch (RuntimeException e) {
        throw Refused.because("its zstd data are damaged or need more memory than 8 MiB", e);
      } catch (IOException e) {
        if (String.valueOf(e.getMessage()).startsWith("Not enough input")) {
          throw Refused.because("its zstd data are cut short", e);
        }
        throw e;
      }
    }
  }
}
