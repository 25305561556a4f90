package dev.acp.value;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of three numbers with an optional suffix, as Kubernetes writes it: v1.31.4,
 * v1.32.0-rc.1. A leading v is accepted and always printed. A suffix sorts before the release
 * (Semantic Versioning 2.0.0, item 11, in its plain form).
 */
public record Version(int major, int minor, int patch, String suffix)
    implements Comparable<Version> {
  private static final Pattern FORM =
      Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:-([0-9A-Za-z.-]{1,64}))?");

  public static Optional<Version> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Version(
            Integer.parseInt(m.group(1)),
            Integer.parseInt(m.group(2)),
            Integer.parseInt(m.group(3)),
            m.group(4) == null ? "" : m.group(4)));
  }

  /** For literals in the code; a text that is no version is a fault of acp. */
  public static Version of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("not a version: " + text));
  }

  /** True if this is the given minor release (1, 27) or a newer one; a suffix does not matter. */
  public boolean atLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }

  @Override
  public int compareTo(Version o) {
    int c = Integer.compare(major, o.major);
    c = c != 0 ? c : Integer.compare(minor, o.minor);
    c = c != 0 ? c : Integer.compare(patch, o.patch);
    if (c != 0 || suffix.equals(o.suffix)) {
      return c;
    }
    if (suffix.isEmpty()) {
      return 1;
    }
    return o.suffix.isEmpty() ? -1 : suffix.compareTo(o.suffix);
  }

  @Override
  public String toString() {
    return "v" + major + "." + minor + "." + patch + (suffix.isEmpty() ? "" : "-" + suffix);
  }
}
