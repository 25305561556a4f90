package dev.acp.change;

import dev.acp.file.Res;

/** The shell texts of res/ that go to nodes. */
public final class Scripts {
  private static final String MARK = "#@include record.sh\n";

  private Scripts() {}

  /** The recorder, res/record.sh. */
  public static String recorder() {
    return Res.text("record.sh");
  }

  /** A script of res/actions/. */
  public static String action(String name) {
    return Res.text("actions/" + name);
  }

  /** Node preprocessing, res/init.sh as it goes to nodes: with the recorder in it. */
  public static String initSh() {
    return withRecorder(Res.text("init.sh"));
  }

  /**
   * Puts the recorder in the place of the line "#@include record.sh": {@code package build} does so
   * with the init.sh that it puts into a bundle's res/, so that it works alone there.
   */
  public static String withRecorder(String script) {
    int at = script.indexOf(MARK);
    if (at < 0 || script.indexOf(MARK, at + 1) >= 0) {
      throw new IllegalStateException("init.sh must have the line " + MARK.strip() + " once");
    }
    return script.substring(0, at)
        + "#@begin record.sh\n"
        + recorder()
        + "#@end record.sh\n"
        + script.substring(at + MARK.length());
  }
}
