package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acp.file.Content;
import dev.acp.value.Digest;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One image for several platforms, made of images for one each (OCI image-spec, image-index.md).
 */
final class PlatformIndex {
  /** What buildkit says of manifests that are not to be run, such as attestations. */
  private static final String NOT_RUN = "unknown/unknown";

  private final ImageRef ref;
  private final Map<String, ObjectNode> children = new TreeMap<>();
  private final Map<String, String> origins = new TreeMap<>();
  private final Set<Digest> opened = new HashSet<>();

  PlatformIndex(ImageRef ref) {
    this.ref = ref;
  }

  /** Takes in what an image points to, or itself; one platform twice must be one manifest. */
  void add(ImageSource source, Descriptor image) {
    ObjectNode node = ImageFiles.JSON.createObjectNode();
    node.put("mediaType", image.mediaType());
    node.put("digest", image.digest().oci());
    node.put("size", image.size());
    add(source, image, node);
  }

  private void add(ImageSource source, Descriptor d, ObjectNode node) {
    ImageTree tree = source.tree();
    if (d.isIndex()) {
      if (!opened.add(d.digest())) {
        return;
      }
      for (JsonNode child : tree.files().json(d).path("manifests")) {
        add(source, ImageTree.descriptor(child, source.shown()), child.deepCopy());
      }
      return;
    }
    if (d.platform().isEmpty()) {
      node.set("platform", platform(tree.files().json(tree.children(d).get(0))));
    }
    String platform = Descriptor.platform(node.path("platform"));
    String key = platform.equals(NOT_RUN) ? platform + d.digest().hex() : platform;
    ObjectNode before = children.putIfAbsent(key, node);
    if (before != null && !before.path("digest").equals(node.path("digest"))) {
      throw ImageFiles.damaged(
          "The image "
              + ref
              + " for "
              + platform
              + " is in "
              + origins.get(key)
              + " and, with other content, in "
              + source.shown());
    }
    origins.putIfAbsent(key, source.shown());
  }

  private static ObjectNode platform(JsonNode config) {
    ObjectNode platform = ImageFiles.JSON.createObjectNode();
    platform.put("architecture", config.path("architecture").asText());
    platform.put("os", config.path("os").asText());
    for (String more : new String[] {"os.version", "variant"}) {
      if (config.path(more).isTextual() && !config.path(more).asText().isEmpty()) {
        platform.put(more, config.path(more).asText());
      }
    }
    return platform;
  }

  /** The index, whose children are sorted by platform. */
  Content content() {
    ObjectNode index = ImageFiles.JSON.createObjectNode();
    index.put("schemaVersion", 2);
    index.put("mediaType", Descriptor.OCI_INDEX);
    index.putArray("manifests").addAll(children.values());
    try {
      return Content.ofBytes(ImageFiles.JSON.writeValueAsBytes(index));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can always be written", e);
    }
  }

  static Descriptor descriptor(Content content) {
    return new Descriptor(
        Descriptor.OCI_INDEX,
        content.digest(),
        content.size().count(),
        Optional.empty(),
        Optional.empty());
  }
}
