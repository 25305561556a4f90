package dev.acp.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acp.remote.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parts of what a node said for a support bundle, each with its secrets taken out. Pure. */
final class SupportParts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SupportParts() {}

  /** A file of the bundle. */
  record Part(String name, String text) {}

  /**
   * What came.
   *
   * @param whole false where the end is missing: something was cut off
   */
  record Parts(List<Part> all, boolean whole) {}

  /**
   * Takes an answer apart.
   *
   * @param mark made for this answer alone, so that nothing in it can pass for a part's beginning
   */
  static Parts of(String answer, String mark, Redaction redaction) {
    List<Part> parts = new ArrayList<>();
    boolean whole = false;
    String name = "";
    StringBuilder text = new StringBuilder();
    for (String line : answer.split("\n", -1)) {
      if (!line.startsWith(mark + " ")) {
        text.append(line).append('\n');
        continue;
      }
      add(parts, name, text, redaction);
      name = line.substring(mark.length() + 1);
      whole = name.equals("end");
    }
    add(parts, whole ? "" : name, text, redaction);
    return new Parts(parts, whole);
  }

  private static void add(List<Part> parts, String name, StringBuilder text, Redaction redaction) {
    String content = text.toString();
    text.setLength(0);
    if (!name.isEmpty() && !content.isBlank()) {
      String safe = safeName(name);
      parts.add(
          new Part(
              safe,
              safe.endsWith(".json")
                  ? objects(content, redaction).orElseGet(() -> redaction.text(content))
                  : redaction.text(content)));
    }
  }

  /** A node's own files may have any name; in the bundle they have plain ones below its folder. */
  static String safeName(String name) {
    StringBuilder out = new StringBuilder();
    for (String word : name.split("/", -1)) {
      String plain = word.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^\\.+", "_");
      if (!plain.isEmpty()) {
        out.append(out.isEmpty() ? "" : "/")
            .append(plain.substring(0, Math.min(plain.length(), 100)));
      }
    }
    return out.isEmpty() ? "unnamed" : out.toString();
  }

  /** A list of Kubernetes' objects; empty where it is none, such as one that was cut. */
  private static Optional<String> objects(String text, Redaction redaction) {
    JsonNode tree;
    try {
      tree = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (!tree.path("items").isArray()) {
      return Optional.empty();
    }
    ArrayNode kept = JSON.createArrayNode();
    for (JsonNode item : tree.path("items")) {
      if (!item.path("kind").asText().equals("Secret")) {
        clean(item, redaction);
        kept.add(item);
      }
    }
    return Optional.of(JSON.createObjectNode().set("items", kept).toPrettyString() + "\n");
  }

  private static void clean(JsonNode node, Redaction redaction) {
    if (node instanceof ObjectNode object) {
      // what was applied last repeats everything as one text
      if (object.path("annotations") instanceof ObjectNode notes) {
        notes.remove("kubectl.kubernetes.io/last-applied-configuration");
      }
      object.remove("managedFields");
      boolean hidden =
          object.path("value").isTextual() && Redaction.secretName(object.path("name").asText(""));
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode value = object.get(name);
        if (!value.isTextual()) {
          clean(value, redaction);
        } else if ((hidden && name.equals("value"))
            || (Redaction.secretName(name) && !name.endsWith("Name"))) {
          object.put(name, "***");
        } else {
          object.put(name, redaction.text(value.asText()));
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isTextual()) {
          array.set(i, JSON.getNodeFactory().textNode(redaction.text(array.get(i).asText())));
        } else {
          clean(array.get(i), redaction);
        }
      }
    }
  }
}
