package dev.acp.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Gunzips a stream of one or more members (RFC 1952). java.util.zip.GZIPInputStream asks
 * available() whether another member follows and passes over what is none; here the stream must end
 * with a member.
 */
final class GzipStream extends InputStream {
  private static final int BUFFER = 256 << 10;

  private final PushbackInputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] input = new byte[BUFFER];
  private int filled;
  private boolean inMember;
  private boolean any;

  GzipStream(InputStream in) {
    this.in = new PushbackInputStream(in, BUFFER);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int n = read(one, 0, 1);
    return n < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      if (!inMember && !begin()) {
        return -1;
      }
      int n = inflate(buffer, offset, length);
      if (n > 0) {
        crc.update(buffer, offset, n);
        return n;
      }
      if (inflater.finished()) {
        finish();
      } else if (inflater.needsDictionary()) {
        throw Refused.because("its gzip data need a dictionary");
      } else if (inflater.needsInput()) {
        filled = in.read(input);
        if (filled < 0) {
          throw Refused.because("its gzip data are cut short");
        }
        inflater.setInput(input, 0, filled);
      }
    }
  }

  private int inflate(byte[] buffer, int offset, int length) {
    try {
      return inflater.inflate(buffer, offset, length);
    } catch (DataFormatException e) {
      throw Refused.because("its gzip data are damaged", e);
    }
  }

  private boolean begin() throws IOException {
    int first = in.read();
    if (first < 0 && any) {
      return false;
    }
    try {
      header(first);
    } catch (EOFException e) {
      throw Refused.because("its gzip header is cut short", e);
    }
    any = true;
    inMember = true;
    inflater.reset();
    crc.reset();
    return true;
  }

  private void header(int first) throws IOException {
    int second = octet();
    if (first != 0x1f || second != 0x8b) {
      throw Refused.because("data that are no gzip member follow its gzip data");
    }
    int method = octet();
    int flags = octet();
    if (method != 8 || (flags & 0xe0) != 0) {
      throw Refused.because("its gzip header is malformed");
    }
    for (int i = 0; i < 6; i++) {
      octet();
    }
    if ((flags & 4) != 0) {
      for (int extra = octet() | octet() << 8; extra > 0; extra--) {
        octet();
      }
    }
    for (int text = flags & 0x18; text != 0; text &= text - 1) {
      int length = 0;
      while (octet() != 0) {
        if (++length > 4096) {
          throw Refused.because("its gzip header is malformed");
        }
      }
    }
    if ((flags & 2) != 0) {
      octet();
      octet();
    }
  }

  private void finish() throws IOException {
    int rest = inflater.getRemaining();
    in.unread(input, filled - rest, rest);
    try {
      long sum = word();
      long size = word();
      if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xffffffffL)) {
        throw Refused.because("its gzip checksum does not fit");
      }
    } catch (EOFException e) {
      throw Refused.because("its gzip data are cut short", e);
    }
    inMember = false;
  }

  private long word() throws IOException {
    return octet() | octet() << 8 | octet() << 16 | (long) octet() << 24;
  }

  private int octet() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException();
    }
    return b;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
