package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.FakePrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real script over a kubectl that keeps a folder, and that quotes its input when it fails. */
class BootstrapTokensTest {
  private static final String SECRET = "0123456789abcdef";
  private static final String KUBECTL =
      """
      echo "$*" >>"$FAKE/log"
      case "$*" in
      *"get node "*) cat "$FAKE/ready" 2>/dev/null || exit 1 ;;
      *"get secret "*jsonpath*) cat "$FAKE/expiration" 2>/dev/null || exit 1 ;;
      *"get secret "*) [ ! -e "$FAKE/down" ] || exit 1; cat "$FAKE/secret" 2>/dev/null || true ;;
      *" create "* | *" replace "*)
        cat >"$FAKE/input"
        if [ -e "$FAKE/fails" ]; then cat "$FAKE/input"; cat "$FAKE/input" >&2; exit 3; fi
        date -u -d '+2 hours' +%Y-%m-%dT%H:%M:%SZ | base64 >"$FAKE/expiration"
        ;;
      *) exit 9 ;;
      esac
      """;

  @TempDir Path folder;

  /** How the script ended, and all that it printed. */
  private record Ran(int exit, String out) {}

  @BeforeEach
  void fake() throws IOException {
    FakePrograms.write(folder, "kubectl", KUBECTL);
    Files.createDirectories(folder.resolve("etc/acp"));
    Files.writeString(folder.resolve("etc/admin.conf"), "");
    Files.writeString(folder.resolve("etc/acp/tokens"), "abcdef " + SECRET + "\n");
  }

  private Ran run(String word, String... nodes) throws Exception {
    String script =
        Files.readString(Path.of("res/actions/bootstrap-tokens.sh"))
            .replace("/etc/kubernetes", folder.resolve("etc").toString());
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh", word));
    line.addAll(List.of(nodes));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("PATH", folder + ":" + environment.get("PATH"));
    environment.put("FAKE", folder.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out);
  }

  private void ready(String status) throws IOException {
    Files.writeString(folder.resolve("ready"), status);
  }

  private void tokenEnds(int minutes) throws IOException {
    String end =
        Instant.now().plus(minutes, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS).toString();
    Files.writeString(
        folder.resolve("expiration"),
        Base64.getEncoder().encodeToString(end.getBytes(StandardCharsets.UTF_8)));
    Files.writeString(folder.resolve("secret"), "secret/bootstrap-token-abcdef\n");
  }

  private String asked() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  @Test
  void aNodeThatIsReadyNeedsNoToken() throws Exception {
    ready("True");
    assertThat(run("observe", "n2").out()).isEqualTo("done\n");
    assertThat(run("apply", "n2").exit()).isZero();
    assertThat(asked()).doesNotContain("create", "replace");
  }

  @Test
  void aNodeObjectThatIsNotReadyNeedsATokenThatLasts() throws Exception {
    for (String status : List.of("False", "Unknown", "")) {
      ready(status);
      tokenEnds(19);
      assertThat(run("observe", "n2").out()).as(status).isEqualTo("absent\n");
      tokenEnds(25);
      assertThat(run("observe", "n2").out()).as(status).isEqualTo("done\n");
    }
    ready("Unknown");
    tokenEnds(5);
    assertThat(run("apply", "n2").exit()).isZero();
    assertThat(asked()).contains(" replace -f -").doesNotContain("apply", "--force", SECRET);
    assertThat(Files.readString(folder.resolve("input"))).contains(SECRET);
    assertThat(run("observe", "n2").out()).isEqualTo("done\n");
  }

  @Test
  void aTokenThatIsNotThereIsCreated() throws Exception {
    assertThat(run("observe", "n2").out()).isEqualTo("absent\n");
    assertThat(run("apply", "n2").exit()).isZero();
    assertThat(asked()).contains(" create -f -").doesNotContain("replace", SECRET);
  }

  @Test
  void noTokenIsPrintedEvenWhenKubectlQuotesIt() throws Exception {
    Files.writeString(folder.resolve("fails"), "");
    for (boolean there : List.of(false, true)) {
      if (there) {
        tokenEnds(5);
      }
      Ran ran = run("apply", "n2");
      assertThat(ran.exit()).isNotZero();
      assertThat(ran.out())
          .contains("bootstrap-token-abcdef", "n2", "ended with status 3")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void anApiThatDoesNotAnswerIsAFailureAndNotAnAbsentToken() throws Exception {
    Files.writeString(folder.resolve("down"), "");
    Ran ran = run("apply", "n2");
    assertThat(ran.exit()).isNotZero();
    assertThat(ran.out()).contains("kubectl get").doesNotContain(SECRET);
    assertThat(asked()).doesNotContain("create", "replace");
  }

  @Test
  void aNodeWithoutATokenInTheFileIsNotDone() throws Exception {
    tokenEnds(25);
    assertThat(run("observe", "n2", "n3").out())
        .startsWith("the file of tokens")
        .endsWith("absent\n");
    assertThat(run("apply", "n2", "n3").exit()).isNotZero();
  }
}
