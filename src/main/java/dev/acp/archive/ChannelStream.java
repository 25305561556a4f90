package dev.acp.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A channel that reads into memory outside of the heap only, as a stream. For one thread. */
final class ChannelStream extends InputStream {
  private final ReadableByteChannel channel;
  private final Closeable below;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10).limit(0);

  /**
   * @param below is closed behind the channel
   */
  ChannelStream(ReadableByteChannel channel, Closeable below) {
    this.channel = channel;
    this.below = below;
  }

  private boolean filled() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      channel.read(buffer);
      buffer.flip();
    }
    return buffer.hasRemaining();
  }

  @Override
  public int read() throws IOException {
    return filled() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!filled()) {
      return -1;
    }
    int n = Math.min(length, buffer.remaining());
    buffer.get(target, offset, n);
    return n;
  }

  @Override
  public void close() throws IOException {
    try (below) {
      channel.close();
    }
  }
}
