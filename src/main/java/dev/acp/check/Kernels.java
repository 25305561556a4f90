package dev.acp.check;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kernel releases as {@code uname -r} prints them: 3.10.0-1160.el7.x86_64. */
final class Kernels {
  private static final Pattern NUMBERS = Pattern.compile("\\d+");

  private Kernels() {}

  /** Compares number by number, as many as the shorter one has. */
  static int compare(String a, String b) {
    List<BigInteger> x = numbers(a);
    List<BigInteger> y = numbers(b);
    for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
      int c = x.get(i).compareTo(y.get(i));
      if (c != 0) {
        return c;
      }
    }
    return 0;
  }

  /** True if the release begins with these numbers; 4.19.90-5 does not begin 4.19.90-52. */
  static boolean begins(String release, String prefix) {
    return release.startsWith(prefix)
        && (release.length() == prefix.length()
            || !Character.isDigit(release.charAt(prefix.length())));
  }

  /** The numbers before the distribution's own part: el7, ky10, generic. */
  private static List<BigInteger> numbers(String release) {
    List<BigInteger> all = new ArrayList<>();
    String head = release.split("\\.?[A-Za-z]", 2)[0];
    Matcher m = NUMBERS.matcher(head);
    while (m.find()) {
      all.add(new BigInteger(m.group()));
    }
    return all;
  }
}
