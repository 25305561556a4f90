package dev.acp.openpgp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits bytes into OpenPGP packets (RFC 9580, 4.2) without looking into them. Every byte must
 * belong to a packet of known length; partial and indeterminate lengths are refused.
 */
final class Packets {
  static final int SIGNATURE = 2;

  /** A packet's tag and all its bytes, header included. */
  static final class Packet {
    private final int tag;
    private final byte[] bytes;
    private final int header;

    private Packet(int tag, byte[] bytes, int header) {
      this.tag = tag;
      this.bytes = bytes;
      this.header = header;
    }

    int tag() {
      return tag;
    }

    byte[] bytes() {
      return bytes;
    }

    /** The bytes behind the header, of which there are several forms. */
    byte[] body() {
      return Arrays.copyOfRange(bytes, header, bytes.length);
    }
  }

  private final byte[] data;
  private int at;

  private Packets(byte[] data) {
    this.data = data;
  }

  static List<Packet> split(byte[] data) throws MalformedOpenPgp {
    Packets packets = new Packets(data);
    List<Packet> all = new ArrayList<>();
    while (packets.at < data.length) {
      all.add(packets.next());
    }
    return all;
  }

  private Packet next() throws MalformedOpenPgp {
    int start = at;
    int header = octet();
    if ((header & 0x80) == 0) {
      throw new MalformedOpenPgp("is no OpenPGP data");
    }
    boolean current = (header & 0x40) != 0;
    int tag = current ? header & 0x3f : (header & 0x3c) >> 2;
    long length = current ? currentLength() : legacyLength(header & 3);
    if (length > data.length - at) {
      throw new MalformedOpenPgp("is cut short");
    }
    int body = at;
    at += (int) length;
    return new Packet(tag, Arrays.copyOfRange(data, start, at), body - start);
  }

  private long currentLength() throws MalformedOpenPgp {
    int first = octet();
    if (first < 192) {
      return first;
    }
    if (first < 224) {
      return ((first - 192) << 8) + octet() + 192L;
    }
    if (first == 255) {
      return big(4);
    }
    throw new MalformedOpenPgp("has a packet of partial length");
  }

  private long legacyLength(int kind) throws MalformedOpenPgp {
    if (kind == 3) {
      throw new MalformedOpenPgp("has a packet of indeterminate length");
    }
    return big(1 << kind);
  }

  private long big(int octets) throws MalformedOpenPgp {
    long value = 0;
    for (int i = 0; i < octets; i++) {
      value = value << 8 | octet();
    }
    return value;
  }

  private int octet() throws MalformedOpenPgp {
    if (at >= data.length) {
      throw new MalformedOpenPgp("is cut short");
    }
    return data[at++] & 0xff;
  }
}
