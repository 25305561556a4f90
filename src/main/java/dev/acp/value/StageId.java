package dev.acp.value;

import java.util.regex.Pattern;

/** The stable id of a stage: --from, the journal and its title use it. */
public record StageId(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,40}");

  public StageId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a stage id: " + text);
    }
  }

  public static StageId of(String text) {
    return new StageId(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
