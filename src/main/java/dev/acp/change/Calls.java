package dev.acp.change;

import dev.acp.change.Change.Action;
import dev.acp.change.Change.FileBlock;
import dev.acp.change.Change.KernelSetting;
import dev.acp.change.Change.Leaves;
import dev.acp.change.Change.PutFile;
import dev.acp.change.Change.UnitState;
import dev.acp.file.Content;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import dev.acp.value.Quote;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Turns changes into calls of the functions of res/record.sh; every value is quoted. */
final class Calls {
  /** A larger content is streamed to the node beforehand instead of standing in the batch. */
  static final Bytes INLINE = Bytes.kib(48);

  private static final String END = "ACP_END";
  private final UnaryOperator<String> actions;

  /**
   * @param actions the text of a script of res/actions/ by its name
   */
  Calls(UnaryOperator<String> actions) {
    this.actions = actions;
  }

  /** The observation of one change; index counts from 1. */
  String look(int index, Change change) {
    String head = "acp_look " + index + " ";
    if (change instanceof PutFile c) {
      return head
          + line("acp_look_file", c.path().text(), c.mode(), c.content().digest().hex())
          + "\n";
    } else if (change instanceof FileBlock c) {
      return head
          + line("acp_look_block", c.path().text(), c.name(), Digest.ofText(lines(c)).hex())
          + "\n";
    } else if (change instanceof UnitState c) {
      return head + line("acp_look_unit", unit(c)) + "\n";
    } else if (change instanceof KernelSetting c) {
      return head + line("acp_look_sysctl", c.key(), c.value()) + "\n";
    } else if (change instanceof Action c) {
      return head + line("acp_look_action", action(c)) + here(bytes(script(c)));
    }
    return head + line("acp_look_leaves", leaves((Leaves) change)) + "\n";
  }

  /** What records and makes one change. */
  String apply(int index, Change change) {
    String head = "acp_try " + index + " ";
    if (change instanceof PutFile c) {
      boolean staged = staged(c);
      String call =
          line(
              "acp_put_file",
              c.path().text(),
              c.mode(),
              c.content().digest().hex(),
              staged ? "stage" : "base64");
      return head + call + (staged ? "\n" : here(read(c.content())));
    } else if (change instanceof FileBlock c) {
      byte[] text = bytes(lines(c));
      String digest = Digest.ofBytes(text).hex();
      return head + line("acp_put_block", c.path().text(), c.name(), digest, "base64") + here(text);
    } else if (change instanceof UnitState c) {
      return head + line("acp_set_unit", unit(c)) + "\n";
    } else if (change instanceof KernelSetting c) {
      return head + line("acp_set_sysctl", c.key(), c.value()) + "\n";
    } else if (change instanceof Action c) {
      return head + line("acp_do_action", action(c)) + here(bytes(script(c)));
    }
    return head + line("acp_declare_leaves", leaves((Leaves) change)) + "\n";
  }

  /** What records and starts a detached action. */
  String start(int index, Action action) {
    return "acp_try "
        + index
        + " "
        + line("acp_start_action", action(action))
        + here(bytes(script(action)));
  }

  String poll(int index, Action action) {
    return "acp_poll_action " + index + " " + Quote.words(List.of(action.name(), sum(action)));
  }

  static boolean staged(PutFile change) {
    return change.content().size().compareTo(INLINE) >= 0;
  }

  /** The digest of an action's script and arguments: what makes it the same action. */
  String sum(Action action) {
    return Digest.ofText(script(action) + "\0" + String.join("\0", action.args())).hex();
  }

  private String script(Action action) {
    return actions.apply(action.script());
  }

  private static String line(String function, String... args) {
    return function + " " + Quote.words(List.of(args));
  }

  private static String[] unit(UnitState c) {
    List<String> words = new ArrayList<>();
    words.add(c.unit());
    words.add(c.wanted() ? "run" : "stop");
    words.add(c.stamp().map(Digest::hex).orElse("-"));
    c.reads().forEach(path -> words.add(path.text()));
    return words.toArray(String[]::new);
  }

  private static String[] leaves(Leaves c) {
    return new String[] {c.kind().name().toLowerCase(Locale.ROOT), c.name()};
  }

  private String[] action(Action c) {
    List<String> words = new ArrayList<>();
    words.add(c.name());
    words.add(sum(c));
    words.add(c.detached() ? "detached" : "attached");
    words.addAll(c.args());
    return words.toArray(String[]::new);
  }

  /** A block's text ends with a line end, since the mark after it is a line of its own. */
  private static String lines(FileBlock c) {
    return c.text().isEmpty() || c.text().endsWith("\n") ? c.text() : c.text() + "\n";
  }

  /** A here-document of base64, whose letters can never be the end mark. */
  private static String here(byte[] content) {
    return " << '"
        + END
        + "'\n"
        + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(content)
        + "\n"
        + END
        + "\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] read(Content content) {
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
