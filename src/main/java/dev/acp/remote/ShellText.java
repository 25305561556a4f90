package dev.acp.remote;

import dev.acp.file.Res;
import dev.acp.value.Quote;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/** Builds what goes to a node's shell. The command lines are fixed; all else goes by stdin. */
final class ShellText {
  /** Any login shell, csh too, understands these. */
  static final String SHELL = "exec /bin/sh -s";

  static final String SUDO = "exec sudo -n /bin/sh -s";
  static final String SUDO_FRESH = "exec sudo -k -n /bin/sh -s";
  static final String SUDO_PASSWORD = "exec sudo -k -S -p '' /bin/sh -s";

  /** The first line is the program, read byte by byte; the rest of stdin is its data. */
  private static final String LINE = "/bin/sh -c 'IFS= read -r line; eval \"$line\"'";

  static final String STREAM = "exec " + LINE;
  static final String STREAM_SUDO = "exec sudo -n " + LINE;
  static final String STREAM_SUDO_PASSWORD = "exec sudo -k -S -p '' " + LINE;

  private static final String PRELUDE = Res.text("remote/prelude.sh");
  private static final SecureRandom RANDOM = new SecureRandom();

  private ShellText() {}

  static String nonce() {
    byte[] raw = new byte[16];
    RANDOM.nextBytes(raw);
    return HexFormat.of().formatHex(raw);
  }

  /**
   * A script with its frame. The inner shell reads it whole before it runs a line of it, and the
   * script's own standard input is empty, so that no command in it can eat the rest.
   */
  static byte[] framed(String nonce, String script, Duration limit) {
    String whole = "{\n" + script + "\n} </dev/null";
    String text =
        "acp_nonce="
            + nonce
            + "\nacp_limit="
            + Math.max(1, (limit.toMillis() + 999) / 1000)
            + "\nacp_script="
            + Quote.word(whole)
            + "\n"
            + PRELUDE;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A script with arguments as one line, whose data follows. */
  static byte[] oneLine(String script, List<String> args) {
    String escaped = script.replace("\\", "\\\\").replace("\n", "\\n").replace("'", "\\0047");
    String line = "set -- " + Quote.words(args) + "; eval \"$(printf '%b' '" + escaped + "')\"\n";
    return line.getBytes(StandardCharsets.UTF_8);
  }
}
