package dev.acp.remote;

import java.util.regex.Pattern;

/** An absolute path on a node, without . and .. parts, control characters or a trailing slash. */
public record RemotePath(String text) {
  private static final Pattern FORM = Pattern.compile("(?:/[^/\\p{Cntrl}]+)+");

  public RemotePath {
    if (!FORM.matcher(text).matches()
        || (text + "/").contains("/../")
        || (text + "/").contains("/./")) {
      throw new IllegalArgumentException("not an absolute, plain path: " + text);
    }
  }

  public static RemotePath of(String text) {
    return new RemotePath(text);
  }

  public RemotePath resolve(String name) {
    return new RemotePath(text + "/" + name);
  }

  @Override
  public String toString() {
    return text;
  }
}
