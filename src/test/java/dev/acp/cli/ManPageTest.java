package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The pages that acp man writes, read by groff and mandoc. */
class ManPageTest {
  @TempDir static Path dir;
  private static String said;

  @BeforeAll
  static void write() {
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out);
    Path folder = dir.resolve("man1");
    assertThat(
            Acp.run(
                new String[] {"man", "--out", folder.toString()}, new Console(to, to, Map.of())))
        .isZero();
    said = out.toString();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> all = Files.list(dir.resolve("man1"))) {
      return all.sorted().toList();
    }
  }

  private static String run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "MANWIDTH", "80", "TERM", "dumb"));
    builder.environment().put("GROFF_NO_SGR", "1");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out.replaceAll(".\b", "");
  }

  @Test
  void everyCommandHasItsPage() throws IOException {
    assertThat(said).startsWith("24 manual pages are in");
    assertThat(pages()).hasSize(24);
    assertThat(pages().stream().map(p -> p.getFileName().toString()))
        .contains("acp.1", "acp-setup.1", "acp-package-build.1", "acp-sync-images.1");
  }

  @Test
  void groffAndMandocFindNothingToWarnOf() throws Exception {
    for (Path page : pages()) {
      assertThat(run("groff", "-man", "-Tutf8", "-ww", "-z", page.toString())).isEmpty();
      assertThat(run("mandoc", "-Tlint", "-W", "warning", page.toString())).isEmpty();
      assertThat(run("man", "--warnings", "-l", page.toString())).contains("NAME", "SEE ALSO");
    }
  }

  @Test
  void thePageOfSetupIsThis() throws IOException {
    PrintWriter nothing = new PrintWriter(new StringWriter());
    CommandLine setup =
        Acp.commandLine(new Console(nothing, nothing, Map.of())).getSubcommands().get("setup");
    GoldenFile.check("man/acp-setup.1", ManPage.of(setup, "2026-01-01"));
  }

  @Test
  void whatIsShownCanBeCopiedAndRun() throws Exception {
    String shown = run("groff", "-man", "-Tutf8", dir.resolve("man1/acp-setup.1").toString());
    assertThat(shown)
        .contains("acp-setup - install the global cluster, stage by stage")
        .contains("acp setup -f cluster.yaml --bundle /root/cpaas-install/installer")
        .contains("-f, --file=CLUSTER")
        // neither typographic hyphens nor typographic quotes
        .doesNotContainPattern("[\u2010\u2018\u2019\u201c]");
  }

  @Test
  void whatRoffTakesForItsOwnIsEscaped() throws Exception {
    String nasty = ".so /etc/passwd";
    List<String> lines =
        List.of(nasty, "'quoted' at the start", "a\\nb \\fB \\\\", "...", "--x ~y ^z `w`", "\"q\"");
    Roff roff = new Roff().title("X\"Y", "2026-01-01", "acp").section("NAME").text("x - y");
    roff.section("CODE").code(lines).section("TEXT");
    for (String line : lines) {
      roff.text(line).paragraph();
    }
    roff.item().bold(".b").plain("'p").italic("-i").end().text("told");
    Path page = Files.writeString(dir.resolve("nasty.1"), roff.toString());
    String shown = run("groff", "-man", "-Tutf8", "-ww", page.toString());
    for (String line : lines) {
      assertThat(shown.split(java.util.regex.Pattern.quote(line), -1)).as(line + shown).hasSize(3);
    }
    assertThat(shown).contains(".b'p-i").doesNotContain("root:");
  }
}
