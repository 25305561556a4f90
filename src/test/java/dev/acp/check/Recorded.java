package dev.acp.check;

import dev.acp.node.NodeFacts;
import dev.acp.node.NodeFacts.Window;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A probe's output from src/test/resources/facts, and the same with sections changed. */
public final class Recorded {
  /** The probes say 1795220977.5; acp's clock read the same, with 0.2 s for the round trip. */
  private static final Window WINDOW =
      new Window(1_795_220_977_400_000_000L, 1_795_220_977_600_000_000L);

  private final String text;

  private Recorded(String text) {
    this.text = text;
  }

  public static Recorded of(String name) {
    String path = "/facts/" + name + ".synthetic.txt";
    try (InputStream in = Recorded.class.getResourceAsStream(path)) {
      return new Recorded(
          new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Recorded raw(String text) {
    return new Recorded(text);
  }

  /** The same with a section's lines replaced; its status becomes 0. */
  public Recorded with(String section, String... lines) {
    return replaced(section, "0", lines);
  }

  /** The same with a section that ended otherwise: absent, missing, 124, ... */
  public Recorded ended(String section, String status, String... lines) {
    return replaced(section, status, lines);
  }

  public Recorded without(String section) {
    return new Recorded(cut(section));
  }

  private Recorded replaced(String section, String status, String... lines) {
    StringBuilder out = new StringBuilder(new Recorded(cut(section)).cut("end"));
    out.append("@@ ").append(section).append(' ').append(status).append('\n');
    Arrays.stream(lines).forEach(l -> out.append('|').append(l).append('\n'));
    out.append("@@ end 0\n");
    return new Recorded(out.toString());
  }

  private String cut(String section) {
    StringBuilder out = new StringBuilder();
    boolean in = false;
    for (String line : text.lines().toList()) {
      if (line.startsWith("@@ ")) {
        in = line.startsWith("@@ " + section + " ");
      }
      if (!in) {
        out.append(line).append('\n');
      }
    }
    return out.toString();
  }

  public NodeFacts facts() {
    return NodeFacts.parse(text, WINDOW);
  }
}
