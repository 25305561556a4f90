package dev.acp.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/** The rules for names in an archive: relative, plain, UTF-8, and the same on every file system. */
public final class EntryName {
  private static final int LONGEST = 1024;
  private static final int LONGEST_PART = 255;

  private EntryName() {}

  static String decode(byte[] raw) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      throw Refused.because("it has a name that is not UTF-8", e);
    }
  }

  /**
   * Refuses what could leave the target folder or hide in a listing.
   *
   * @return the name, without the slash that ends a folder's
   */
  static String checked(String name) {
    String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    String problem = problem(plain);
    if (!problem.isEmpty()) {
      throw Refused.because("the name " + Refused.shown(name) + " " + problem);
    }
    return plain;
  }

  /** Why a path below some folder is not taken, or the empty text. */
  public static String problem(String path) {
    if (path.isEmpty()) {
      return "is empty";
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      return "is longer than " + LONGEST + " bytes";
    }
    if (path.startsWith("/")) {
      return "is absolute";
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return "holds an empty part, . or ..";
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
        return "has a part longer than " + LONGEST_PART + " bytes";
      }
    }
    return plain(path) ? "" : unseen(path);
  }

  /** True for what nearly all names are; the tables of Unicode cost more to compile than to ask. */
  private static boolean plain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c < ' ' || c > '~' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static String unseen(String path) {
    for (int i = 0; i < path.length(); ) {
      int c = path.codePointAt(i);
      int type = Character.getType(c);
      if (c == '\\'
          || type == Character.CONTROL
          || type == Character.FORMAT
          || type == Character.SURROGATE
          || type == Character.UNASSIGNED
          || type == Character.LINE_SEPARATOR
          || type == Character.PARAGRAPH_SEPARATOR) {
        return "holds a backslash, control or invisible character";
      }
      i += Character.charCount(c);
    }
    return "";
  }

  /** Two names with the same key are one file on some file system. */
  public static String collisionKey(String name) {
    if (name.chars().allMatch(c -> c < 0x80)) {
      // the same without the tables of Unicode, whose loading is felt where a command is short
      return name.toLowerCase(Locale.ROOT);
    }
    String folded = Normalizer.normalize(name, Normalizer.Form.NFKC);
    return folded.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
