package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The quick way takes what acp writes, and leaves all else to YAML's reader. */
class FileLinesTest {
  private static final String WRITTEN = Packages.manifest(Packages.FILES).text();

  private static boolean quick(String text) {
    return FileLines.of(text.getBytes(StandardCharsets.UTF_8)).isPresent();
  }

  @Test
  void whatAcpWritesIsReadQuicklyAndIsTheSame() {
    assertThat(quick(WRITTEN)).isTrue();
    byte[] bytes = WRITTEN.getBytes(StandardCharsets.UTF_8);
    assertThat(Manifest.parse(bytes, "m")).isEqualTo(new ManifestReader("m").readAll(bytes));
    assertThat(Manifest.parse(bytes, "m")).isEqualTo(Packages.manifest(Packages.FILES));
  }

  @Test
  void everythingElseIsLeftToYaml() {
    String file = WRITTEN.substring(WRITTEN.indexOf("  - {\"path\""));
    for (String other :
        List.of(
            "# a comment\n" + WRITTEN,
            " " + WRITTEN,
            "---\n" + WRITTEN,
            WRITTEN.replace("\nfiles:\n", "\n...\nfiles:\n"),
            WRITTEN.replace("\nfiles:\n", "\n%TAG\nfiles:\n"),
            WRITTEN.replace("\nfiles:\n", "\r\nfiles:\r\n"),
            WRITTEN + "\n",
            WRITTEN + "more: 1\n",
            WRITTEN + file,
            WRITTEN.substring(0, WRITTEN.length() - 1),
            WRITTEN.replace("res/a.txt", "res/../a.txt"),
            WRITTEN.replace("res/a.txt", "res/\\u0061.txt"),
            WRITTEN.replace("res/a.txt", "res/\u00e4.txt"),
            WRITTEN.replace("res/a.txt", "manifest.yaml"),
            WRITTEN.replace("\"size\":4", "\"size\":04"),
            WRITTEN.replace("\"0644\"", "\"4755\""))) {
      assertThat(other).isNotEqualTo(WRITTEN);
      assertThat(quick(other)).as(other).isFalse();
    }
    assertThat(quick(Packages.manifest(Map.of()).text())).isFalse();
  }
}
