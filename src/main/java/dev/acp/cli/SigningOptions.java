package dev.acp.cli;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.Fingerprint;
import dev.acp.openpgp.GpgSigner;
import dev.acp.openpgp.KeyFileSigner;
import dev.acp.openpgp.Signer;
import dev.acp.value.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who signs: a secret key file, or a key of the machine's gpg. */
public final class SigningOptions {
  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The secret key, as gpg --export-secret-keys writes it.")
  private Path key;

  @Option(
      names = "--passphrase-from",
      paramLabel = "WHERE",
      description = "The key's passphrase: prompt, env:NAME or file:PATH.")
  private String passphrase;

  @Option(
      names = "--gpg-key",
      paramLabel = "FPR",
      converter = TrustOptions.FingerprintConverter.class,
      description = "Sign with this key of the machine's gpg and its agent.")
  private Fingerprint gpgKey;

  /** Empty if no key was named. */
  Optional<Signer> signer(Console console) {
    if (key != null && gpgKey != null) {
      throw AcpException.of(FaultCode.USAGE, "Give either --key or --gpg-key, not both.");
    }
    if (gpgKey != null) {
      return Optional.of(new GpgSigner(gpgKey));
    }
    return Optional.ofNullable(key)
        .map(file -> KeyFileSigner.open(file, secret(console), Clock.systemUTC()));
  }

  private Optional<Secret> secret(Console console) {
    if (passphrase == null) {
      return Optional.empty();
    }
    if (passphrase.startsWith("env:")) {
      String name = passphrase.substring(4);
      return Optional.of(
          Optional.ofNullable(console.environment().get(name))
              .map(Secret::of)
              .orElseThrow(
                  () ->
                      AcpException.of(
                          FaultCode.USAGE, "The environment has no variable " + name + ".")));
    }
    if (passphrase.startsWith("file:")) {
      Path file = Path.of(passphrase.substring(5));
      try {
        return Optional.of(Secret.of(Files.readString(file).lines().findFirst().orElse("")));
      } catch (IOException e) {
        throw AcpException.of(
            FaultCode.FILE_UNREADABLE, "The passphrase's file " + file + " cannot be read.", e);
      }
    }
    if (passphrase.equals("prompt") && console.terminal()) {
      return Optional.of(Secret.of(new String(System.console().readPassword("Passphrase: "))));
    }
    // what was given may be the passphrase itself, so it is not repeated
    throw AcpException.of(
        FaultCode.USAGE,
        "--passphrase-from takes env:NAME, file:PATH, or prompt on a terminal; never the passphrase"
            + " itself.");
  }
}
