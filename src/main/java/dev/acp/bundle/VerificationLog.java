package dev.acp.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.acp.event.Events;
import dev.acp.file.AtomicFile;
import dev.acp.openpgp.SignatureVerdict;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The record of each verification: a line of JSON in verifications.jsonl. */
public final class VerificationLog {
  private static final String NAME = "verifications.jsonl";

  private final Path home;

  /**
   * @param home ACP_HOME, or /var/lib/acp
   */
  public VerificationLog(Path home) {
    this.home = home;
  }

  /** Adds a line; that it could not is a warning, since the verdict stands without it. */
  public void add(String command, Verification v, Events events) {
    try {
      AtomicFile.privateFolder(home);
      Files.writeString(
          home.resolve(NAME),
          line(command, v),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      events.warning("This verification could not be recorded in " + home + ": " + e);
    }
  }

  /** Without an object mapper, which takes longer to set up than all else that follows the hash. */
  private static String line(String command, Verification v) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("time", v.at().toString());
      json.writeStringField("command", command);
      json.writeStringField("file", v.target().toAbsolutePath().normalize().toString());
      json.writeNumberField("bytes", v.bytes().count());
      json.writeStringField("digest", v.digest().toString());
      json.writeStringField("verdict", v.good() ? "good" : "bad");
      json.writeStringField("reason", v.reason());
      json.writeArrayFieldStart("fingerprints");
      for (SignatureVerdict signature : v.signatures()) {
        if (signature.fingerprint().isPresent()) {
          json.writeString(signature.fingerprint().get().hex());
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return line + "\n";
  }
}
