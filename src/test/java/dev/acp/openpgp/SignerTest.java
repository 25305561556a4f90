package dev.acp.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.fault.AcpException;
import dev.acp.value.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignerTest {
  private static final String PLANTED = "planted-secret-passphrase";
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"rsa2048", "ed25519", "nistp256"})
  void gpgTakesWhatAcpSigns(String algorithm) throws IOException {
    try (Gpg gpg = new Gpg()) {
      gpg.key("maker", algorithm, "sign", "never");
      Path secret = gpg.secretKey("maker", dir.resolve("secret.asc"));
      Path data = Files.writeString(dir.resolve("data"), "bytes");
      byte[] signature =
          KeyFileSigner.open(secret, Optional.empty(), Clock.systemUTC())
              .sign(new ByteArrayInputStream(Files.readAllBytes(data)));
      Path file = Files.write(dir.resolve("data.sig"), signature);
      assertThat(gpg.verify(file, data).text()).contains("GOODSIG");
    }
  }

  @Test
  void aPassphraseOpensTheKeyAndIsNeverTold() throws IOException {
    try (Gpg gpg = new Gpg()) {
      gpg.run("--passphrase", PLANTED, "--quick-gen-key", "locked", "ed25519", "sign", "never");
      Path secret = dir.resolve("locked.asc");
      gpg.run(
          "--passphrase",
          PLANTED,
          "--armor",
          "--output",
          secret.toString(),
          "--export-secret-keys",
          "locked");
      Secret right = Secret.of(PLANTED);
      KeyFileSigner signer = KeyFileSigner.open(secret, Optional.of(right), Clock.systemUTC());
      assertThat(signer.sign(new ByteArrayInputStream(new byte[3]))).isNotEmpty();
      assertThat(right.toString()).doesNotContain(PLANTED);
      for (Optional<Secret> wrong :
          java.util.List.of(Optional.<Secret>empty(), Optional.of(Secret.of(PLANTED + "x")))) {
        assertThatThrownBy(() -> KeyFileSigner.open(secret, wrong, Clock.systemUTC()))
            .isInstanceOf(AcpException.class)
            .satisfies(
                e -> {
                  StringWriter trace = new StringWriter();
                  e.printStackTrace(new PrintWriter(trace));
                  assertThat(trace.toString()).doesNotContain(PLANTED);
                });
      }
    }
  }
}
