package dev.acp.openpgp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** ASCII armor (RFC 9580, chapter 6), read strictly: nothing may stand outside the blocks. */
final class Armor {
  private static final String BEGIN = "-----BEGIN PGP ";
  private static final String END = "-----END PGP ";
  private static final String DASHES = "-----";

  private Armor() {}

  static boolean looksArmored(byte[] content) {
    int from = 0;
    while (from < content.length && Character.isWhitespace(content[from])) {
      from++;
    }
    byte[] begin = BEGIN.getBytes(StandardCharsets.US_ASCII);
    return content.length - from >= begin.length
        && java.util.Arrays.equals(content, from, from + begin.length, begin, 0, begin.length);
  }

  /** The packets of every block, whose kind must be the given one ("SIGNATURE"). */
  static List<byte[]> blocks(byte[] content, String kind) throws MalformedOpenPgp {
    List<byte[]> blocks = new ArrayList<>();
    String[] lines = new String(content, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
    int i = 0;
    while (i < lines.length) {
      String line = lines[i].strip();
      if (line.isEmpty()) {
        i++;
      } else if (line.equals(BEGIN + kind + DASHES)) {
        i = block(lines, i + 1, kind, blocks);
      } else if (line.startsWith(BEGIN)) {
        throw new MalformedOpenPgp(
            "holds a block of another kind: " + line.replaceAll("[^ -~]", "?"));
      } else {
        throw new MalformedOpenPgp("holds text outside its armored block");
      }
    }
    return blocks;
  }

  private static int block(String[] lines, int from, String kind, List<byte[]> blocks)
      throws MalformedOpenPgp {
    int i = from;
    while (i < lines.length && !lines[i].isBlank()) {
      if (!lines[i].contains(": ")) {
        throw new MalformedOpenPgp("has an armor header line that is none");
      }
      i++;
    }
    StringBuilder base64 = new StringBuilder();
    String sum = "";
    for (i++; i < lines.length; i++) {
      String line = lines[i].stripTrailing();
      if (line.equals(END + kind + DASHES)) {
        blocks.add(decode(base64.toString(), sum));
        return i + 1;
      }
      if (line.startsWith("=") && sum.isEmpty()) {
        sum = line.substring(1);
      } else if (!sum.isEmpty()) {
        throw new MalformedOpenPgp("has text after its armor checksum");
      } else {
        base64.append(line);
      }
    }
    throw new MalformedOpenPgp("has an armored block without an end line");
  }

  private static byte[] decode(String base64, String sum) throws MalformedOpenPgp {
    try {
      byte[] data = Base64.getDecoder().decode(base64);
      if (!sum.isEmpty()) {
        ByteArrayOutputStream wanted = new ByteArrayOutputStream();
        int crc = crc24(data);
        wanted.write(crc >> 16);
        wanted.write(crc >> 8);
        wanted.write(crc);
        if (!java.util.Arrays.equals(wanted.toByteArray(), Base64.getDecoder().decode(sum))) {
          throw new MalformedOpenPgp("has a wrong armor checksum");
        }
      }
      return data;
    } catch (IllegalArgumentException e) {
      throw new MalformedOpenPgp("has armor that is not base64");
    }
  }

  /** RFC 9580, 6.1.1. */
  private static int crc24(byte[] data) {
    int crc = 0xB704CE;
    for (byte b : data) {
      crc ^= (b & 0xff) << 16;
      for (int i = 0; i < 8; i++) {
        crc <<= 1;
        if ((crc & 0x1000000) != 0) {
          crc ^= 0x1864CFB;
        }
      }
    }
    return crc & 0xffffff;
  }
}
