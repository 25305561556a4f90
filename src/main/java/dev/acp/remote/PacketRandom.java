package dev.acp.remote;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import net.schmizz.sshj.transport.random.Random;

/**
 * The kernel's random bytes (urandom(4)), for the padding of packets (RFC 4253, 6) and the cookies
 * of key exchanges, thousands at a time. Java's own generator mixes in a hash for each packet, and
 * to compile that takes longer than anything else in the first gigabyte.
 */
final class PacketRandom implements Random {
  /** In bytes. */
  private static final int AHEAD = 8 << 10;

  private final SecureRandom kernel;
  private byte[] ready = new byte[0];
  private int next;

  PacketRandom() {
    try {
      // whose seeds are what /dev/urandom gives, with nothing mixed in
      kernel = SecureRandom.getInstance("NativePRNGNonBlocking");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no generator over /dev/urandom", e);
    }
  }

  @Override
  public void fill(byte[] bytes) {
    fill(bytes, 0, bytes.length);
  }

  @Override
  public synchronized void fill(byte[] bytes, int start, int length) {
    int done = 0;
    while (done < length) {
      if (next == ready.length) {
        ready = kernel.generateSeed(AHEAD);
        next = 0;
      }
      int n = Math.min(length - done, ready.length - next);
      System.arraycopy(ready, next, bytes, start + done, n);
      // what was given is known to nobody but who asked for it
      Arrays.fill(ready, next, next + n, (byte) 0);
      next += n;
      done += n;
    }
  }
}
