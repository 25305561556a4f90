package dev.acp.value;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address range, 10.3.0.0/16 or fd00:10::/64; the host bits must be zero. */
public record Cidr(IpAddress first, int prefix) {
  private static final Pattern FORM = Pattern.compile("(.{2,45})/(\\d{1,3})");

  public Cidr {
    if (prefix < 0 || prefix > first.raw().length * 8) {
      throw new IllegalArgumentException("a prefix of " + prefix + " does not fit " + first);
    }
    if (!masked(first, prefix).equals(first)) {
      throw new IllegalArgumentException(
          first
              + "/"
              + prefix
              + " has host bits set; the range is "
              + masked(first, prefix)
              + "/"
              + prefix);
    }
  }

  /** Empty where the text is no range; see {@link #aligned} for one whose host bits are set. */
  public static Optional<Cidr> parse(String text) {
    return aligned(text).filter(c -> text.equals(c.first + "/" + c.prefix) || sameStart(text, c));
  }

  /** The range that the text lies in: 10.3.0.7/16 gives 10.3.0.0/16. */
  public static Optional<Cidr> aligned(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    Optional<IpAddress> address = IpAddress.parse(m.group(1));
    int prefix = Integer.parseInt(m.group(2));
    if (address.isEmpty() || prefix > address.get().raw().length * 8) {
      return Optional.empty();
    }
    return Optional.of(new Cidr(masked(address.get(), prefix), prefix));
  }

  public static Cidr of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("not a CIDR: " + text));
  }

  private static boolean sameStart(String text, Cidr cidr) {
    return IpAddress.parse(text.substring(0, text.indexOf('/')))
        .filter(cidr.first::equals)
        .isPresent();
  }

  private static IpAddress masked(IpAddress address, int prefix) {
    byte[] raw = address.raw();
    for (int i = 0; i < raw.length; i++) {
      int keep = Math.max(0, Math.min(8, prefix - 8 * i));
      raw[i] = (byte) (raw[i] & (0xff << (8 - keep)));
    }
    return IpAddress.ofRaw(raw);
  }

  public boolean isV4() {
    return first.isV4();
  }

  public boolean contains(IpAddress address) {
    return address.isV4() == isV4() && masked(address, prefix).equals(first);
  }

  public boolean overlaps(Cidr other) {
    return contains(other.first) || other.contains(first);
  }

  public int hostBits() {
    return first.raw().length * 8 - prefix;
  }

  /** The n-th address of the range, 0 being its first; the tenth of a service range is its DNS. */
  public IpAddress address(long n) {
    BigInteger value = new BigInteger(1, first.raw()).add(BigInteger.valueOf(n));
    byte[] bytes = value.toByteArray();
    byte[] raw = new byte[first.raw().length];
    int copy = Math.min(bytes.length, raw.length);
    System.arraycopy(bytes, bytes.length - copy, raw, raw.length - copy, copy);
    IpAddress address = IpAddress.ofRaw(raw);
    if (n < 0 || !contains(address)) {
      throw new IllegalArgumentException(this + " has no address number " + n);
    }
    return address;
  }

  @Override
  public String toString() {
    return first + "/" + prefix;
  }
}
