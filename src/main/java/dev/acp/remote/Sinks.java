package dev.acp.remote;

import dev.acp.value.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Where a command's output goes: cut at the nonce frame, capped, or its last part only. */
final class Sinks {
  private Sinks() {}

  /** More came than was allowed. */
  static final class Overflow extends IOException {
    private static final long serialVersionUID = 1L;

    Overflow(Bytes atMost) {
      super("more than " + atMost);
    }
  }

  /**
   * Lets through what follows the line of the nonce. What comes before it was printed by a login
   * profile or a banner and is kept only to explain a login whose shell never began.
   */
  static final class Framed extends OutputStream {
    private static final int MOST_NOISE = 1 << 20;
    private final byte[] mark;
    private final OutputStream to;
    private final ByteArrayOutputStream noise = new ByteArrayOutputStream();
    private boolean begun;

    Framed(String nonce, OutputStream to) {
      this.mark = (nonce + "\n").getBytes(StandardCharsets.US_ASCII);
      this.to = to;
    }

    synchronized boolean begun() {
      return begun;
    }

    synchronized String noise() {
      return noise.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int off, int len) throws IOException {
      if (begun) {
        to.write(bytes, off, len);
        return;
      }
      noise.write(bytes, off, len);
      byte[] all = noise.toByteArray();
      int at = indexOf(all, Math.max(0, all.length - len - mark.length));
      if (at >= 0) {
        begun = true;
        noise.reset();
        noise.write(all, 0, at);
        to.write(all, at + mark.length, all.length - at - mark.length);
      } else if (all.length > MOST_NOISE) {
        throw new Overflow(Bytes.of(MOST_NOISE));
      }
    }

    private int indexOf(byte[] all, int from) {
      for (int i = from; i + mark.length <= all.length; i++) {
        int j = 0;
        while (j < mark.length && all[i + j] == mark[j]) {
          j++;
        }
        if (j == mark.length) {
          return i;
        }
      }
      return -1;
    }
  }

  /** Passes on until a number of bytes is reached; one more is an {@link Overflow}. */
  static final class Capped extends OutputStream {
    private final OutputStream to;
    private final Bytes atMost;
    private long left;

    Capped(OutputStream to, Bytes atMost) {
      this.to = to;
      this.atMost = atMost;
      this.left = atMost.count();
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int off, int len) throws IOException {
      if (len > left) {
        throw new Overflow(atMost);
      }
      left -= len;
      to.write(bytes, off, len);
    }
  }

  /** Keeps the last bytes only. */
  static final class Tail extends OutputStream {
    private final byte[] ring;
    private long written;

    Tail(int most) {
      this.ring = new byte[most];
    }

    @Override
    public synchronized void write(int b) {
      ring[(int) (written++ % ring.length)] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] bytes, int off, int len) {
      for (int i = 0; i < len; i++) {
        write(bytes[off + i]);
      }
    }

    synchronized String text() {
      int size = (int) Math.min(written, ring.length);
      byte[] out = new byte[size];
      for (int i = 0; i < size; i++) {
        out[i] = ring[(int) ((written - size + i) % ring.length)];
      }
      return new String(out, StandardCharsets.UTF_8);
    }
  }
}
