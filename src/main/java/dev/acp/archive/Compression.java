package dev.acp.archive;

import dev.acp.fault.AcpException;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
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
  public static Optional<Compression> ofName(String name) {
    for (Compression c : values()) {
      if (name.endsWith(c.ending)) {
        return Optional.of(c);
      }
    }
    return Optional.empty();
  }

  /** The unpacked stream of an archive, whatever its compression. */
  public static InputStream open(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER);
    in.mark(4);
    byte[] magic = in.readNBytes(4);
    in.reset();
    return ofMagic(magic).unpacked(in);
  }

  /** How an archive is packed that a relay reads, and that no byte was taken from yet. */
  public static Compression of(BlockStream raw) {
    return ofMagic(raw.peek(4));
  }

  /** The unpacked bytes of such an archive. */
  public ReadableByteChannel unpacked(BlockStream raw) throws IOException {
    return this == ZSTD && ZstdLibrary.usable()
        ? nativeChannel(raw)
        : new StreamChannel(unpacked((InputStream) raw));
  }

  private InputStream unpacked(InputStream raw) throws IOException {
    return switch (this) {
      case NONE -> raw;
      case GZIP -> new GzipStream(raw);
      case ZSTD -> ZstdLibrary.usable() ? nativeZstd(raw) : javaZstd(raw);
    };
  }

  static InputStream javaZstd(InputStream raw) throws IOException {
    return new Guarded(new ZstdInputStream(new ZstdFrames(raw)));
  }

  static InputStream nativeZstd(InputStream raw) {
    return new ChannelStream(nativeChannel(raw), raw);
  }

  private static NativeZstd nativeChannel(InputStream raw) {
    byte[] packed = new byte[BUFFER];
    ByteBuffer piece = ByteBuffer.allocateDirect(BUFFER);
    return new NativeZstd(
        () -> {
          int n = Math.max(0, raw.read(packed));
          return piece.clear().put(packed, 0, n).flip();
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
