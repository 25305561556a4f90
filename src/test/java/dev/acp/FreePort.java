package dev.acp;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port for a program that a test starts and that cannot choose one itself. Below 32768, where
 * the kernel takes ports for outgoing calls and for port 0 (net.ipv4.ip_local_port_range): one from
 * there may be somebody else's by the time the program binds it.
 */
public final class FreePort {
  private static final int LEAST = 20_000;

  /** Above it are the fixed ports of tests. */
  private static final int MOST = 25_999;

  private FreePort() {}

  /**
   * A port that nobody holds, on any of this machine's addresses.
   *
   * @throws IOException when a hundred were held
   */
  public static int find() throws IOException {
    IOException last = null;
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, MOST + 1);
      try (ServerSocket free = new ServerSocket(port)) {
        return free.getLocalPort();
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
