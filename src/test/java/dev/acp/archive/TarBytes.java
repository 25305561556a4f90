package dev.acp.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Writes tar blocks byte by byte, also such as no tar program would. */
public final class TarBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A header block that can be bent before it is added. */
  public static byte[] header(String name, String mode, long size, char type) {
    byte[] block = new byte[512];
    put(block, 0, name.getBytes(StandardCharsets.UTF_8));
    put(block, 100, ("0000" + mode + "\0").getBytes(StandardCharsets.US_ASCII));
    put(block, 108, "0000000\0".getBytes(StandardCharsets.US_ASCII));
    put(block, 116, "0000000\0".getBytes(StandardCharsets.US_ASCII));
    put(
        block,
        124,
        String.format(Locale.ROOT, "%011o\0", size).getBytes(StandardCharsets.US_ASCII));
    put(block, 136, "00000000000\0".getBytes(StandardCharsets.US_ASCII));
    block[156] = (byte) type;
    put(block, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
    return sum(block);
  }

  /** Writes the checksum that the block should have. */
  public static byte[] sum(byte[] block) {
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII));
    return block;
  }

  public static void put(byte[] block, int at, byte[] what) {
    System.arraycopy(what, 0, block, at, what.length);
  }

  public TarBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public TarBytes entry(byte[] header, byte[] content) {
    raw(header).raw(content);
    return raw(new byte[(512 - content.length % 512) % 512]);
  }

  public TarBytes file(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return entry(header(name, "644", bytes.length, '0'), bytes);
  }

  public TarBytes folder(String name) {
    return raw(header(name, "755", 0, '5'));
  }

  public TarBytes pax(String... records) {
    StringBuilder all = new StringBuilder();
    for (String record : records) {
      int length = record.length() + 3;
      while ((length + " " + record + "\n").length() != length) {
        length++;
      }
      all.append(length).append(' ').append(record).append('\n');
    }
    byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
    return entry(header("pax", "644", bytes.length, 'x'), bytes);
  }

  public TarBytes end() {
    return raw(new byte[1024]);
  }

  public byte[] bytes() {
    return out.toByteArray();
  }
}
