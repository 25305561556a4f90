package dev.acp.value;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IPv4 or IPv6 address from its literal text; no name is ever looked up. */
public final class IpAddress {
  private static final Pattern V4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:]{2,39}(?:[0-9.]{7,15})?");

  private final InetAddress address;

  private IpAddress(InetAddress address) {
    this.address = address;
  }

  public static Optional<IpAddress> parse(String text) {
    boolean v4 = V4.matcher(text).matches();
    if (!v4 && !(text.contains(":") && V6.matcher(text).matches())) {
      return Optional.empty();
    }
    try {
      // A literal is never looked up; anything else was refused above.
      return Optional.of(new IpAddress(InetAddress.getByName(text)));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  public static IpAddress of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("not an address: " + text));
  }

  static IpAddress ofRaw(byte[] raw) {
    try {
      return new IpAddress(InetAddress.getByAddress(raw));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
    }
  }

  public boolean isV4() {
    return address instanceof Inet4Address;
  }

  public boolean isV6() {
    return !isV4();
  }

  public byte[] raw() {
    return address.getAddress();
  }

  /** The JDK's form, for sockets; made from a literal, so that it never asks a name server. */
  public InetAddress inet() {
    return address;
  }

  public boolean isLoopback() {
    return address.isLoopbackAddress();
  }

  public boolean isMulticast() {
    return address.isMulticastAddress();
  }

  public boolean isLinkLocal() {
    return address.isLinkLocalAddress();
  }

  public boolean isAny() {
    return address.isAnyLocalAddress();
  }

  /** As it stands in a URL: brackets around IPv6 (RFC 3986, 3.2.2). */
  public String inUrl() {
    return isV6() ? "[" + this + "]" : toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress ip && ip.address.equals(address);
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }

  /** The canonical text; IPv6 as RFC 5952 has it. */
  @Override
  public String toString() {
    if (isV4()) {
      return address.getHostAddress();
    }
    byte[] raw = raw();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = ((raw[2 * i] & 0xff) << 8) | (raw[2 * i + 1] & 0xff);
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int j = i;
      while (j < 8 && groups[j] == 0) {
        j++;
      }
      if (j - i > bestLength) {
        bestStart = i;
        bestLength = j - i;
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        out.append("::");
        i += bestLength - 1;
        continue;
      }
      if (out.length() > 0 && out.charAt(out.length() - 1) != ':') {
        out.append(':');
      }
      out.append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }
}
