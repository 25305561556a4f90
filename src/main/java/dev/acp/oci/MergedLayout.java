package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.file.Content;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Images of several sources as one layout, with each blob once and nothing that no image needs. It
 * is a plan only: the files' contents stay where they are until somebody reads them.
 */
public final class MergedLayout {
  /** An image and where it was found. */
  private record Found(ImageSource source, ImageLayout.Image image) {}

  private final Map<String, Map<String, Found>> found = new TreeMap<>();
  private final Map<String, ImageLayout.Image> images = new TreeMap<>();
  private final Map<String, Content> files = new TreeMap<>();

  /** Merges the sources of one group. */
  public static MergedLayout of(List<ImageSource> sources) {
    MergedLayout merged = new MergedLayout();
    sources.forEach(source -> merged.add("", source));
    merged.finish(List.of());
    return merged;
  }

  /**
   * Adds a source. One name for two different images of a group is an error that names both; those
   * of different groups become one image for several platforms.
   *
   * @param group such as the architecture of the spec that lists the source
   */
  public void add(String group, ImageSource source) {
    Problems problems = new Problems(source.shown());
    for (ImageLayout.Image image : source.images()) {
      Found before =
          found
              .computeIfAbsent(image.ref().toString(), r -> new TreeMap<>())
              .putIfAbsent(group, new Found(source, image));
      if (before != null
          && !before.image().descriptor().digest().equals(image.descriptor().digest())) {
        problems.add(
            0,
            "the image "
                + image.ref()
                + " is in "
                + before.source().shown()
                + " too, with other content",
            "");
      }
    }
    problems.throwIfAny(FaultCode.BUNDLE_DAMAGED);
  }

  /**
   * Makes the layout; to be called once, after the last source.
   *
   * @param platforms what every image must be there for, such as linux/amd64
   */
  public void finish(List<String> platforms) {
    Problems problems = new Problems("images");
    found.forEach(
        (ref, groups) -> {
          try {
            take(ref, List.copyOf(groups.values()), platforms, problems);
          } catch (AcpException e) {
            problems.add(0, e.fault().what(), "");
          }
        });
    problems.throwIfAny(FaultCode.BUNDLE_DAMAGED);
    files.put("oci-layout", Content.ofText("{\"imageLayoutVersion\":\"1.0.0\"}"));
    files.put("index.json", Content.ofText(index(images)));
  }

  private void take(String ref, List<Found> all, List<String> platforms, Problems problems) {
    List<String> has = new ArrayList<>();
    PlatformIndex index = new PlatformIndex(all.get(0).image().ref());
    boolean one = all.stream().map(f -> f.image().descriptor().digest()).distinct().count() == 1;
    for (Found found : one ? all.subList(0, 1) : all) {
      ImageTree tree = found.source().tree();
      Descriptor image = found.image().descriptor();
      has.addAll(tree.platforms(image));
      ImageLayout.Parts parts = tree.parts(image);
      parts.blobs().forEach(d -> put(tree.files().blob(d)));
      parts.manifests().stream()
          .filter(d -> one || !d.isIndex())
          .forEach(d -> put(tree.files().blob(d)));
      if (!one) {
        index.add(found.source(), image);
      }
    }
    for (String wanted : platforms) {
      if (has.stream().noneMatch(p -> p.equals(wanted) || p.startsWith(wanted + "/"))) {
        problems.add(
            0,
            "the image " + ref + " is not for " + wanted,
            "it is for "
                + String.join(", ", has)
                + " and comes from "
                + String.join(", ", all.stream().map(f -> f.source().shown()).toList()));
      }
    }
    Descriptor descriptor = all.get(0).image().descriptor();
    if (!one) {
      Content content = index.content();
      put(content);
      descriptor = PlatformIndex.descriptor(content);
    }
    images.put(ref, new ImageLayout.Image(all.get(0).image().ref(), descriptor));
  }

  private void put(Content blob) {
    files.putIfAbsent(ImageFiles.path(blob.digest()), blob);
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
      return new String(ImageFiles.JSON.writeValueAsBytes(index), StandardCharsets.UTF_8);
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
