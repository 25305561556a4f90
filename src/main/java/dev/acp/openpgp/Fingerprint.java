package dev.acp.openpgp;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A key's fingerprint, in upper-case hex without spaces: 40 digits (v4) or 64 (v6). */
public record Fingerprint(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9A-F]{40}|[0-9A-F]{64}");

  public Fingerprint {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a fingerprint of 40 or 64 hex digits: " + hex);
    }
  }

  /** Reads what people paste: spaces, colons and case do not matter, a leading 0x is dropped. */
  public static Optional<Fingerprint> parse(String text) {
    String hex = text.replaceAll("[\\s:]", "").toUpperCase(Locale.ROOT);
    hex = hex.startsWith("0X") ? hex.substring(2) : hex;
    return FORM.matcher(hex).matches() ? Optional.of(new Fingerprint(hex)) : Optional.empty();
  }

  static Fingerprint ofRaw(byte[] raw) {
    return new Fingerprint(HexFormat.of().withUpperCase().formatHex(raw));
  }

  /** For people: groups of four digits, as gpg --fingerprint prints them. */
  public String grouped() {
    return hex.replaceAll("(.{4})(?!$)", "$1 ");
  }

  @Override
  public String toString() {
    return hex;
  }
}
