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
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What acp chose for a cluster and could not find out later (house.md, "Resume"). Made once, synced
 * to disk before it is used first, and never changed by a later run of setup; only a node that goes
 * changes it.
 *
 * @param firstControlPlane where acp does what is done once for the whole cluster
 * @param founder the control plane that kubeadm init runs on; empty since it was removed, for a
 *     machine that comes back under its name joins as any other
 * @param departed nodes that remove-node took, or is taking, out of the cluster
 * @param secrets generated credentials by name, such as registry-http
 */
public record Decisions(
    ClusterId clusterId,
    Version kubernetesVersion,
    NodeName firstControlPlane,
    Optional<NodeName> founder,
    Map<NodeName, Departure> departed,
    Map<String, Secret> secrets) {
  private static final String FILE = "decisions.json";
  private static final int FORMAT = 1;

  /** How far a removal is. */
  public enum Departure {
    /** Begun past the point of going back. */
    LEAVING,
    GONE
  }

  public Decisions {
    departed = Collections.unmodifiableMap(new LinkedHashMap<>(departed));
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
  }

  /** Of a cluster that is begun. */
  public static Decisions begin(
      ClusterId clusterId,
      Version kubernetesVersion,
      NodeName firstControlPlane,
      Map<String, Secret> secrets) {
    return new Decisions(
        clusterId,
        kubernetesVersion,
        firstControlPlane,
        Optional.of(firstControlPlane),
        Map.of(),
        secrets);
  }

  /** True for a node that was removed, and not added again since. */
  public boolean isGone(NodeName node) {
    return departed.get(node) == Departure.GONE;
  }

  /** The same with other secrets. */
  public Decisions withSecrets(Map<String, Secret> others) {
    return new Decisions(
        clusterId, kubernetesVersion, firstControlPlane, founder, departed, others);
  }

  /** The same, with nodes leaving and another control plane to work on. */
  public Decisions leaving(Collection<NodeName> nodes, NodeName first) {
    Map<NodeName, Departure> all = new LinkedHashMap<>(departed);
    nodes.forEach(node -> all.put(node, Departure.LEAVING));
    return new Decisions(
        clusterId,
        kubernetesVersion,
        first,
        founder.filter(node -> !nodes.contains(node)),
        all,
        secrets);
  }

  /** The same, with the founder counted as any other control plane, and another to work on. */
  public Decisions withoutFounder(NodeName first) {
    return new Decisions(clusterId, kubernetesVersion, first, Optional.empty(), departed, secrets);
  }

  /** The same, once they are gone. */
  public Decisions gone(Collection<NodeName> nodes) {
    Map<NodeName, Departure> all = new LinkedHashMap<>(departed);
    nodes.forEach(node -> all.put(node, Departure.GONE));
    return new Decisions(clusterId, kubernetesVersion, firstControlPlane, founder, all, secrets);
  }

  /** The same, with nodes that were removed wanted again. */
  public Decisions wantedAgain(Collection<NodeName> nodes) {
    Map<NodeName, Departure> all = new LinkedHashMap<>(departed);
    nodes.forEach(all::remove);
    return new Decisions(clusterId, kubernetesVersion, firstControlPlane, founder, all, secrets);
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
    json.put("founder", founder.map(NodeName::text).orElse(""));
    ObjectNode gone = json.putObject("departed");
    departed.forEach((node, how) -> gone.put(node.text(), how.name().toLowerCase(Locale.ROOT)));
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
      NodeName first = NodeName.of(json.path("firstControlPlane").asText());
      // a file of an acp that removed no nodes has neither of these
      String founder = json.path("founder").asText(first.text());
      Map<NodeName, Departure> departed = new LinkedHashMap<>();
      json.path("departed")
          .properties()
          .forEach(
              e ->
                  departed.put(
                      NodeName.of(e.getKey()),
                      Departure.valueOf(e.getValue().asText().toUpperCase(Locale.ROOT))));
      return new Decisions(
          new ClusterId(json.path("clusterId").asText()),
          Version.of(json.path("kubernetesVersion").asText()),
          first,
          founder.isEmpty() ? Optional.empty() : Optional.of(NodeName.of(founder)),
          departed,
          secrets);
    } catch (IOException | IllegalArgumentException e) {
      // The cause would quote the file, which holds secrets.
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE,
          file + " is damaged; acp keeps the cluster's id there and does not guess another.");
    }
  }
}
