package dev.acp.value;

import java.util.Objects;

/**
 * A secret text: a password, a token, a private key. It never prints itself; whoever needs the text
 * asks for it by name, which makes every such place easy to find.
 */
public final class Secret {
  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  public static Secret of(String text) {
    return new Secret(Objects.requireNonNull(text, "text"));
  }

  /** The secret itself; never hand it to a log, an event or an exception. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
