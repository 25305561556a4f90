package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionCommandTest {
  private static String said(String... args) {
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out);
    assertThat(Acp.run(args, new Console(to, to, Map.of()))).isZero();
    return out.toString();
  }

  @Test
  void theVersionAloneIsOneLine() {
    assertThat(said("--version")).isEqualTo("acp 0.1.0" + System.lineSeparator());
    assertThat(said("-V")).isEqualTo(said("--version"));
    // by picocli's way, too
    assertThat(said("--lang", "zh", "--version")).isEqualTo(said("--version"));
  }

  @Test
  void everythingIsToldInBothForms() throws Exception {
    String text = said("version");
    assertThat(text)
        .startsWith("acp 0.1.0\n")
        .containsPattern("Commit: +(unknown|[0-9a-f]{40}(-dirty)?)\n")
        .contains(System.getProperty("java.version"))
        .containsPattern("Kubernetes: +v1.20 and newer")
        .containsPattern("Package format: +1\n");
    JsonNode json = new ObjectMapper().readTree(said("version", "-o", "json"));
    assertThat(json.path("version").asText()).isEqualTo("0.1.0");
    assertThat(text).contains(json.path("commit").asText());
    assertThat(json.path("java").path("vendor").asText()).isNotEmpty();
    assertThat(json.path("kubernetes").path("oldest").asText()).isEqualTo("v1.20");
    assertThat(json.path("packageFormat").asInt()).isEqualTo(1);
  }

  @Test
  void theCommitIsThatOfTheCheckout() throws Exception {
    Process git =
        new ProcessBuilder(
                "git", "cat-file", "-t", BuildFacts.load().commit().replace("-dirty", ""))
            .start();
    String kind = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (BuildFacts.load().commit().equals("unknown")) {
      return; // a source archive without git says so
    }
    assertThat(kind).isEqualTo("commit");
  }
}
