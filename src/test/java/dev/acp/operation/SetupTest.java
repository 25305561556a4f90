package dev.acp.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import dev.acp.fault.Texts;
import dev.acp.pipeline.Stage;
import dev.acp.value.Lang;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SetupTest {
  private static List<String> ids() {
    return Setup.plan().stages().stream().map(s -> s.id().text()).toList();
  }

  private static String kind(Stage<?> stage) {
    if (stage instanceof Stage.Check) {
      return "check";
    }
    return stage instanceof Stage.Deliver ? "deliver" : "on nodes";
  }

  @Test
  void theWholePlanIsThisList() throws IOException {
    GoldenFile.check(
        "operation/setup.txt",
        Setup.plan().stages().stream()
            .map(s -> s.id() + ": " + kind(s) + "\n")
            .collect(Collectors.joining()));
  }

  @Test
  void everyStageHasATitleInBothLanguages() {
    for (Lang lang : Lang.values()) {
      for (String id : ids()) {
        String key = "stage." + id + ".title";
        assertThat(Texts.of(lang).has(key)).as(lang + " " + key).isTrue();
        assertThat(Texts.of(lang).get(key)).as(lang + " " + key).isNotBlank();
      }
    }
    assertThat(ids()).doesNotHaveDuplicates();
  }

  @Test
  void noTitleIsLeftOfAStageThatIsGone() {
    assertThat(Texts.of(Lang.EN).keys())
        .filteredOn(key -> key.startsWith("stage."))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    ids().stream(),
                    RenewCertificates.plan().stages().stream().map(s -> s.id().text()),
                    RemoveNodes.plan().stages().stream().map(s -> s.id().text()))
                .flatMap(one -> one)
                .distinct()
                .map(id -> "stage." + id + ".title")
                .toList());
  }

  @Test
  void theReadmesPictureNamesTheSameStagesInTheSameOrder() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Matcher picture = Pattern.compile("acp setup:\\n((?:.*\\n)*?)\\s+every change").matcher(readme);
    assertThat(picture.find()).isTrue();
    assertThat(List.of(picture.group(1).strip().split("[\\s▶]+", -1)))
        .containsExactlyElementsOf(ids());
  }
}
