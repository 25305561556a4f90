package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.file.Content;
import dev.acp.value.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Several image layouts as one, with each blob once and nothing that no image needs. It is a plan
 * only: the files' contents stay where they are until somebody reads them.
 */
public final class MergedLayout {
  private final Map<String, ImageLayout.Image> images;
  private final Map<String, Content> files;

  private MergedLayout(Map<String, ImageLayout.Image> images, Map<String, Content> files) {
    this.images = images;
    this.files = files;
  }

  /** Merges; one name for two different images is an error, a missing blob too. */
  public static MergedLayout of(List<ImageLayout> layouts) {
    Map<String, ImageLayout.Image> images = new TreeMap<>();
    Map<String, Content> files = new TreeMap<>();
    for (ImageLayout layout : layouts) {
      for (ImageLayout.Image image : layout.images()) {
        ImageLayout.Image before = images.putIfAbsent(image.ref().toString(), image);
        if (before != null && !before.descriptor().digest().equals(image.descriptor().digest())) {
          throw ImageLayout.damaged(
              "The image "
                  + image.ref()
                  + " is there twice and differs; one is in "
                  + layout.folder());
        }
        ImageLayout.Parts parts = layout.parts(image);
        List<Descriptor> all = new ArrayList<>(parts.manifests());
        all.addAll(parts.blobs());
        all.forEach(d -> files.put("blobs/sha256/" + d.digest().hex(), content(layout, d)));
      }
    }
    files.put("oci-layout", Content.ofText("{\"imageLayoutVersion\":\"1.0.0\"}"));
    files.put("index.json", Content.ofText(index(images)));
    return new MergedLayout(images, files);
  }

  private static Content content(ImageLayout layout, Descriptor descriptor) {
    var path = layout.blobPath(descriptor.digest());
    if (!Files.isRegularFile(path)) {
      throw ImageLayout.damaged("The blob " + path + " is missing");
    }
    return Content.ofFile(path, Bytes.of(descriptor.size()), descriptor.digest());
  }

  private static String index(Map<String, ImageLayout.Image> images) {
    List<Object> manifests = new ArrayList<>();
    for (ImageLayout.Image image : images.values()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("mediaType", image.descriptor().mediaType());
      entry.put("digest", image.descriptor().digest().oci());
      entry.put("size", image.descriptor().size());
      entry.put("annotations", Map.of(Descriptor.REF_NAME, image.ref().toString()));
      manifests.add(entry);
    }
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", Descriptor.OCI_INDEX);
    index.put("manifests", manifests);
    try {
      return new String(new ObjectMapper().writeValueAsBytes(index), StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and scalars can always be written", e);
    }
  }

  /** Every image, by name. */
  public List<ImageLayout.Image> images() {
    return List.copyOf(images.values());
  }

  /** Every file of the merged layout by its path, sorted; the digests are those of the names. */
  public Map<String, Content> files() {
    return java.util.Collections.unmodifiableMap(files);
  }
}
