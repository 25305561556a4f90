package dev.acp.value;

import java.util.UUID;
import java.util.regex.Pattern;

/** The id of one installed cluster, made once and kept on every one of its nodes. */
public record ClusterId(String text) {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  public ClusterId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a cluster id: " + text);
    }
  }

  public static ClusterId of(UUID id) {
    return new ClusterId(id.toString());
  }

  @Override
  public String toString() {
    return text;
  }
}
