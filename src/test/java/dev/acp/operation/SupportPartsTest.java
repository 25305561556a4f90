package dev.acp.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.operation.SupportParts.Part;
import dev.acp.operation.SupportParts.Parts;
import dev.acp.remote.Masker;
import dev.acp.remote.Redaction;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines count here
class SupportPartsTest {
  private static final Redaction REDACTION = new Redaction(new Masker());
  @TempDir Path dir;

  @Test
  void anAnswerIsTakenApartAndNothingInItCanPassForAPart() {
    Parts parts =
        SupportParts.of(
            "noise\n@@ab one.txt\nfirst\n@@other two.txt\n\n@@ab /../../etc/.x y\nsecond\n@@ab empty\n\n@@ab end\n",
            "@@ab",
            REDACTION);
    assertThat(parts.whole()).isTrue();
    assertThat(parts.all()).extracting(Part::name).containsExactly("one.txt", "_/_/etc/_x_y");
    assertThat(parts.all().get(0).text()).isEqualTo("first\n@@other two.txt\n\n");
    assertThat(SupportParts.of("@@ab one.txt\nfirst", "@@ab", REDACTION).whole()).isFalse();
    assertThat(SupportParts.of("@@ab one.txt\nfirst", "@@ab", REDACTION).all()).hasSize(1);
  }

  @Test
  void objectsLoseTheirSecrets() {
    String list =
        """
        {"items": [
          {"kind": "Secret", "data": {"x": "SECRET"}},
          {"kind": "Pod", "metadata": {"name": "p", "managedFields": [{"x": 1}], "annotations":
              {"kubectl.kubernetes.io/last-applied-configuration": "SECRET", "other": "kept"}},
            "spec": {"containers": [{"args": ["--password=SECRET", "run"], "env": [
              {"name": "DB_PASSWORD", "value": "SECRET"}, {"name": "PORT", "value": "8080"}]}],
              "imagePullSecrets": [{"name": "pull"}]}}]}
        """;
    String text =
        SupportParts.of("@@ab pods.json\n" + list + "@@ab end\n", "@@ab", REDACTION)
            .all()
            .get(0)
            .text();
    assertThat(text).doesNotContain("SECRET").doesNotContain("managedFields");
    assertThat(text).contains("8080", "kept", "\"pull\"", "run", "DB_PASSWORD");
  }

  @Test
  void aListThatWasCutIsStillMasked() {
    String text =
        SupportParts.of(
                "@@ab pods.json\n{\"items\": [{\"password\": \"SECRET\", \n@@ab end\n",
                "@@ab",
                REDACTION)
            .all()
            .get(0)
            .text();
    assertThat(text).contains("items").doesNotContain("SECRET");
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return out;
  }

  @Test
  void theFileIsWholeItsOwnersAloneAndSaysWhatIsMissing() throws Exception {
    Path file = dir.resolve("s.tar.gz");
    try (SupportFile bundle = SupportFile.create(file, "root", Bytes.of(100))) {
      bundle.add("a.txt", "one\n");
      bundle.add("a.txt", "two\n");
      bundle.add("large.txt", "x".repeat(200));
      bundle.missing("node 10.0.0.12: it is off");
      assertThat(file).doesNotExist();
      bundle.finish("head\n");
      bundle.add("late.txt", "late");
      assertThat(bundle.missing()).hasSize(2);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(run("tar", "-tzf", file.toString()).lines())
        .containsExactly("root/a.txt", "root/a.txt.2", "root/SUMMARY.txt");
    assertThat(run("tar", "-xzOf", file.toString(), "root/SUMMARY.txt"))
        .isEqualTo(
            "head\nMISSING:\n  large.txt: the bundle is as large as it may be\n"
                + "  node 10.0.0.12: it is off\n");
    assertThat(dir).isDirectoryNotContaining("glob:**partial");
  }

  @Test
  void oneThatWasNotFinishedLeavesNothing() throws IOException {
    SupportFile bundle = SupportFile.create(dir.resolve("s.tar.gz"), "root", Bytes.of(100));
    bundle.add("a.txt", "one\n");
    bundle.close();
    assertThat(dir).isEmptyDirectory();
  }
}
