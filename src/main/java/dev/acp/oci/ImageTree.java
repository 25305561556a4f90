package dev.acp.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acp.value.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows images from their descriptors down; each manifest's digest is checked on the way. */
record ImageTree(ImageFiles files) {
  private static final int DEEPEST = 4;

  static Descriptor descriptor(JsonNode node, String where) {
    try {
      return Descriptor.parse(node);
    } catch (IllegalArgumentException e) {
      throw ImageFiles.damaged(where + ": " + e.getMessage());
    }
  }

  ImageLayout.Parts parts(Descriptor image) {
    Map<Digest, Descriptor> manifests = new LinkedHashMap<>();
    Set<Descriptor> blobs = new LinkedHashSet<>();
    follow(image, manifests, blobs, new HashSet<>(), 0);
    return new ImageLayout.Parts(List.copyOf(manifests.values()), blobs);
  }

  /** Each manifest once: indexes that point to one index many times, and so on, would not end. */
  private void follow(
      Descriptor descriptor,
      Map<Digest, Descriptor> manifests,
      Set<Descriptor> blobs,
      Set<Digest> seen,
      int depth) {
    if (depth > DEEPEST) {
      throw ImageFiles.damaged(files.shown() + " has an index within too many others");
    }
    if (!descriptor.isIndex() && !descriptor.isManifest()) {
      blobs.add(
          new Descriptor(
              "", descriptor.digest(), descriptor.size(), Optional.empty(), Optional.empty()));
    } else if (seen.add(descriptor.digest())) {
      children(descriptor).forEach(child -> follow(child, manifests, blobs, seen, depth + 1));
      manifests.put(descriptor.digest(), descriptor);
    }
  }

  /** What a manifest (its configuration first, then its layers) or an index points to. */
  List<Descriptor> children(Descriptor descriptor) {
    String where = files.shown(ImageFiles.path(descriptor.digest()));
    JsonNode node = files.json(descriptor);
    List<Descriptor> found = new ArrayList<>();
    if (descriptor.isIndex()) {
      node.path("manifests").forEach(child -> found.add(descriptor(child, where)));
    } else {
      found.add(descriptor(node.path("config"), where));
      node.path("layers").forEach(layer -> found.add(descriptor(layer, where)));
    }
    return found;
  }

  /** The platforms of an image, such as linux/amd64; where none is stated, the configuration's. */
  List<String> platforms(Descriptor image) {
    if (image.isIndex()) {
      return children(image).stream()
          .map(child -> child.platform().orElseGet(() -> configured(child)))
          .toList();
    }
    return List.of(configured(image));
  }

  /** The manifests that are no index, each with its platform: what a node pulls in the end. */
  List<Descriptor> manifests(Descriptor image) {
    List<Descriptor> found = new ArrayList<>();
    leaves(image, found, 0);
    return found;
  }

  private void leaves(Descriptor descriptor, List<Descriptor> found, int depth) {
    if (depth > DEEPEST) {
      throw ImageFiles.damaged(files.shown() + " has an index within too many others");
    }
    if (descriptor.isIndex()) {
      children(descriptor).forEach(child -> leaves(child, found, depth + 1));
    } else {
      found.add(
          descriptor.onPlatform(descriptor.platform().orElseGet(() -> configured(descriptor))));
    }
  }

  private String configured(Descriptor manifest) {
    return manifest.isManifest()
        ? Descriptor.platform(files.json(children(manifest).get(0)))
        : "unknown/unknown";
  }
}
