package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.operation.Setup;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real shells offer. */
class CompletionTest {
  @TempDir static Path dir;

  @BeforeAll
  static void write() throws IOException {
    for (String shell : List.of("bash", "zsh")) {
      StringWriter out = new StringWriter();
      PrintWriter to = new PrintWriter(out);
      assertThat(Acp.run(new String[] {"completion", shell}, new Console(to, to, Map.of())))
          .isZero();
      Files.writeString(dir.resolve("_acp." + shell), out.toString());
    }
    Files.createDirectory(dir.resolve("my folder"));
    Files.writeString(dir.resolve("my cluster.yaml"), "");
  }

  private static String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  /** What bash's own machinery would offer for these words, the last of which is being typed. */
  private static List<String> bash(String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bash", "--norc", "-c"));
    command.add(
        ". ./_acp.bash; compopt() { :; }; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _acp;"
            + " printf '%s\\n' \"${COMPREPLY[@]}\"");
    command.add("bash");
    command.addAll(List.of(words));
    return run(command.toArray(String[]::new)).lines().filter(l -> !l.isEmpty()).toList();
  }

  @Test
  void commandsAreOfferedWhereACommandIsMissing() throws Exception {
    assertThat(bash("acp", ""))
        .containsExactlyElementsOf(
            Stream.of(Commands.ALL.toArray(Class<?>[]::new))
                .map(c -> c.getAnnotation(picocli.CommandLine.Command.class).name())
                .toList());
    assertThat(bash("acp", "se")).containsExactly("setup");
    assertThat(bash("acp", "package", "")).containsExactly("build", "sign", "inspect");
    assertThat(bash("acp", "--lang", "zh", "stat")).containsExactly("status");
    // the value of an option is no command
    assertThat(bash("acp", "--lang", "setup", "stat")).containsExactly("status");
    assertThat(bash("acp", "nonsense", "--li")).isEmpty();
  }

  @Test
  void optionsOfTheCommandAreOffered() throws Exception {
    assertThat(bash("acp", "setup", "--li")).containsExactly("--list-stages");
    assertThat(bash("acp", "reset", "--n"))
        .containsExactlyInAnyOrder("--no-color", "--network-mode", "--no-snapshot", "--node");
    assertThat(bash("acp", "package", "build", "--gpg")).isNotEmpty();
    assertThat(bash("acp", "setup", "")).isEmpty();
  }

  @Test
  void valuesAreOfferedAfterAnOptionAndAfterItsEqualsSign() throws Exception {
    List<String> stages = Setup.plan().stages().stream().map(s -> s.id().text()).toList();
    assertThat(bash("acp", "setup", "--from", "")).isEqualTo(stages);
    assertThat(bash("acp", "setup", "-f", "x", "--until", "net")).containsExactly("network");
    assertThat(bash("acp", "setup", "--network-mode", ""))
        .containsExactly("kube-ovn", "calico", "hostgw");
    assertThat(bash("acp", "setup", "--network-mode", "=")).hasSize(3);
    assertThat(bash("acp", "setup", "--network-mode", "=", "cal")).containsExactly("calico");
    assertThat(bash("acp", "setup", "--network-mode", "=", "calico", "--fr"))
        .containsExactly("--from");
    assertThat(bash("acp", "status", "-o", "")).containsExactly("text", "json");
    assertThat(bash("acp", "status", "--lang", "")).containsExactly("en", "zh");
    assertThat(bash("acp", "sync-images", "--platform", "linux/arm"))
        .containsExactly("linux/arm64");
    assertThat(bash("acp", "completion", "")).containsExactly("bash", "zsh");
    assertThat(bash("acp", "help", "exit")).containsExactly("exit-codes");
    assertThat(bash("acp", "reset", "--node", "")).isEmpty();
  }

  @Test
  void filesAndFoldersAreOfferedWhereTheyBelong() throws Exception {
    assertThat(bash("acp", "setup", "-f", "my")).contains("my cluster.yaml", "my folder");
    assertThat(bash("acp", "setup", "--bundle", "my")).containsExactly("my folder");
    assertThat(bash("acp", "verify-package", "my")).contains("my cluster.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theScriptIsSound(String shell) throws Exception {
    assertThat(run(shell, "-n", "_acp." + shell)).isEmpty();
    if (shell.equals("bash")) {
      assertThat(run("shellcheck", "-s", "bash", "_acp.bash")).isEmpty();
    }
  }

  /** On a terminal of its own; the words are what the shell must show after the tab. */
  @ParameterizedTest
  @CsvSource({
    "bash, 'acp ', verify-package sync-images check-nodes",
    "bash, acp set, acp_setup",
    "bash, 'acp setup --network-mode=', kube-ovn calico",
    "bash, acp setup --from no, node-files",
    "bash, acp setup -f my\\ cl, 'uster.yaml'",
    "zsh, 'acp ', verify-package sync-images check-nodes",
    "zsh, acp set, acp_setup",
    "zsh, acp setup --li, --list-stages",
    "zsh, 'acp setup --network-mode ', kube-ovn calico",
    "zsh, 'acp setup --network-mode=', kube-ovn calico",
    "zsh, acp setup --from no, node-files",
    "zsh, 'acp status -o ', text json",
    "zsh, 'acp sync-images --platform ', linux/amd64 linux/arm64",
    "zsh, 'acp package ', build inspect sign",
    "zsh, acp setup -f my\\ cl, uster.yaml",
    "zsh, 'acp help exit', exit-codes"
  })
  void aTabShowsThem(String shell, String line, String words) throws Exception {
    List<String> command = new ArrayList<>();
    Path program = Path.of("src/test/resources/shell/press-tab.py").toAbsolutePath();
    command.addAll(List.of("python3", program.toString(), shell, "./_acp." + shell, line));
    // _ is a space within a word
    Stream.of(words.split(" ", -1)).map(w -> w.replace('_', ' ')).forEach(command::add);
    run(command.toArray(String[]::new));
  }

  @Test
  void zshFindsItInItsOwnFolderToo() throws Exception {
    Path site = Files.createDirectories(dir.resolve("site"));
    Files.copy(dir.resolve("_acp.zsh"), site.resolve("_acp"));
    Path setup =
        Files.writeString(
            dir.resolve("setup.zsh"), "fpath=(" + site + " $fpath)\ncompinit -u -D\n");
    Path program = Path.of("src/test/resources/shell/press-tab.py").toAbsolutePath();
    run(
        "python3",
        program.toString(),
        "zsh",
        setup.toString(),
        "acp setup --from no",
        "node-files");
  }
}
