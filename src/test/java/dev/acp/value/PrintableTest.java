package dev.acp.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void nothingThatSteersATerminalIsLeft() {
    for (int c = 0; c < 0x3000; c++) {
      int type = Character.getType(c);
      boolean steers =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR;
      String text = "a" + Character.toString(c) + "b";
      assertThat(Printable.line(text)).as(Integer.toHexString(c)).isEqualTo(steers ? "a?b" : text);
    }
  }

  @Test
  void escapesOfBothKindsAndTurnedTextAreBroken() {
    assertThat(Printable.line("\u001b[2J \u009b2J \u202e dne \u200b"))
        .isEqualTo("?[2J ?2J ? dne ?");
    assertThat(Printable.line("节点 10.0.0.11 已就绪 é ß")).isEqualTo("节点 10.0.0.11 已就绪 é ß");
    assertThat(Printable.lineWithTabs("a\tb\u009bc\n")).isEqualTo("a\tb?c?");
  }
}
