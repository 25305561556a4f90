package dev.acp.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A stream as a channel, in larger steps than the JDK's. For one thread. */
final class StreamChannel implements ReadableByteChannel {
  private final InputStream in;
  private final byte[] buffer = new byte[256 << 10];
  private boolean open = true;

  StreamChannel(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    int n = in.read(buffer, 0, Math.min(buffer.length, to.remaining()));
    if (n > 0) {
      to.put(buffer, 0, n);
    }
    return n;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    in.close();
  }
}
