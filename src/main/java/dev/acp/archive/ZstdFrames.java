package dev.acp.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Packed zstd data on their way to Java's reader, held to what zstd's own library holds them to:
 * that reader takes any window, and passes over a few bytes behind the last frame. Follows the
 * frames and blocks (RFC 8878, 3.1.1) without unpacking.
 */
final class ZstdFrames extends FilterInputStream {
  private static final int MAGIC = 0xfd2fb528;
  private static final long MOST_WINDOW = 8 << 20;

  /** What the next bytes are. */
  private enum Part {
    MAGIC,
    DESCRIPTOR,
    HEADER,
    BLOCK_HEADER,
    BLOCK,
    CHECKSUM
  }

  private Part part = Part.MAGIC;
  private long left = 4;
  private long number;
  private int shift;
  private int descriptor;
  private boolean last;

  ZstdFrames(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n < 0 && (part != Part.MAGIC || shift > 0)) {
      throw Refused.because("its zstd data are cut short");
    }
    for (int at = offset; at < offset + n; ) {
      if (part == Part.BLOCK) {
        int passed = (int) Math.min(left, offset + n - at);
        at += passed;
        left -= passed;
      } else {
        take(buffer[at++] & 0xff);
      }
      if (left == 0) {
        ended();
      }
    }
    return n;
  }

  /** Numbers are little-endian; of a header all bytes are kept, the window's among them. */
  private void take(int octet) {
    if (part == Part.HEADER && shift == 0 && (descriptor & 0x20) == 0) {
      long base = 1L << (10 + (octet >> 3));
      if (base + base / 8 * (octet & 7) > MOST_WINDOW) {
        throw tooLarge();
      }
    }
    if (shift < 64) {
      number |= (long) octet << shift;
    }
    shift += 8;
    left--;
  }

  private void ended() {
    long value = number;
    number = 0;
    shift = 0;
    switch (part) {
      case MAGIC -> {
        if ((int) value != MAGIC) {
          throw Refused.because("data that are no zstd frame are among its zstd data");
        }
        go(Part.DESCRIPTOR, 1);
      }
      case DESCRIPTOR -> {
        descriptor = (int) value;
        if ((descriptor & 3) != 0) {
          throw Refused.because("its zstd data need a dictionary");
        }
        go(Part.HEADER, windowLength() + contentSizeLength());
      }
      case HEADER -> {
        // of one segment the window is the content, whose size is all that its header holds
        if (windowLength() == 0 && (value < 0 || value > MOST_WINDOW)) {
          throw tooLarge();
        }
        go(Part.BLOCK_HEADER, 3);
      }
      case BLOCK_HEADER -> {
        last = (value & 1) != 0;
        go(Part.BLOCK, (value >> 1 & 3) == 1 ? 1 : value >> 3);
      }
      case BLOCK -> {
        if (!last) {
          go(Part.BLOCK_HEADER, 3);
        } else if ((descriptor & 4) != 0) {
          go(Part.CHECKSUM, 4);
        } else {
          go(Part.MAGIC, 4);
        }
      }
      case CHECKSUM -> go(Part.MAGIC, 4);
    }
  }

  private int windowLength() {
    return (descriptor & 0x20) == 0 ? 1 : 0;
  }

  private int contentSizeLength() {
    int flag = descriptor >> 6;
    return flag == 0 ? 1 - windowLength() : 1 << flag;
  }

  private void go(Part next, long length) {
    part = next;
    left = length;
    if (length == 0) {
      // an empty block
      ended();
    }
  }

  private static RuntimeException tooLarge() {
    return Refused.because("its zstd data need more memory than 8 MiB");
  }
}
