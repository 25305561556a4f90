package dev.acp.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void aChineseCharacterAndItsPunctuationTakeTwoColumns() {
    assertThat(Columns.of("acp")).isEqualTo(3);
    assertThat(Columns.of("镜像")).isEqualTo(4);
    assertThat(Columns.of("（可修复）：")).isEqualTo(12);
    assertThat(Columns.of("\ud840\udc00")).isEqualTo(2);
    assertThat(Columns.of("Ａ")).isEqualTo(2);
  }

  @Test
  void aCutNeverLeavesHalfACharacter() {
    assertThat(Columns.cut("镜像x", 4)).isEqualTo("镜像");
    assertThat(Columns.cut("镜像x", 3)).isEqualTo("镜");
    assertThat(Columns.cut("ab\ud840\udc00", 3)).isEqualTo("ab");
    assertThat(Columns.cut("short", 10)).isEqualTo("short");
  }

  @Test
  void linesBreakAtSpacesAndBetweenChineseCharacters() {
    assertThat(Columns.wrap("one two three", 7)).containsExactly("one two", "three");
    assertThat(Columns.wrap("unbreakable", 4)).containsExactly("unbreakable");
    assertThat(Columns.wrap("镜像仓库", 5)).containsExactly("镜像", "仓库");
    // a closing mark stays with what it closes, a Latin word stays whole
    assertThat(Columns.wrap("镜像，仓库", 4)).containsExactly("镜", "像，", "仓库");
    assertThat(Columns.wrap("运行 acp setup 安装", 9)).containsExactly("运行 acp", "setup 安", "装");
    assertThat(Columns.wrap("", 5)).containsExactly("");
  }
}
