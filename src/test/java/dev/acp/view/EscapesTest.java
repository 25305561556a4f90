package dev.acp.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.event.Event;
import dev.acp.event.Event.Said.Level;
import dev.acp.value.Bytes;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node printed reaches no listener as it is. */
class EscapesTest {
  private static final String EVIL = "x\u001b]0;owned\u0007 \u009b2J \u202etxet\r";
  private static final NodeName NODE = NodeName.of("10.0.0.11");

  @TempDir Path folder;

  private static List<Event> events() {
    return List.of(
        new Event.Said(Level.WARNING, Optional.of(NODE), EVIL),
        new Event.Waiting(Optional.of(NODE), EVIL, Duration.ofSeconds(1)),
        new Event.Changed(Optional.of(StageId.of("preprocess")), NODE, EVIL, EVIL, "done"),
        new Event.Moved(Optional.of(NODE), EVIL, Bytes.of(1), Bytes.of(1)),
        new Event.Ran(NODE, "probe", 0, Duration.ofMillis(1), EVIL));
  }

  @Test
  void plainLinesAreClean() {
    StringWriter text = new StringWriter();
    PlainView view = new PlainView(new PrintWriter(text), Lang.EN, true);
    events().forEach(view::tell);
    assertThat(text.toString()).contains("owned").doesNotContainPattern(steering("[^\n]"));
  }

  @Test
  void theTerminalHasNoEscapesButItsOwn() {
    StringWriter text = new StringWriter();
    try (TerminalView view = new TerminalView(new PrintWriter(text), Lang.EN, true)) {
      events().forEach(view::tell);
      view.tell(new Event.Moved(Optional.of(NODE), EVIL, Bytes.of(1), Bytes.of(2)));
    }
    assertThat(text.toString().replace("\r\u001b[K", ""))
        .contains("owned")
        .doesNotContainPattern(steering("[^\n]"));
  }

  @Test
  void theLogIsClean() throws Exception {
    Path file = folder.resolve("run.log");
    try (RunLog log = RunLog.at(file, Clock.systemUTC())) {
      events().forEach(log::tell);
    }
    assertThat(Files.readString(file)).contains("owned").doesNotContainPattern(steering("[^\n\t]"));
  }

  private static String steering(String but) {
    return "[\\p{Cntrl}\\x{80}-\\x{9f}\\p{Cf}&&" + but + "]";
  }
}
