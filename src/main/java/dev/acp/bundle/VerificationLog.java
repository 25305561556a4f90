package dev.acp.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.event.Events;
import dev.acp.file.AtomicFile;
import dev.acp.openpgp.Fingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

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

  private static String line(String command, Verification v) throws JsonProcessingException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", v.at().toString());
    line.put("command", command);
    line.put("file", v.target().toAbsolutePath().normalize().toString());
    line.put("bytes", v.bytes().count());
    line.put("digest", v.digest().toString());
    line.put("verdict", v.good() ? "good" : "bad");
    line.put("reason", v.reason());
    line.put(
        "fingerprints",
        v.signatures().stream()
            .flatMap(s -> s.fingerprint().stream())
            .map(Fingerprint::hex)
            .toList());
    return new ObjectMapper().writeValueAsString(line) + "\n";
  }
}
