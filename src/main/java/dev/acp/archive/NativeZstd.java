package dev.acp.archive;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Unpacks zstd with {@link ZstdLibrary}, from memory outside of Java's heap to such memory. For one
 * thread.
 */
final class NativeZstd implements ReadableByteChannel {
  /** As aircompressor, and as zstd itself asks of every decoder (RFC 8878, 3.1.1.1.2). */
  private static final int MOST_WINDOW_LOG = 23;

  /** What is packed, piece by piece. */
  interface Source {
    /** The next piece, in memory outside of the heap; an empty one at the end. */
    ByteBuffer next() throws IOException;
  }

  private final Source source;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx().setLongMax(MOST_WINDOW_LOG);
  private ByteBuffer packed = ByteBuffer.allocateDirect(0);
  private boolean inFrame;
  private boolean moreInside;
  private boolean open = true;

  NativeZstd(Source source) {
    this.source = source;
  }

  /**
   * @param to memory outside of the heap
   */
  @Override
  public int read(ByteBuffer to) throws IOException {
    int before = to.position();
    while (to.position() == before && to.hasRemaining()) {
      if (!packed.hasRemaining() && !moreInside) {
        packed = source.next();
        if (!packed.hasRemaining()) {
          if (inFrame) {
            throw Refused.because("its zstd data are cut short");
          }
          return -1;
        }
      }
      step(to);
    }
    return to.position() - before;
  }

  private void step(ByteBuffer to) {
    int given = packed.remaining();
    int room = to.remaining();
    try {
      inFrame = !context.decompressDirectByteBufferStream(to, packed);
    } catch (ZstdException e) {
      throw Refused.because("its zstd data are damaged or need more memory than 8 MiB", e);
    }
    // with the room used up, the rest waits in the library
    moreInside = inFrame && !to.hasRemaining();
    if (packed.remaining() == given && given > 0 && to.remaining() == room) {
      throw Refused.because("its zstd data are damaged");
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
    context.close();
  }
}
