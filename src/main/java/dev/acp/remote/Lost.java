package dev.acp.remote;

import java.io.IOException;

/** The connection broke; {@code sent} says whether a command may have reached the node. */
final class Lost extends IOException {
  private static final long serialVersionUID = 1L;
  private final boolean sent;

  Lost(boolean sent, String why, Throwable cause) {
    super(why, cause);
    this.sent = sent;
  }

  boolean sent() {
    return sent;
  }
}
