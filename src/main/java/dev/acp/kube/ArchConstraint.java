package dev.acp.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.file.Res;
import dev.acp.remote.Command;
import dev.acp.remote.Remote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The label by which the platform keeps nodes of another architecture out (product guide, "from a
 * single architecture to hybrid": it stands on the platform's own cluster object, and must go once
 * the images of all architectures are there).
 *
 * @param known false if the control plane could not tell
 * @param objects what carries it, as KIND/NAME with the label's value: TYPE NAME=VALUE
 */
public record ArchConstraint(boolean known, List<Labelled> objects) {
  public static final String LABEL = "cpaas.io/node-arch-constraint";

  /** The platform's own object for the cluster that it runs on. */
  public static final String CLUSTER = "cluster.platform.tkestack.io/global";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * One that carries it.
   *
   * @param object as kubectl takes it, TYPE/NAME
   */
  public record Labelled(String object, String value) {
    /** What takes the label away. */
    public String remedy() {
      return "kubectl label " + object.replace('/', ' ') + " " + LABEL + "-";
    }
  }

  public ArchConstraint {
    objects = List.copyOf(objects);
  }

  public static ArchConstraint unknown() {
    return new ArchConstraint(false, List.of());
  }

  /** Asks a control plane; one round trip. */
  public static ArchConstraint read(Remote controlPlane) {
    return judge(
        StatusReader.parts(
            controlPlane
                .query(
                    new Command(
                        "arch-constraint", Res.text("kube/arch-constraint.sh"), List.of(), LIMIT))
                .out()));
  }

  /** Pure: from what the node printed. */
  static ArchConstraint judge(Map<String, String> parts) {
    if (!parts.containsKey("end") || !parts.getOrDefault("answered", "").equals("yes")) {
      return unknown();
    }
    List<Labelled> found = new ArrayList<>();
    try {
      add(found, CLUSTER, parts.getOrDefault("cluster", ""));
      JsonNode nodes = new ObjectMapper().readTree(parts.getOrDefault("nodes", "{}"));
      nodes
          .path("items")
          .forEach(n -> add(found, "node/" + n.path("metadata").path("name").asText(), n));
    } catch (JsonProcessingException e) {
      return unknown();
    }
    return new ArchConstraint(true, found);
  }

  private static void add(List<Labelled> found, String object, String json)
      throws JsonProcessingException {
    if (!json.isEmpty()) {
      add(found, object, new ObjectMapper().readTree(json));
    }
  }

  private static void add(List<Labelled> found, String object, JsonNode node) {
    JsonNode value = node.path("metadata").path("labels").path(LABEL);
    if (value.isTextual()) {
      found.add(new Labelled(object, value.asText()));
    }
  }
}
