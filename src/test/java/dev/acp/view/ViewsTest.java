package dev.acp.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.value.Bytes;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);

  /** Clears the screen, sets the title, goes back on the line, 8-bit CSI, right to left. */
  private static final String DIRT = "\u001b[2J\u001b]0;x\u0007\r\u009b31m\u202e\b";

  @TempDir Path folder;

  private static String plain(Lang lang, boolean verbose, List<Event> events) {
    StringWriter out = new StringWriter();
    PlainView view = new PlainView(new PrintWriter(out), lang, verbose);
    events.forEach(view::tell);
    return out.toString();
  }

  private static String terminal(Lang lang, boolean verbose, List<Event> events) {
    StringWriter out = new StringWriter();
    try (TerminalView view = new TerminalView(new PrintWriter(out), lang, verbose)) {
      events.forEach(view::tell);
    }
    return out.toString();
  }

  private String log(List<Event> events) throws IOException {
    Path file = folder.resolve("run.log");
    try (RunLog log = RunLog.at(file, CLOCK)) {
      events.forEach(log::tell);
    }
    return Files.readString(file);
  }

  @Test
  void theSamplesHaveEveryKindOfEvent() {
    Set<Class<?>> seen = new HashSet<>();
    Samples.all().forEach(e -> seen.add(e.getClass()));
    assertThat(seen).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
  }

  @Test
  void everyKindOfEventGoesThroughEveryViewAndTheLogTellsEach() throws IOException {
    for (Class<?> kind : Event.class.getPermittedSubclasses()) {
      List<Event> events = Samples.all().stream().filter(kind::isInstance).toList();
      for (Lang lang : Lang.values()) {
        plain(lang, true, events);
        assertThat(terminal(lang, false, events)).endsWith("\r\u001b[K");
      }
      Files.deleteIfExists(folder.resolve("run.log"));
      assertThat(log(events)).as(kind.getSimpleName()).isNotEmpty();
    }
  }

  @Test
  void thePlainLinesAreThese() throws IOException {
    for (Lang lang : Lang.values()) {
      GoldenFile.check("view/plain-" + lang.id() + ".txt", plain(lang, false, Samples.all()));
    }
    GoldenFile.check("view/plain-verbose.txt", plain(Lang.EN, true, Samples.all()));
  }

  @Test
  void theLogIsThis() throws IOException {
    GoldenFile.check("view/run.log", log(Samples.all()));
  }

  @Test
  void onlyTransfersOf16MibAndMoreHaveAPlainLine() {
    Bytes large = Bytes.of(16L << 20);
    Bytes small = Bytes.of((16L << 20) - 1);
    Optional<NodeName> node = Optional.of(NodeName.of("10.0.0.1"));
    assertThat(plain(Lang.EN, true, List.of(new Event.Moved(node, "contents", small, small))))
        .isEmpty();
    assertThat(plain(Lang.EN, false, List.of(new Event.Moved(node, "contents", large, large))))
        .isEqualTo("      10.0.0.1: contents, 16.0 MiB\n");
    assertThat(plain(Lang.EN, true, List.of(new Event.Moved(node, "contents", small, large))))
        .isEmpty();
  }

  @Test
  void theTerminalDrawsEveryTransferInPlace() {
    Bytes small = Bytes.of(3000);
    String drawn =
        terminal(
            Lang.EN,
            false,
            List.of(new Event.Moved(Optional.empty(), "contents", Bytes.of(1000), small)));
    assertThat(drawn).contains("contents 1000 B of 2.9 KiB").doesNotContain("\n");
  }

  @Test
  void aVerboseLineOfAChangeThatWasThereAlreadyIsNotShownAsDone() {
    assertThat(plain(Lang.EN, true, Samples.all()))
        .contains("write /etc/a")
        .doesNotContain("write /etc/b");
  }

  @Test
  void controlCharactersOfANodeNeverReachTheTerminal() throws IOException {
    List<Event> dirty = Samples.with(DIRT);
    for (boolean verbose : List.of(true, false)) {
      assertThat(plain(Lang.EN, verbose, dirty).replace("\n", "")).doesNotContainPattern("\\p{Cc}");
      assertThat(plain(Lang.EN, verbose, dirty)).doesNotContain("\u202e").contains("?[2J");
      String drawn = terminal(Lang.ZH, verbose, dirty);
      assertThat(drawn.replace("\r\u001b[K", "").replace("\n", ""))
          .doesNotContainPattern("\\p{Cc}")
          .doesNotContain("\u202e");
    }
    assertThat(log(dirty).replace("\n", "").replace("\t", "")).doesNotContainPattern("\\p{Cc}");
  }

  @Test
  void theTerminalsLineFitsAndShowsWhatIsInHand() {
    StringWriter out = new StringWriter();
    try (TerminalView view = new TerminalView(new PrintWriter(out), Lang.EN, false)) {
      view.tell(Samples.all().get(1));
      for (int i = 0; i < 30; i++) {
        view.tell(
            new Event.Waiting(
                Optional.of(NodeName.of("10.0.0." + i)),
                "the node",
                java.time.Duration.ofSeconds(1)));
      }
    }
    assertThat(out.toString()).contains("10.0.0.11: container-runtime");
    for (String drawn : out.toString().split("\r\u001b\\[K|\n", -1)) {
      assertThat(drawn).hasSizeLessThanOrEqualTo(100);
    }
  }

  @Test
  void nothingIsDrawnAfterTheTerminalViewIsClosed() {
    StringWriter out = new StringWriter();
    TerminalView view = new TerminalView(new PrintWriter(out), Lang.EN, false);
    view.close();
    String before = out.toString();
    Samples.all().forEach(view::tell);
    assertThat(out.toString()).isEqualTo(before);
  }

  @Test
  void theLogIsItsOwnersAloneAndNamedByCommandAndTime() throws IOException {
    try (RunLog log = RunLog.in(folder.resolve("logs"), "setup", CLOCK)) {
      Events events = log;
      events.info("begun");
      assertThat(log.file().getFileName()).hasToString("setup-20260102-030405-678.log");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log.file())))
          .isEqualTo("rw-------");
      assertThat(log.file()).content().contains("begun");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("logs"))))
        .isEqualTo("rwx------");
  }

  @Test
  void anOlderLogIsAddedTo() throws IOException {
    String once = log(List.of(Samples.all().get(0)));
    assertThat(log(List.of(Samples.all().get(0)))).isEqualTo(once + once);
  }

  @Test
  void aLogOnAFullDiskIsToldOnce() throws IOException {
    int[] told = {0};
    // Linux' own full disk (full(4))
    try (RunLog log = RunLog.at(Path.of("/dev/full"), CLOCK)) {
      log.whenLost(() -> told[0]++);
      Samples.all().forEach(log::tell);
    }
    assertThat(told[0]).isEqualTo(1);
  }
}
