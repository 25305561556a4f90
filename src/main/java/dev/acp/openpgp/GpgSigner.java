package dev.acp.openpgp;

import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Signs through the machine's gpg and its agent, so that acp never sees the key. */
public final class GpgSigner implements Signer {
  private final Fingerprint key;

  public GpgSigner(Fingerprint key) {
    this.key = key;
  }

  @Override
  public byte[] sign(InputStream data) throws IOException {
    Path talk = Files.createTempFile("acp-gpg-", ".txt");
    Path out = Files.createTempFile("acp-gpg-", ".sig");
    try {
      Process gpg =
          new ProcessBuilder(
                  List.of(
                      "gpg",
                      "--batch",
                      "--yes",
                      "--no-armor",
                      "--digest-algo",
                      "SHA256",
                      "--local-user",
                      key.hex(),
                      "--output",
                      out.toString(),
                      "--detach-sign",
                      "-"))
              .redirectErrorStream(true)
              .redirectOutput(talk.toFile())
              .start();
      try (OutputStream in = gpg.getOutputStream()) {
        data.transferTo(in);
      } catch (IOException e) {
        // gpg has ended early, and its own words say why
        gpg.destroy();
      }
      if (gpg.waitFor() != 0) {
        throw new AcpException(
            Fault.of(FaultCode.SECRET_KEY_UNUSABLE, "gpg could not sign with the key " + key + ".")
                .withEvidence(
                    Files.readString(talk, StandardCharsets.UTF_8).lines().limit(10).toList()));
      }
      return Files.readAllBytes(out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(talk);
      Files.deleteIfExists(out);
    }
  }
}
