package dev.acp.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.fault.AcpException;
import dev.acp.value.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
  @TempDir Path folder;

  @Test
  void eachSourceIsReadOnceAndHidden() throws Exception {
    List<String> asked = new ArrayList<>();
    Masker masker = new Masker();
    Secrets secrets =
        new Secrets(
            Map.of("PW", "from env"),
            what -> {
              asked.add(what);
              return Optional.of("from prompt");
            },
            masker);
    Path file = Files.writeString(folder.resolve("pw"), "from file\nrest\n");
    assertThat(secrets.read(new SecretSource.Env("PW"), "x").reveal()).isEqualTo("from env");
    assertThat(secrets.read(new SecretSource.SecretFile(file), "x").reveal())
        .isEqualTo("from file");
    for (int i = 0; i < 3; i++) {
      secrets.read(new SecretSource.Prompt(), "SSH password of root");
    }
    assertThat(asked).containsExactly("SSH password of root");
    assertThat(masker.mask("a from env, from file, from prompt")).isEqualTo("a ***, ***, ***");
    assertThat(secrets.read(new SecretSource.Given(Secret.of("given")), "x").toString())
        .isEqualTo("***");
  }

  @Test
  void aSourceThatHasNothingIsSaidSoWithoutItsContent() {
    Secrets none = Secrets.none();
    for (SecretSource source :
        List.of(
            new SecretSource.Env("NOT_SET"),
            new SecretSource.Prompt(),
            new SecretSource.SecretFile(folder.resolve("none")))) {
      assertThatThrownBy(() -> none.read(source, "SSH password"))
          .isInstanceOf(AcpException.class)
          .hasMessageContaining("SSH password");
    }
  }

  @Test
  void aLongerSecretIsHiddenWholeThoughAShorterOneIsInIt() {
    Masker masker = new Masker();
    masker.hide(Secret.of("abc"));
    masker.hide(Secret.of("xabcx"));
    assertThat(masker.mask("xabcx abc")).isEqualTo("*** ***");
  }
}
