package dev.acp.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.value.ClusterId;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What acp chose for a cluster and could not find out later (house.md, "Resume"). Made once, synced
 * to disk before it is used first, and never changed by a later run of setup.
 *
 * @param secrets generated credentials by name, such as registry-http
 */
public record Decisions(
    ClusterId clusterId,
    Version kubernetesVersion,
    NodeName firstControlPlane,
    Map<String, Secret> secrets) {
  private static final String FILE = "decisions.json";
  private static final int FORMAT = 1;

  public Decisions {
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
  }

  /**
   * The decisions of an earlier run, or new ones, which are on the disk when this returns.
   *
   * @param home the cluster's folder, which must be there
   * @throws AcpException FILE_UNREADABLE, if the file is there and does not make sense
   */
  public static Decisions loadOrCreate(Path home, Supplier<Decisions> make) throws IOException {
    Optional<Decisions> known = find(home);
    if (known.isPresent()) {
      return known.get();
    }
    Decisions made = make.get();
    made.save(home);
    return made;
  }

  /**
   * The decisions of an earlier run, if there was one.
   *
   * @throws AcpException FILE_UNREADABLE, if the file is there and does not make sense
   */
  public static Optional<Decisions> find(Path home) {
    Path file = home.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(file));
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be read: " + e, e);
    }
  }

  /** A secret that setup generated; its absence is a fault of acp. */
  public Secret secret(String name) {
    Secret secret = secrets.get(name);
    if (secret == null) {
      throw new IllegalStateException("no secret " + name + " among the decisions");
    }
    return secret;
  }

  /** Writes the file with mode 0600 and syncs it and its folder. */
  public void save(Path home) throws IOException {
    AtomicFile.write(
        home.resolve(FILE), text().reveal().getBytes(StandardCharsets.UTF_8), "rw-------");
  }

  /** What the file holds. */
  public Secret text() {
    ObjectNode json = JsonMapper.builder().build().createObjectNode();
    json.put("format", FORMAT);
    json.put("clusterId", clusterId.text());
    json.put("kubernetesVersion", kubernetesVersion.toString());
    json.put("firstControlPlane", firstControlPlane.text());
    ObjectNode hidden = json.putObject("secrets");
    secrets.forEach((name, secret) -> hidden.put(name, secret.reveal()));
    return Secret.of(json.toPrettyString() + "\n");
  }

  private static Decisions read(Path file) throws IOException {
    return parse(file.toString(), Files.readAllBytes(file));
  }

  /**
   * The decisions in a file's content.
   *
   * @param file names it in a fault
   * @throws AcpException FILE_UNREADABLE, if it does not make sense
   */
  public static Decisions parse(String file, byte[] content) {
    try {
      JsonNode json = new JsonMapper().readTree(content);
      if (json.path("format").asInt() != FORMAT) {
        throw new IllegalArgumentException("its format is not " + FORMAT);
      }
      Map<String, Secret> secrets = new LinkedHashMap<>();
      json.path("secrets")
          .properties()
          .forEach(e -> secrets.put(e.getKey(), Secret.of(e.getValue().asText())));
      return new Decisions(
          new ClusterId(json.path("clusterId").asText()),
          Version.of(json.path("kubernetesVersion").asText()),
          NodeName.of(json.path("firstControlPlane").asText()),
          secrets);
    } catch (IOException | IllegalArgumentException e) {
      // The cause would quote the file, which holds secrets.
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE,
          file + " is damaged; acp keeps the cluster's id there and does not guess another.");
    }
  }
}
