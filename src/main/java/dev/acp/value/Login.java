package dev.acp.value;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user and a password, such as those of an external registry. */
public record Login(String user, Secret password) {
  /** The value of HTTP's header Authorization (RFC 7617). */
  public Secret basic() {
    byte[] pair = (user + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8);
    return Secret.of("Basic " + Base64.getEncoder().encodeToString(pair));
  }
}
